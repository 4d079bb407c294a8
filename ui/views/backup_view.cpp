// The backup panel: where to, now or cancel with progress, what there is, verifying and restoring. Restoring is asked
// twice.
#include <algorithm>

#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

class BackupPanel final : public View {
 public:
  Info info() const override { return {Sheet::backup, "backup", "Backup"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.backup = {};
    scene.state.backup.target = scene.now.backup.target;
    if (!scene.now.backup.target.empty()) scene.post(app::BackupRefresh{scene.now.backup.target});
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    draw_target(scene, content.take_top(ui.mm(25), ui.gap()));
    const app::BackupView& backup = scene.now.backup;
    if (backup.progress.running) {
      draw_progress(scene, content.take_top(ui.mm(24), ui.gap()));
    } else if (!backup.outcome.empty()) {
      ui.show_text("backup.outcome", backup.outcome, content);
      notice_band(ui, content.take_top(ui.mm(13), ui.gap()), backup.failed ? Mood::error : Mood::good, backup.outcome);
    }
    draw_keys(scene, content.take_bottom(ui.mm(16), ui.gap()));
    draw_list(scene, content);
  }

 private:
  static void draw_target(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    Rect inner = card(ui, rect);
    Rect key = inner.take_right(ui.mm(52), ui.gap());
    const bool free = !scene.now.backup.progress.running;
    const KeySpec now{.label = tr("Back up now"),
                      .shortcut = {"F5", Key::f5},
                      .icon = "backup",
                      .tone = Tone::positive,
                      .enabled = free && !state.target.empty(),
                      .type = Type::strong};
    if (key_button(ui, "backup.now", key, now)) {
      ui.leave_text();
      scene.post(app::BackupStart{state.target});
    }
    const std::string label = tr("Folder for backups (last: %s)", scene.now.backup.last);
    const FieldSpec field{
        .label = label, .placeholder = tr("e.g. /media/stick/backup"), .icon = "folder", .max_bytes = 400};
    const auto event = text_field(ui, "backup.target", inner, state.target, field);
    if (event == FieldEvent::entered && !state.target.empty()) {
      ui.leave_text();
      scene.post(app::BackupRefresh{state.target});
    }
  }

  static void draw_progress(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    const app::Progress& progress = scene.now.backup.progress;
    Rect inner = card(ui, rect);
    const Rect cancel = inner.take_right(ui.mm(36), ui.mm(4));
    if (key_button(ui, "backup.cancel", cancel, {.label = tr("Stop"), .icon = "close", .tone = Tone::danger}))
      scene.post(app::BackupCancel{});
    Rect line = inner.take_top(ui.mm(8), ui.mm(2));
    const std::uint64_t percent = progress.total == 0 ? 0 : progress.done * 100 / progress.total;
    ui.text(line.take_right(ui.mm(16)), std::to_string(std::min<std::uint64_t>(percent, 100)) + " %", Type::strong,
            ui.colours().ink, Align::right);
    ui.text(line, std::string(tr(progress.title.c_str())) + ": " + tr(progress.step.c_str()), Type::strong,
            ui.colours().ink);
    progress_bar(ui, inner.take_top(ui.mm(4)), progress.done, progress.total);
  }

  static void draw_list(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    const auto& rows = scene.now.backup.rows;
    Rect inner = card(ui, area);
    if (rows.empty())
      return empty_state(ui, inner, "backup", tr("No backup here yet"),
                         tr("Choose a folder on another disk or stick and press Back up now."));
    TableSpec spec{{{tr("Made"), 4},
                    {tr("State"), 3},
                    {tr("Size"), 2, Align::right},
                    {tr("Stored"), 2, Align::right},
                    {tr("Ratio"), 2, Align::right}},
                   {},
                   {},
                   true};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      spec.rows.push_back({rows[i].at, tr(rows[i].state.c_str()), rows[i].size, rows[i].stored, rows[i].ratio});
      spec.keys.push_back(rows[i].generation);
      if (rows[i].generation == state.generation) spec.selected = static_cast<int>(i);
    }
    const int tapped = table(ui, "backup.row", inner, state.list, spec);
    if (tapped >= 0) state.generation = rows[static_cast<std::size_t>(tapped)].generation, state.confirm.clear();
  }

  static void draw_keys(Scene& scene, Rect keys) {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    const auto& rows = scene.now.backup.rows;
    const bool chosen =
        std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.generation == state.generation; });
    const bool ready = chosen && !scene.now.backup.progress.running;
    if (!state.confirm.empty() && ready) return draw_confirm(scene, keys);
    const auto cell = [&](int column) { return keys.cell(column, 0, 3, 1, ui.gap()); };
    if (key_button(ui, "backup.refresh", cell(0),
                   {.label = tr("Look again"), .icon = "sync", .enabled = !state.target.empty()}))
      scene.post(app::BackupRefresh{state.target});
    if (key_button(ui, "backup.verify", cell(1),
                   {.label = tr("Verify"), .shortcut = {"F6", Key::f6}, .icon = "check", .enabled = ready}))
      scene.post(app::BackupVerify{state.target, state.generation});
    const KeySpec restore{.label = tr("Restore..."),
                          .shortcut = {"F9", Key::f9},
                          .icon = "restore",
                          .tone = Tone::danger,
                          .enabled = ready};
    if (key_button(ui, "backup.restore", cell(2), restore)) state.confirm = state.generation;
  }

  static void draw_confirm(Scene& scene, Rect keys) {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    ui.fill(keys, ui.colours().danger, ui.radius());
    Rect inner = keys.inset(ui.mm(3), ui.mm(2));
    const Rect yes = inner.take_right(ui.mm(52), ui.gap());
    const Rect no = inner.take_right(ui.mm(40), ui.mm(4));
    ui.paragraph(inner.centred(inner.w, 2 * ui.line_height(Type::small)),
                 tr("Put the shop back to this backup? What was sold since stays in the old folder only."), Type::small,
                 ui.colours().on_danger, Align::left, 2);
    if (key_button(ui, "backup.restore.no", no, {.label = tr("No, keep")})) state.confirm.clear();
    if (key_button(ui, "backup.restore.yes", yes,
                   {.label = tr("Yes, restore"), .tone = Tone::danger, .type = Type::strong})) {
      scene.post(app::BackupRestore{state.target, state.generation});
      state.confirm.clear();
    }
  }
};

}  // namespace

void add_backup_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<BackupPanel>());
}

}  // namespace till::ui
