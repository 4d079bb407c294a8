// The dialogs of the backup panel: making one, proving one, bringing one back, setting up a place, and checking how
// much it holds.
#include <algorithm>

#include "ui/views/backup_parts.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

constexpr const char* kRestoring =
    "The shop goes back to this backup. What is here now is saved to the same place first and then laid aside, so "
    "nothing is lost. Receipt numbers go on with a new series.";
constexpr const char* kHubIsSealed =
    "Backups go to the hub that this till is enrolled with. They are sealed here: the hub cannot read them.";

// A choice of two with a sentence under it that says what the chosen one means.
int explained_choice(Ui& ui, std::string_view name, Rect& area, const std::vector<ChoiceItem>& items,
                     std::string_view chosen, const char* sentence) {
  const int tapped = segmented(ui, name, area.take_top(ui.mm(13), ui.mm(1.5F)), items, chosen);
  ui.paragraph(area.take_top(2 * ui.line_height(Type::small), ui.mm(3)), sentence, Type::small, ui.colours().ink_soft,
               Align::left, 2);
  return tapped;
}

// A key with a sentence under it that says what it does.
bool explained_key(Ui& ui, std::string_view name, Rect& area, const char* label, const char* icon,
                   const char* sentence) {
  const bool tapped =
      key_button(ui, name, area.take_top(ui.mm(15), ui.mm(1.5F)), {.label = label, .icon = icon, .type = Type::strong});
  ui.paragraph(area.take_top(2 * ui.line_height(Type::small), ui.mm(2)), sentence, Type::small, ui.colours().ink_soft,
               Align::left, 2);
  return tapped;
}

class CreateDialog final : public View {
 public:
  Info info() const override { return {Sheet::backup_create, "backup_create", "Back up now", Shape::dialog, 150, 108}; }

 protected:
  void opened(Scene& scene) override { scene.state.backup.full = scene.state.backup.media = false; }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    Rect foot = content.take_bottom(ui.mm(15), ui.mm(3));
    labelled(ui, content.take_top(ui.mm(8), ui.mm(3)), tr("Place"), state.target, true);
    const std::vector<ChoiceItem> how = {{"changes", tr("What changed")}, {"full", tr("Everything")}};
    const int kind = explained_choice(
        ui, "backup.how", content, how, state.full ? "full" : "changes",
        state.full ? tr("A backup that stands on its own. What is stored already is not written again.")
                   : tr("Small and quick: continues the newest backup that proved itself."));
    if (kind >= 0) state.full = kind == 1;
    const std::vector<ChoiceItem> media = {{"no", tr("Without pictures")}, {"yes", tr("With pictures")}};
    const int pictures = explained_choice(ui, "backup.media", content, media, state.media ? "yes" : "no",
                                          state.media ? tr("Product pictures and the receipt's logo come along.")
                                                      : tr("Pictures are left out; everything else is in it."));
    if (pictures >= 0) state.media = pictures == 1;
    const bool free = !scene.now.backup.progress.running;
    if (main_key(ui, "backup.start", foot, tr("Back up"), free && !state.target.empty(), Tone::positive, "backup")) {
      scene.post(app::BackupStart{state.target, state.full, state.media});
      scene.state.close();
    }
  }
};

class VerifyDialog final : public View {
 public:
  Info info() const override {
    return {Sheet::backup_verify, "backup_verify", "Verify a backup", Shape::dialog, 150, 100};
  }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const auto* chosen = chosen_backup(scene);
    if (chosen == nullptr) return scene.state.close();
    labelled(ui, content.take_top(ui.mm(8), ui.mm(1)), tr("Made"), chosen->at, true);
    labelled(ui, content.take_top(ui.mm(8), ui.mm(3)), tr("Last proof"), proof_words(*chosen));
    const bool read = explained_key(ui, "backup.verify.read", content, tr("Read all of it"), "check",
                                    tr("Every piece is read, opened and added up."));
    const bool drill = explained_key(ui, "backup.verify.drill", content, tr("Restore it on trial"), "restore",
                                     tr("Opened as a database beside the shop, then removed."));
    if (!read && !drill) return;
    scene.post(app::BackupVerify{scene.state.backup.target, chosen->generation, drill});
    scene.state.close();
  }
};

// Sticks are sold that claim more than they hold; only writing to the end of one tells.
class ProbeDialog final : public View {
 public:
  Info info() const override {
    return {Sheet::backup_probe, "backup_probe", "Check capacity", Shape::dialog, 150, 112};
  }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const auto* place = chosen_place(scene);
    if (place == nullptr) return scene.state.close();
    labelled(ui, content.take_top(ui.mm(8), ui.mm(1)), tr("Place"), place->name, true);
    ui.paragraph(content.take_top(2 * ui.line_height(Type::body), ui.mm(3)),
                 tr("Files are written, read back and removed again. The backups there stay."), Type::body,
                 ui.colours().ink, Align::left, 2);
    const bool all =
        explained_key(ui, "backup.probe.all", content, tr("All that is free"), "search",
                      tr("The certain answer. It takes hours on a large stick; planned backups wait meanwhile."));
    const bool part =
        explained_key(ui, "backup.probe.part", content, tr("Only 1 GB of it"), "search",
                      tr("Takes minutes. Finds a broken stick, not every one that is smaller than it says."));
    if (!all && !part) return;
    constexpr std::uint64_t kPartBytes = 1'000'000'000;
    scene.post(app::BackupProbe{place->name, all ? 0 : kPartBytes});
    scene.state.close();
  }
};

class RestoreDialog final : public View {
 public:
  Info info() const override {
    return {Sheet::backup_restore, "backup_restore", "Restore a backup", Shape::dialog, 186, 120};
  }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const auto* chosen = chosen_backup(scene);
    if (chosen == nullptr) return scene.state.close();
    Rect foot = content.take_bottom(ui.mm(16), ui.mm(3));
    labelled(ui, content.take_top(ui.mm(8), ui.mm(0.5F)), tr("Made"), chosen->at, true);
    labelled(ui, content.take_top(ui.mm(8), ui.mm(0.5F)), tr("Sales in it"), chosen->sales);
    if (!chosen->last_receipt.empty())
      labelled(ui, content.take_top(ui.mm(8), ui.mm(2)), tr("Last receipt in it"), chosen->last_receipt);
    if (!chosen->problem.empty()) {
      notice_band(ui, content.take_top(ui.mm(18), ui.gap()), Mood::error, tr_sentence(chosen->problem));
    } else if (!chosen->verified) {
      notice_band(ui, content.take_top(ui.mm(13), ui.gap()), Mood::warning, tr("This backup has not proved itself."));
    }
    ui.paragraph(content, tr(kRestoring), Type::body, ui.colours().ink, Align::left, 5);
    const Rect yes = foot.take_right(std::floor(foot.w * 0.55F), ui.gap());
    if (key_button(ui, "backup.restore.no", foot, {.label = tr("No, keep")})) scene.state.close();
    // It is checked before anything is replaced, and a stick that could not be read may be read the next time.
    const std::string label = chosen->problem.empty() ? tr("Yes, restore") : tr("Try it all the same");
    if (key_button(ui, "backup.restore.yes", yes,
                   {.label = label, .icon = "restore", .tone = Tone::destroy, .type = Type::strong})) {
      scene.post(app::BackupRestore{scene.state.backup.target, chosen->generation});
      scene.state.close();
    }
  }
};

// A name out of what was chosen: "/media/anna/KINGSTON" is "kingston".
std::string name_from(const std::string& path) {
  std::string name;
  for (const char c : path.substr(path.find_last_of('/') + 1)) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool fits = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9') || low == '_';
    if (fits) name += low;
    if (!fits && !name.empty() && name.back() != '-') name += '-';
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.substr(0, 32);
}

class PlaceDialog final : public View {
 public:
  Info info() const override {
    return {Sheet::backup_place, "backup_place", "Add a place for backups", Shape::dialog, 168, 150};
  }

 protected:
  void opened(Scene& scene) override {
    BackupState& state = scene.state.backup;
    state.kind = "stick", state.path.clear(), state.name.clear();
    scene.post(app::BackupRefresh{state.target});
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    const std::vector<ChoiceItem> kinds = {
        {"stick", tr("Stick"), "usb"}, {"folder", tr("Folder"), "folder"}, {"hub", tr("Hub"), "sync"}};
    const int tapped = segmented(ui, "backup.kind", content.take_top(ui.mm(13), ui.mm(3)), kinds, state.kind);
    if (tapped >= 0) choose_kind(state, kinds[static_cast<std::size_t>(tapped)].value);
    Rect foot = content.take_bottom(ui.mm(15), ui.mm(3));
    const Rect name = content.take_bottom(field_height(ui), ui.mm(3));
    text_field(ui, "backup.name", name, state.name,
               {.label = tr("Name"), .placeholder = tr("e.g. office-stick"), .max_bytes = 32});
    if (state.kind == "stick") draw_sticks(scene, content);
    if (state.kind == "folder") draw_folder(scene, content);
    if (state.kind == "hub") {
      ui.paragraph(content, tr(kHubIsSealed), Type::body, ui.colours().ink, Align::left, 4);
    }
    const bool ready = !state.name.empty() && (state.kind == "hub" || !state.path.empty());
    if (main_key(ui, "backup.place.add", foot, tr("Set up"), ready && !scene.now.backup.progress.running)) {
      ui.leave_text();
      scene.post(app::BackupAddTarget{state.name, state.kind, state.path});
      state.target = state.name, state.generation.clear();
      scene.state.close();
    }
  }

 private:
  static void choose_kind(BackupState& state, const std::string& kind) {
    state.kind = kind;
    state.path.clear();
    state.name = kind == "hub" ? "hub" : "";
  }

  static void draw_sticks(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    BackupState& state = scene.state.backup;
    const auto& sticks = scene.now.backup.sticks;
    if (sticks.empty())
      return empty_state(ui, area, "backup", tr("No stick is plugged in"),
                         tr("Plug one in. The stick or disk that the till runs from is not offered."));
    drag_list(ui, state.sticks, area, sticks.size(), ui.mm(15), ui.mm(1), [&](std::size_t i, Rect rect) {
      const auto& stick = sticks[i];
      const bool usable = stick.name.empty() && !stick.read_only;
      const Touch touch = ui.touch("backup.stick." + std::to_string(i), stick.path, rect, usable);
      ui.fill(rect, stick.path == state.path ? p.selected : p.raised, ui.radius());
      if (touch.held) ui.fill(rect, mix(p.panel, p.ink, 0.15F), ui.radius());
      ui.outline(rect, p.outline, ui.radius());
      if (touch.tapped) state.path = stick.path, state.name = name_from(stick.path);
      Rect inner = rect.inset(ui.mm(3), ui.mm(1.5F));
      const Colour ink = usable ? p.ink : p.ink_off;
      std::string right = tr("%s free", stick.free);
      if (stick.read_only) right = tr("write protected");
      if (!stick.name.empty()) right = tr("is %s", stick.name);
      ui.text(inner.take_right(std::floor(inner.w * 0.36F), ui.mm(2)), right, Type::body, ink, Align::right);
      ui.text(inner, stick.path, Type::strong, ink);
    });
  }

  static void draw_folder(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    BackupState& state = scene.state.backup;
    const FieldSpec field{.label = tr("Folder on another disk"),
                          .placeholder = tr("e.g. /media/stick/backup"),
                          .icon = "folder",
                          .max_bytes = 400};
    const auto event = text_field(ui, "backup.path", area.take_top(field_height(ui), ui.mm(3)), state.path, field);
    if (event != FieldEvent::none && state.name.empty()) state.name = name_from(state.path);
    ui.paragraph(area, tr("Not on the disk that the till runs from: such a backup would be lost with it."), Type::small,
                 ui.colours().ink_soft, Align::left, 3);
  }
};

}  // namespace

void add_backup_dialogs(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<CreateDialog>());
  views.push_back(std::make_unique<VerifyDialog>());
  views.push_back(std::make_unique<ProbeDialog>());
  views.push_back(std::make_unique<RestoreDialog>());
  views.push_back(std::make_unique<PlaceDialog>());
}

}  // namespace till::ui
