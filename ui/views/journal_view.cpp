// The audit journal: searched by time, kind, person, till and text; the list on the left loads page by page, the entry
// on the right; checking the chain and taking entries out as a file.
#include "ui/views/journal_entry.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

using Period = app::SearchJournal::Period;

const std::vector<std::pair<const char*, Period>> kPeriods = {
    {"today", Period::today}, {"week", Period::week}, {"month", Period::month}, {"all", Period::all}};

void search(Scene& scene) {
  const JournalState& state = scene.state.journal;
  app::SearchJournal command;
  for (const auto& [key, period] : kPeriods)
    if (state.period == key) command.period = period;
  command.kind = state.kind;
  command.user = state.user;
  command.terminal = state.terminal;
  command.text = state.text;
  scene.post(command);
}

void search_anew(Scene& scene) {
  JournalState& state = scene.state.journal;
  state.list = {};
  state.rows_wanted = 0;
  state.shown = {};
  search(scene);
}

std::string terminal_name(const Scene& scene) {
  for (const auto& [id, name] : scene.now.journal.terminals)
    if (id == scene.state.journal.terminal) return name;
  return tr("All tills");
}

void draw_row(Scene& scene, const app::JournalRow& row, Rect rect, std::size_t index) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  JournalState& state = scene.state.journal;
  const Touch touch = ui.touch("journal.row." + std::to_string(index), row.what, rect);
  if (row.id == state.shown) ui.fill(rect, p.selected);
  if (touch.held) ui.fill(rect, mix(p.panel, p.ink, 0.15F));
  if (touch.tapped) {
    state.shown = row.id;
    state.choosing.clear();
    state.detail = {};
    scene.post(app::ShowJournalEntry{row.id});
  }
  ui.line(rect.x, rect.bottom() - 1, rect.right(), rect.bottom() - 1, p.separator);
  Rect inner = rect.inset(ui.mm(2), ui.mm(1.2F));
  const Rect mark = inner.take_left(ui.mm(5), ui.mm(1));
  if (row.is_refusal) ui.icon(mark.centred(ui.mm(5), ui.mm(5)), "block", Type::icon, p.ink);
  Rect first = inner.take_top(std::floor(inner.h / 2));
  ui.text(first.take_right(ui.text_width(row.at, Type::small), ui.mm(2)), row.at, Type::small, p.ink_soft,
          Align::right);
  ui.text(
      first,
      row.subject.empty() ? std::string(tr(row.what.c_str())) : std::string(tr(row.what.c_str())) + ": " + row.subject,
      Type::strong, p.ink);
  std::string second = row.user.empty() ? row.terminal : row.user + " \xC2\xB7 " + row.terminal;
  if (!row.detail.empty()) second += " \xC2\xB7 " + row.detail;
  ui.text(inner, second, Type::small, p.ink_soft);
}

class JournalSheet final : public View {
 public:
  Info info() const override { return {Sheet::journal, "journal", "Journal"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.journal = {};
    search(scene);
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    draw_search(scene, content);
    if (!ui.is_writing()) draw_kinds(scene, content.take_top(ui.mm(12), ui.gap()));
    if (!ui.is_writing()) draw_keys(scene, content.take_bottom(ui.mm(14), ui.gap()));
    auto [left, right] = two_columns(ui, content, 0.56F);
    draw_list(scene, card(ui, left));
    Rect inner = card(ui, right);
    if (scene.state.journal.choosing.empty()) return draw_right(scene, inner);
    if (draw_journal_choice(scene, inner)) search_anew(scene);
  }

 private:
  static void draw_search(Scene& scene, Rect& content) {
    Ui& ui = scene.ui;
    JournalState& state = scene.state.journal;
    Rect row = content.take_top(ui.mm(12), ui.gap());
    const float key_width = ui.mm(46);
    const Rect terminal = row.take_right(key_width, ui.gap());
    const Rect user = row.take_right(key_width, ui.gap());
    const auto choose = [&](const char* what) {
      state.choosing = state.choosing == what ? "" : what, state.choices = {};
    };
    const KeySpec user_spec{
        .label = state.user.empty() ? std::string_view(tr("Everybody")) : std::string_view(state.user),
        .icon = "person",
        .selected = state.choosing == "user"};
    if (key_button(ui, "journal.user", user, user_spec)) choose("user");
    const std::string till = terminal_name(scene);
    const KeySpec till_spec{.label = till, .icon = "point_of_sale", .selected = state.choosing == "terminal"};
    if (key_button(ui, "journal.terminal", terminal, till_spec)) choose("terminal");
    const FieldSpec field{.placeholder = tr("Receipt, product, name, text"), .icon = "search", .max_bytes = 60};
    if (text_field(ui, "journal.text", row, state.text, field) != FieldEvent::none) search_anew(scene);
  }

  static void draw_kinds(Scene& scene, Rect row) {
    Ui& ui = scene.ui;
    JournalState& state = scene.state.journal;
    const std::vector<ChoiceItem> kinds = {{"", tr("All")},
                                           {"sales", tr("Sales")},
                                           {"cash", tr("Cash")},
                                           {"catalogue", tr("Catalogue")},
                                           {"people", tr("People")},
                                           {"refused", tr("Refused")},
                                           {"settings", tr("Settings")},
                                           {"sync", tr("Sync")},
                                           {"safety", tr("Safety")}};
    const int kind = tabs(ui, "journal.kind", row, kinds, state.kind);
    if (kind < 0) return;
    state.kind = kinds[static_cast<std::size_t>(kind)].value;
    search_anew(scene);
  }

  static void draw_list(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    JournalState& state = scene.state.journal;
    const std::vector<ChoiceItem> periods = {
        {"today", tr("Today")}, {"week", tr("7 days")}, {"month", tr("30 days")}, {"all", tr("All")}};
    if (!ui.is_writing()) {
      const int period = segmented(ui, "journal.period", area.take_top(ui.mm(11), ui.mm(2)), periods, state.period);
      if (period >= 0) {
        state.period = periods[static_cast<std::size_t>(period)].value;
        search_anew(scene);
      }
    }
    const auto& rows = scene.now.journal.rows;
    if (!rows) return;
    if (rows->empty())
      return empty_state(ui, area, "search", tr("No such entries"), tr("Look further back, or for something else."));
    std::size_t last_drawn = 0;
    drag_list(ui, state.list, area, rows->size(), ui.mm(14), 0, [&](std::size_t i, Rect rect) {
      last_drawn = i;
      draw_row(scene, (*rows)[i], rect, i);
    });
    // The next page is on its way before the end is reached.
    const bool near_end = last_drawn + 20 >= rows->size() && scene.now.journal.has_more;
    if (!near_end || state.rows_wanted == rows->size()) return;
    state.rows_wanted = rows->size();
    scene.post(app::MoreJournal{});
  }

  static void draw_right(Scene& scene, Rect area) {
    const app::JournalPanel& journal = scene.now.journal;
    if (!journal.outcome.empty()) draw_outcome(scene, area);
    if (journal.shown || journal.outcome.empty()) draw_journal_entry(scene, area);
  }

  static void draw_outcome(Scene& scene, Rect& area) {
    Ui& ui = scene.ui;
    const app::JournalPanel& journal = scene.now.journal;
    notice_band(ui, area.take_top(ui.mm(13), ui.mm(2)), journal.is_good ? Mood::good : Mood::error,
                journal.is_good ? tr_number(journal.outcome) : std::string(tr("The journal is not as it was written")));
    if (journal.shown || journal.findings.empty()) return;
    const float row_height = ui.line_height(Type::small) + 2 * ui.line_height(Type::body) + ui.mm(2);
    drag_list(ui, scene.state.journal.detail, area, journal.findings.size(), row_height, 0,
              [&](std::size_t i, Rect row) {
                const auto& [terminal, finding] = journal.findings[i];
                ui.text(row.take_top(ui.line_height(Type::small)), terminal, Type::small, ui.colours().ink_soft);
                ui.paragraph(row, tr_number(finding), Type::body, ui.colours().ink, Align::left, 2);
              });
  }

  static void draw_keys(Scene& scene, Rect row) {
    Ui& ui = scene.ui;
    const app::JournalPanel& journal = scene.now.journal;
    const bool may_export = scene.may("export_data") && !journal.checking;
    if (key_button(ui, "journal.export.json", row.take_right(ui.mm(50), ui.gap()),
                   {.label = tr("Save as JSON"), .icon = "export", .enabled = may_export}))
      export_as(scene, false);
    if (key_button(ui, "journal.export.csv", row.take_right(ui.mm(50), ui.gap()),
                   {.label = tr("Save as CSV"), .icon = "export", .enabled = may_export}))
      export_as(scene, true);
    if (key_button(ui, "journal.verify", row.take_left(ui.mm(60), ui.gap()),
                   {.label = journal.checking ? tr("Working...") : tr("Check the journal"),
                    .icon = "shield",
                    .tone = Tone::primary,
                    .enabled = !journal.checking})) {
      forget_entry(scene);
      scene.post(app::VerifyJournal{});
    }
  }

  static void export_as(Scene& scene, bool as_csv) {
    forget_entry(scene);
    scene.post(app::ExportJournal{as_csv});
  }

  // Makes room for what comes of it.
  static void forget_entry(Scene& scene) {
    scene.state.journal.shown = {};
    scene.state.journal.detail = {};
    scene.state.journal.choosing.clear();
  }
};

}  // namespace

void add_journal_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<JournalSheet>());
}

}  // namespace till::ui
