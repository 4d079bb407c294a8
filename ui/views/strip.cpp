#include "ui/views/strip.hpp"

#include <algorithm>
#include <vector>

#include "ui/widgets/button.hpp"
#include "ui/widgets/status.hpp"

namespace till::ui {

namespace {

Light light_of(app::SyncState state) {
  switch (state) {
    case app::SyncState::connected:
      return Light::good;
    case app::SyncState::connecting:
      return Light::busy;
    case app::SyncState::offline:
      return Light::bad;
    case app::SyncState::paused:
    case app::SyncState::alone:
      break;
  }
  return Light::idle;
}

Light light_of(app::PrinterView::State state) {
  switch (state) {
    case app::PrinterView::State::ready:
      return Light::good;
    case app::PrinterView::State::printing:
      return Light::busy;
    case app::PrinterView::State::waiting:
      return Light::bad;
    case app::PrinterView::State::none:
      break;
  }
  return Light::idle;
}

struct Chip {
  const char* name;
  std::string text;
  Light light = Light::idle;
  bool has_light = true;
  const char* icon = "";
  Sheet opens = Sheet::menu;
};

std::string conflict_count(std::uint64_t count) {
  return tr(count == 1 ? "%s conflict" : "%s conflicts", std::to_string(count));
}

// What is the matter with the backups; empty when nothing is, or nothing is known yet.
std::string backup_word(const app::BackupView& backup, std::int64_t now_us) {
  if (!backup.damage.empty()) return tr("backup damaged, make a full one");
  // A capacity check that found a bad stick, or was stopped, is no backup that failed.
  if (backup.failed && backup.progress.title != "Capacity check") return tr("backup failed");
  if (!backup.known) return {};
  if (backup.newest_us == 0) return tr("no backup");
  const auto age_us = now_us - backup.newest_us;
  if (backup.warn_us == 0 || age_us <= backup.warn_us) return backup.drill.empty() ? "" : tr("no restore drill");
  const auto hours = age_us / 3'600'000'000;
  if (hours < 48) return tr("backup %s h old", std::to_string(hours));
  return tr("backup %s days old", std::to_string(hours / 24));
}

std::vector<Chip> right_chips(const Scene& scene) {
  const app::Snapshot& now = scene.now;
  std::vector<Chip> chips;
  if (!now.startup_warning.empty()) chips.push_back({"strip.warning", tr("check"), Light::bad, true, "", Sheet::about});
  if (const auto word = backup_word(now.backup, scene.clock.now().us); !word.empty())
    chips.push_back({"strip.backup", word, Light::bad, true, "", Sheet::backup});
  chips.push_back(
      {"strip.printer", printer_word(now.printer), light_of(now.printer.state), true, "print", Sheet::printers});
  std::string sync = tr(now.sync.word.c_str());
  if (now.sync.waiting > 0) sync += " \xC2\xB7 " + tr("%s waiting", std::to_string(now.sync.waiting));
  if (now.sync.conflicts > 0) sync += " \xC2\xB7 " + conflict_count(now.sync.conflicts);
  chips.push_back(
      {"strip.sync", sync, now.sync.asks_a_person ? Light::bad : light_of(now.sync.state), true, "sync", Sheet::sync});
  return chips;
}

std::vector<Chip> left_chips(const Scene& scene) {
  const app::Snapshot& now = scene.now;
  const std::string shift = now.shift.open ? tr("Shift %s", now.shift.number) : std::string(tr("no shift"));
  std::vector<Chip> chips;
  if (now.user) chips.push_back({"strip.cashier", now.user->name, Light::idle, false, "person", Sheet::lock});
  chips.push_back({"strip.shift", shift, now.shift.open ? Light::good : Light::idle, true, "",
                   now.shift.open ? Sheet::report : Sheet::open_shift});
  return chips;
}

void show_chip(Scene& scene, const Chip& chip, Rect rect) {
  const ChipSpec spec{chip.text, chip.light, chip.has_light, chip.icon};
  if (!status_chip(scene.ui, chip.name, rect, spec)) return;
  const auto& sheets = scene.state.sheets;
  if (!sheets.empty() && sheets.back() == chip.opens) return;
  scene.state.close_all();
  scene.state.open(chip.opens);
}

}  // namespace

std::string printer_word(const app::PrinterView& printer) {
  if (printer.word.empty()) return tr("no printer");
  return tr_number(printer.word);
}

void draw_notice(Scene& scene, Rect rect) {
  const app::Notice& notice = *scene.now.notice;
  Mood mood = Mood::info;
  if (notice.level == app::Notice::Level::good) mood = Mood::good;
  if (notice.level == app::Notice::Level::warning) mood = Mood::warning;
  if (notice.level == app::Notice::Level::error) mood = Mood::error;
  const std::string text = tr_sentence(notice.text);
  const Touch touch = scene.ui.touch("notice", text, rect);
  notice_band(scene.ui, rect, mood, text);
  if (touch.tapped) scene.post(app::DismissNotice{notice.number});
}

void draw_strip(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.fill(area, p.strip);
  if (p.strip == p.ground) ui.line(area.x, area.bottom() - 1, area.right(), area.bottom() - 1, p.outline, ui.mm(0.4F));
  Rect rest = area.inset(ui.mm(2), ui.mm(0.6F));
  const std::string time = to_local(scene.clock.now(), "%H:%M");
  ui.text(rest.take_right(ui.text_width(time, Type::heading), ui.mm(3)), time, Type::heading, p.on_strip, Align::right);
  const auto put = [&](const Chip& chip, bool to_the_right) {
    const float width = std::ceil(chip_width(ui, {chip.text, chip.light, chip.has_light, chip.icon}));
    show_chip(scene, chip, to_the_right ? rest.take_right(width, ui.gap()) : rest.take_left(width, ui.gap()));
  };
  auto right = right_chips(scene);
  for (auto chip = right.rbegin(); chip != right.rend(); ++chip) put(*chip, true);
  for (const Chip& chip : left_chips(scene)) put(chip, false);
  rest = rest.inset(ui.mm(2), 0);
  std::string where = scene.now.shop_name;
  if (!scene.now.terminal.empty()) where += "  \xC2\xB7  " + scene.now.terminal;
  if (rest.w > ui.mm(16)) ui.text(rest, where, Type::small, p.on_strip);
}

}  // namespace till::ui
