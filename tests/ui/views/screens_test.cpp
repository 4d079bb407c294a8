// What holds on every screen, at every size, in every theme.
#include <gtest/gtest.h>

#include "gallery/scenes.hpp"

namespace till::ui {
namespace {

using test::SceneSpec;
using test::Stage;

struct Look {
  PixelSize size;
  const char* theme;
};

class EveryScreen : public testing::TestWithParam<Look> {
 protected:
  template <class Check>
  void on_each(const Check& check) {
    for (const SceneSpec& spec : test::scenes()) {
      SCOPED_TRACE(spec.name);
      auto stage = Stage::create(GetParam().size, GetParam().theme, spec);
      check(*stage);
    }
  }
};

std::string look_name(const testing::TestParamInfo<Look>& info) {
  return std::to_string(info.param.size.width) + "x" + std::to_string(info.param.size.height) + info.param.theme;
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryScreen,
                         testing::Values(Look{{1024, 768}, "light"}, Look{{1366, 768}, "dark"},
                                         Look{{1920, 1080}, "contrast"}, Look{{1024, 768}, "contrast"},
                                         Look{{1366, 768}, "light"}, Look{{1920, 1080}, "light"},
                                         Look{{1024, 768}, "dark"}, Look{{1366, 768}, "contrast"},
                                         Look{{1920, 1080}, "dark"}),
                         look_name);

std::vector<WidgetNote> targets(const Stage& stage) {
  std::vector<WidgetNote> found;
  for (const WidgetNote& note : stage.shell->ui().notes()) {
    if (note.enabled && !note.is_text) found.push_back(note);
  }
  return found;
}

bool is_whole(const WidgetNote& note) {
  return note.visible.w > note.rect.w - 0.5F && note.visible.h > note.rect.h - 0.5F;
}

void expect_large_enough(const Stage& stage) {
  const float least = 10.0F * stage.shell->ui().theme().scale.px_per_mm - 1.0F;
  for (const WidgetNote& note : targets(stage)) {
    if (!is_whole(note)) continue;
    EXPECT_GE(note.rect.w, least) << note.name;
    EXPECT_GE(note.rect.h, least) << note.name;
  }
}

void expect_inside(const Stage& stage) {
  const Rect screen = stage.shell->ui().screen();
  for (const WidgetNote& note : targets(stage)) {
    EXPECT_GE(note.visible.x, screen.x) << note.name;
    EXPECT_GE(note.visible.y, screen.y) << note.name;
    EXPECT_LE(note.visible.right(), screen.right()) << note.name;
    EXPECT_LE(note.visible.bottom(), screen.bottom()) << note.name;
  }
}

void expect_apart(const Stage& stage) {
  const auto all = targets(stage);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      EXPECT_FALSE(all[i].visible.inset(0.5F).overlaps(all[j].visible.inset(0.5F)))
          << all[i].name << " and " << all[j].name;
      EXPECT_NE(all[i].name, all[j].name);
    }
  }
}

TEST_P(EveryScreen, HasTargetsLargeEnoughApartAndInsideTheScreenWithWholeLabels) {
  on_each([](const Stage& stage) {
    EXPECT_FALSE(targets(stage).empty());
    expect_large_enough(stage);
    expect_inside(stage);
    expect_apart(stage);
    for (const WidgetNote& note : stage.shell->ui().notes())
      EXPECT_FALSE(note.cut) << note.name << " '" << note.label << "'";
  });
}

TEST_P(EveryScreen, KeepsTheFieldBeingWrittenIntoAboveTheKeyboard) {
  for (const SceneSpec& spec : test::scenes()) {
    auto first = Stage::create(GetParam().size, GetParam().theme, spec);
    std::vector<std::string> fields;
    for (const WidgetNote& note : targets(*first)) {
      if (note.field) fields.push_back(note.name);
    }
    for (const std::string& field : fields) {
      SCOPED_TRACE(spec.name + " " + field);
      auto stage = Stage::create(GetParam().size, GetParam().theme, spec);
      const WidgetInfo* there = stage->window->frame().registry().find(field);
      if (there == nullptr || !there->is_visible()) continue;
      stage->tap(field.c_str());
      const WidgetInfo* info = stage->window->frame().registry().find(field);
      const WidgetInfo* key = stage->window->frame().registry().find("osk.q");
      ASSERT_NE(info, nullptr);
      ASSERT_NE(key, nullptr);
      EXPECT_TRUE(info->is_visible());
      EXPECT_NEAR(info->visible.height, info->rect.height, 0.5F);
      EXPECT_LE(info->rect.y + info->rect.height, key->rect.y);
    }
  }
}

class EverySize : public testing::TestWithParam<Look> {};
INSTANTIATE_TEST_SUITE_P(Sizes, EverySize,
                         testing::Values(Look{{1024, 768}, "light"}, Look{{1366, 768}, "light"},
                                         Look{{1920, 1080}, "light"}),
                         look_name);

TEST_P(EverySize, TenderKeysAreTwentyByTwentyFiveMillimetres) {
  auto stage = Stage::create(GetParam().size, "light", {"sales", test::busy_shop(), {}});
  const float mm = stage->shell->ui().theme().scale.px_per_mm;
  for (const char* name :
       {"tender.exact", "tender.card", "tender.other", "tender.note1", "tender.note2", "tender.note3"}) {
    const WidgetInfo* key = stage->window->frame().registry().find(name);
    ASSERT_NE(key, nullptr) << name;
    EXPECT_GE(key->rect.width, 20 * mm - 1) << name;
    EXPECT_GE(key->rect.height, 25 * mm - 1) << name;
  }
}

TEST_P(EverySize, TotalStaysInSightWhateverTheTicketHolds) {
  auto snapshot = test::busy_shop();
  for (int i = 0; i < 60; ++i) {
    auto line = snapshot.ticket.lines.front();
    line.line_id = "M" + std::to_string(i);
    snapshot.ticket.lines.push_back(line);
  }
  snapshot.ticket.total = "123,456,789.00";
  auto stage = Stage::create(GetParam().size, "light", {"long", snapshot, {}});
  const WidgetInfo* total = stage->window->frame().registry().find("ticket.total");
  ASSERT_NE(total, nullptr);
  EXPECT_EQ(total->label, "123,456,789.00");
  const Ui& ui = stage->shell->ui();
  EXPECT_LE(total->rect.y + total->rect.height, ui.screen().bottom());
}

TEST_P(EverySize, LargerTextStillLeavesEveryKeyItsWholeLabel) {
  for (SceneSpec spec : test::scenes()) {
    for (auto& [key, value] : spec.snapshot.settings) {
      if (key == "text_size") value = "115";
    }
    auto stage = Stage::create(GetParam().size, "light", spec);
    for (const WidgetNote& note : stage->shell->ui().notes()) EXPECT_FALSE(note.cut) << spec.name << " " << note.name;
  }
}

}  // namespace
}  // namespace till::ui
