// The backup panel: on the left the places, on the right the one that is chosen: how it is, what lies there, when the
// next one comes. What is under way stands above all of it with its progress and a way to stop it.
#include <algorithm>

#include "ui/views/backup_parts.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

class BackupPanel final : public View {
 public:
  Info info() const override { return {Sheet::backup, "backup", "Backup"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.backup = {};
    const auto& backup = scene.now.backup;
    scene.state.backup.target = backup.target;
    if (!backup.target.empty()) scene.post(app::BackupRefresh{backup.target});
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const app::BackupView& backup = scene.now.backup;
    // A place that could not be set up, or was removed, is not chosen any more.
    if (!backup.progress.running && !backup.looking && chosen_place(scene) == nullptr)
      scene.state.backup.target = backup.target;
    if (backup.progress.running) {
      draw_progress(scene, content.take_top(ui.mm(22), ui.gap()));
    } else if (!backup.outcome.empty()) {
      const std::string outcome = tr_sentence(backup.outcome);
      ui.show_text("backup.outcome", outcome, content);
      notice_band(ui, content.take_top(ui.mm(13), ui.gap()), backup.failed ? Mood::error : Mood::good, outcome);
    }
    if (!backup.damage.empty()) {
      const std::string damage = tr_sentence(backup.damage);
      ui.show_text("backup.damage", damage, content);
      notice_band(ui, content.take_top(ui.mm(15), ui.gap()), Mood::error, damage);
    }
    if (backup.damage.empty() && !backup.drill.empty()) {
      const std::string drill = tr_sentence(backup.drill);
      ui.show_text("backup.drill", drill, content);
      notice_band(ui, content.take_top(ui.mm(15), ui.gap()), Mood::warning, drill);
    }
    auto [left, right] = two_columns(ui, content, 0.31F);
    draw_backup_places(scene, left);
    draw_place(scene, right);
  }

 private:
  static void draw_progress(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    const app::Progress& progress = scene.now.backup.progress;
    Rect inner = card(ui, rect);
    const Rect cancel = inner.take_right(ui.mm(36), ui.mm(4));
    if (key_button(ui, "backup.cancel", cancel, {.label = tr("Stop"), .icon = "close", .tone = Tone::danger}))
      scene.post(app::BackupCancel{});
    Rect line = inner.take_top(ui.mm(8), ui.mm(2));
    if (progress.total > 0) {
      const std::uint64_t percent = std::min<std::uint64_t>(progress.done * 100 / progress.total, 100);
      ui.text(line.take_right(ui.mm(16)), std::to_string(percent) + " %", Type::strong, ui.colours().ink, Align::right);
    }
    std::string words = tr(progress.title.c_str());
    if (!progress.step.empty()) words += std::string(": ") + tr(progress.step.c_str());
    ui.text(line, words, Type::strong, ui.colours().ink);
    progress_bar(ui, inner.take_top(ui.mm(4)), progress.done, progress.total);
  }

  static void draw_place(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    const auto* place = chosen_place(scene);
    draw_head(scene, area.take_top(ui.mm(30), ui.gap()), place);
    if (place != nullptr && !place->good) {
      const std::string words = std::string(tr(place->sentence.c_str())) + " " + tr(place->action.c_str());
      notice_band(ui, area.take_top(ui.mm(15), ui.gap()), Mood::warning, words);
    }
    if (scene.now.backup.paused) {
      notice_band(ui, area.take_top(ui.mm(13), ui.gap()), Mood::info,
                  tr("The clock was changed: planned backups wait a few minutes."));
    }
    if (place != nullptr) {
      const std::vector<ChoiceItem> parts = {{"list", tr("Backups"), "backup"}, {"plan", tr("Schedule"), "settings"}};
      const int tapped = tabs(ui, "backup.tab", area.take_top(ui.mm(12), ui.gap()), parts, state.tab);
      if (tapped >= 0) state.tab = parts[static_cast<std::size_t>(tapped)].value;
    }
    if (place != nullptr && state.tab == "plan") {
      draw_backup_schedule(scene, area);
    } else {
      draw_backup_list(scene, area);
    }
  }

  // Where it is, how much room there is, and the key that everything is here for.
  static void draw_head(Scene& scene, Rect rect, const app::BackupTargetRow* place) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    BackupState& state = scene.state.backup;
    Rect inner = card(ui, rect);
    const bool free = !scene.now.backup.progress.running;
    const KeySpec now{.label = tr("Back up now"),
                      .shortcut = {"F5", Key::f5},
                      .icon = "backup",
                      .tone = Tone::positive,
                      .enabled = free && !state.target.empty(),
                      .type = Type::strong};
    if (key_button(ui, "backup.now", inner.take_right(ui.mm(50), ui.mm(4)), now))
      scene.state.open(Sheet::backup_create);
    if (place == nullptr) {
      ui.text(inner.take_top(ui.mm(8)), state.target.empty() ? tr("No place chosen") : state.target.c_str(),
              Type::strong, p.ink);
      ui.paragraph(inner, tr("A folder. Add a place to give it a name and a schedule."), Type::small, p.ink_soft,
                   Align::left, 2);
      return;
    }
    ui.text(inner.take_top(ui.mm(7), ui.mm(0.5F)), place->where.empty() ? place->name : place->where, Type::strong,
            p.ink);
    ui.text(inner.take_top(ui.mm(6), ui.mm(0.5F)), space_text(*place), Type::small, p.ink_soft);
    const std::string plan = plan_text(*place);
    if (place->total.empty())
      return static_cast<void>(ui.text(inner.take_top(ui.mm(6)), plan, Type::small, p.ink_soft));
    progress_bar(ui, inner.take_bottom(ui.mm(3), ui.mm(1)), place->used_percent, 100);
    ui.text(inner, plan, Type::small, p.ink_soft);
  }

  static std::string space_text(const app::BackupTargetRow& place) {
    if (place.free.empty())
      return place.last.empty() ? std::string(tr("never used yet")) : tr("last backup %s", place.last);
    std::string text =
        place.total.empty() ? tr("%s free", place.free) : tr("%s free", place.free + " / " + place.total);
    if (!place.room.empty()) text += "  \xC2\xB7  " + tr("room for about %s more backups", place.room);
    return text;
  }
};

}  // namespace

const app::BackupTargetRow* chosen_place(const Scene& scene) {
  const auto& targets = scene.now.backup.targets;
  const auto found = std::ranges::find(targets, scene.state.backup.target, &app::BackupTargetRow::name);
  return found == targets.end() ? nullptr : &*found;
}

const app::BackupRow* chosen_backup(const Scene& scene) {
  const auto& rows = scene.now.backup.rows;
  const auto found = std::ranges::find(rows, scene.state.backup.generation, &app::BackupRow::generation);
  return found == rows.end() || scene.now.backup.target != scene.state.backup.target ? nullptr : &*found;
}

std::string age_word(const std::string& age) {
  return age.empty() ? age : tr_number(age);
}

std::string plan_text(const app::BackupTargetRow& row) {
  std::string text;
  if (row.plan == "hourly") {
    text = tr("hourly");
  } else if (row.plan != "never") {
    text = std::string(tr(row.plan.c_str())) + ", " + row.plan_at;
  }
  if (row.after_shift) text += (text.empty() ? "" : ", ") + std::string(tr("after each shift"));
  if (text.empty()) return tr("only when asked");
  if (!row.next.empty()) text += "  \xC2\xB7  " + tr("next %s", row.next);
  return text;
}

void add_backup_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<BackupPanel>());
}

}  // namespace till::ui
