// What is set aside, why and what to do, and what sync found out and mended.
#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

struct Entry {
  Light light = Light::idle;
  std::string head, beside, text, advice;
};

constexpr float kEntryMm = 21;

void draw_entry(Ui& ui, const Entry& entry, Rect rect) {
  const Palette& p = ui.colours();
  ui.line(rect.x, rect.bottom() - 1, rect.right(), rect.bottom() - 1, p.separator);
  Rect inner = rect.inset(ui.mm(1), ui.mm(1.5F));
  const Rect light = inner.take_left(ui.mm(4), ui.mm(2));
  status_light(ui, light.centre_x(), inner.y + ui.mm(2.6F), ui.mm(1.6F), entry.light);
  Rect head = inner.take_top(std::floor(inner.h / 3));
  ui.text(head.take_right(ui.mm(52), ui.mm(3)), entry.beside, Type::small, p.ink_soft, Align::right);
  ui.text(head, entry.head, Type::strong, p.ink);
  ui.text(inner.take_top(std::floor(inner.h / 2)), entry.text, Type::body, p.ink);
  ui.text(inner, entry.advice, Type::body, p.ink_soft);
}

// "Catalogue 211-215": the words are ours, the numbers are not.
std::string records(const std::string& what) {
  const auto digits = what.find_first_of("0123456789");
  if (digits == std::string::npos || digits == 0) return what;
  return std::string(tr(what.substr(0, digits - 1).c_str())) + " " + what.substr(digits);
}

Entry entry_of(const app::ParkedRow& row) {
  return {Light::busy, row.from + ": " + records(row.what), tr("for %s", tr_number(row.since)), tr(row.reason.c_str()),
          tr(row.what_to_do.c_str())};
}

Entry entry_of(const app::IncidentRow& row) {
  return {row.is_serious ? Light::bad : Light::good, row.terminal, row.at, tr(row.what.c_str()),
          tr(row.what_to_do.c_str())};
}

}  // namespace

void draw_sync_incidents(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::SyncView& sync = scene.now.sync;
  std::vector<Entry> entries;
  for (const auto& row : sync.parked) entries.push_back(entry_of(row));
  for (const auto& row : sync.incidents) entries.push_back(entry_of(row));
  if (!sync.parked.empty()) {
    Rect band = area.take_top(ui.mm(13), ui.mm(1.5F));
    const KeySpec retry{.label = tr("Retry now"), .icon = "refresh"};
    if (key_button(ui, "parked.retry", band.take_right(ui.mm(52), ui.mm(4)), retry)) scene.post(app::RetryParked{});
    middle_text(
        ui, band,
        tr("%s set aside. They wait for what they need, and hold nothing else up.", std::to_string(sync.parked_total)),
        Type::body, ui.colours().ink_soft);
  }
  if (entries.empty()) {
    return empty_state(ui, area, "check_circle", tr("Nothing to report"),
                       tr("A record that cannot be applied waits here with its reason and blocks nothing."));
  }
  drag_list(ui, scene.state.sync.list, area, entries.size(), ui.mm(kEntryMm), 0,
            [&](std::size_t i, Rect rect) { draw_entry(ui, entries[i], rect); });
}

}  // namespace till::ui
