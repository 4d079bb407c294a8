// Where everything that is not selling begins, the settings, and what this program is.
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

struct MenuItem {
  const char* name;
  const char* label;
  const char* icon;
  Shortcut shortcut;
};

constexpr std::array<MenuItem, 17> kItems = {{{"shift", "Shift", "schedule", {"S", Key::none, U's'}},
                                              {"cash", "Cash in and out", "payments", {"C", Key::none, U'c'}},
                                              {"reports", "Reports", "report", {"R", Key::none, U'r'}},
                                              {"products", "Products", "box", {"P", Key::none, U'p'}},
                                              {"customers", "Customers", "group", {"U", Key::none, U'u'}},
                                              {"sync", "Sync", "sync", {"Y", Key::none, U'y'}},
                                              {"backup", "Backup", "backup", {"B", Key::none, U'b'}},
                                              {"data", "Import and export", "import", {"I", Key::none, U'i'}},
                                              {"journal", "Journal", "journal", {"J", Key::none, U'j'}},
                                              {"printers", "Printer", "print", {"D", Key::none, U'd'}},
                                              {"settings", "Settings", "settings", {"E", Key::none, U'e'}},
                                              {"cancel", "Cancel the ticket", "delete", {"X", Key::none, U'x'}},
                                              {"about", "About", "info", {"A", Key::none, U'a'}},
                                              {"full_screen", "Full screen", "fullscreen", {"F11", Key::none}},
                                              {"lock", "Lock", "lock", {"L", Key::none, U'l'}},
                                              {"receipts", "Receipts", "receipt", {"T", Key::none, U't'}},
                                              {"quit", "Quit", "power", {"Q", Key::none, U'q'}}}};

void choose(Scene& scene, std::string_view name) {
  ViewState& state = scene.state;
  const auto open = [&](Sheet sheet) { state.open(sheet); };
  if (name == "shift") open(scene.now.shift.open ? Sheet::close_shift : Sheet::open_shift);
  if (name == "cash") open(Sheet::cash);
  if (name == "reports") open(Sheet::report);
  if (name == "customers") open(Sheet::customer);
  if (name == "sync") open(Sheet::sync);
  if (name == "backup") open(Sheet::backup);
  if (name == "data") open(Sheet::data);
  if (name == "journal") open(Sheet::journal);
  if (name == "printers") open(Sheet::printers);
  if (name == "settings") open(Sheet::settings);
  if (name == "about") open(Sheet::about);
  if (name == "lock") open(Sheet::lock);
  if (name == "receipts") open(Sheet::receipts);
  if (name == "products") {
    state.search = {};
    state.search.manage = true;
    open(Sheet::search);
  }
  if (name == "cancel") {
    scene.post(app::CancelTicket{});
    state.close_all();
  }
  if (name == "full_screen" && scene.hooks.toggle_full_screen) scene.hooks.toggle_full_screen();
  if (name == "quit" && scene.hooks.quit) scene.hooks.quit();
}

// As many columns as leave the fewest cells of the last row empty.
int fullest(int count, int least, int most) {
  int best = least;
  const auto empty = [count](int columns) { return (columns - count % columns) % columns; };
  for (int columns = least; columns <= most; ++columns)
    if (empty(columns) < empty(best)) best = columns;
  return best;
}

class MenuView final : public View {
 public:
  Info info() const override { return {Sheet::menu, "menu", "Menu"}; }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const int count = static_cast<int>(kItems.size());
    const int columns = content.w > ui.mm(240) ? fullest(count, 4, 6) : fullest(count, 3, 4);
    const int rows = (count + columns - 1) / columns;
    content.h = std::min(content.h, static_cast<float>(rows) * ui.mm(56));
    for (int i = 0; i < count; ++i) {
      const MenuItem& item = kItems[static_cast<std::size_t>(i)];
      const std::string_view name = item.name;
      KeySpec spec{
          .label = tr(item.label), .shortcut = item.shortcut, .icon = item.icon, .type = Type::strong, .stacked = true};
      if (name == "cancel") spec.tone = Tone::danger, spec.enabled = !scene.now.ticket.is_empty();
      if (name == "quit") spec.tone = Tone::danger, spec.enabled = static_cast<bool>(scene.hooks.quit);
      if (name == "full_screen") spec.enabled = static_cast<bool>(scene.hooks.toggle_full_screen);
      if (name == "journal") spec.enabled = scene.may("audit_view");
      if (name == "cash") spec.enabled = scene.now.shift.open;
      if (name == "shift") spec.sub = scene.now.shift.open ? tr("close it") : tr("open it");
      if (key_button(ui, "menu." + std::string(name), content.cell(i % columns, i / columns, columns, rows, ui.mm(3)),
                     spec))
        choose(scene, name);
    }
  }
};

std::string setting_of(const app::Snapshot& now, std::string_view key, std::string otherwise) {
  for (const auto& [name, value] : now.settings) {
    if (name == key && !value.empty()) return value;
  }
  return otherwise;
}

class SettingsView final : public View {
 public:
  Info info() const override { return {Sheet::settings, "settings", "Settings"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.settings = {};
    scene.state.settings.terminal = scene.now.terminal;
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    Rect inner = card(ui, {content.x, content.y, std::min(content.w, ui.mm(210)), std::min(content.h, ui.mm(86))});
    draw_choice(
        scene, inner, tr("Colours"), "theme", "light",
        {{"light", tr("Light"), "light"}, {"dark", tr("Dark"), "dark"}, {"contrast", tr("High contrast"), "contrast"}});
    draw_choice(scene, inner, tr("Language"), "language", "en", {{"en", "English"}, {"de", "Deutsch"}});
    draw_choice(scene, inner, tr("Text size"), "text_size", "100",
                {{"100", tr("Normal")}, {"115", tr("Larger")}, {"130", tr("Largest")}});
    draw_terminal(scene, inner);
  }

 private:
  static void draw_choice(Scene& scene, Rect& area, const char* title, const std::string& key,
                          const std::string& otherwise, const std::vector<ChoiceItem>& items) {
    Ui& ui = scene.ui;
    Rect row = area.take_top(ui.mm(15), ui.mm(4));
    ui.text(row.take_left(ui.mm(44), ui.gap()), title, Type::strong, ui.colours().ink);
    const int tapped = segmented(ui, "settings." + key, row, items, setting_of(scene.now, key, otherwise));
    if (tapped >= 0) scene.post(app::ChangeSetting{key, items[static_cast<std::size_t>(tapped)].value});
  }

  static void draw_terminal(Scene& scene, Rect& area) {
    Ui& ui = scene.ui;
    Rect row = area.take_top(ui.mm(12), ui.mm(4));
    ui.text(row.take_left(ui.mm(44), ui.gap()), tr("Name of this till"), Type::strong, ui.colours().ink);
    const Rect save = row.take_right(ui.mm(34), ui.gap());
    std::string& name = scene.state.settings.terminal;
    const auto event = text_field(ui, "settings.terminal", row, name, {.max_bytes = 40});
    const bool changed = !name.empty() && name != scene.now.terminal;
    if ((main_key(ui, "settings.terminal.save", save, tr("Save"), changed) || event == FieldEvent::entered) &&
        changed) {
      scene.post(app::ChangeSetting{"terminal.name", name});
      ui.leave_text();
    }
  }
};

class AboutView final : public View {
 public:
  Info info() const override { return {Sheet::about, "about", "About this till"}; }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    if (!scene.now.startup_warning.empty()) {
      notice_band(ui, content.take_top(ui.mm(16), ui.gap()), Mood::warning, tr_sentence(scene.now.startup_warning));
    }
    Rect inner = card(ui, {content.x, content.y, std::min(content.w, ui.mm(170)), std::min(content.h, ui.mm(70))},
                      "Tillstick " + scene.hooks.program_version);
    const std::string products = scene.now.catalogue ? std::to_string(scene.now.catalogue->products) : "0";
    labelled(ui, inner.take_top(ui.mm(9)), tr("Shop"), scene.now.shop_name);
    labelled(ui, inner.take_top(ui.mm(9)), tr("Till"), scene.now.terminal);
    labelled(ui, inner.take_top(ui.mm(9)), tr("Products"), products);
    labelled(ui, inner.take_top(ui.mm(9)), tr("Currency"), scene.now.currency);
    labelled(ui, inner.take_top(ui.mm(9)), tr("Last backup"), scene.now.backup.last);
    labelled(ui, inner.take_top(ui.mm(9)), tr("Drawn by"), scene.hooks.renderer);
  }
};

}  // namespace

void add_menu_views(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<MenuView>());
  views.push_back(std::make_unique<SettingsView>());
  views.push_back(std::make_unique<AboutView>());
}

}  // namespace till::ui
