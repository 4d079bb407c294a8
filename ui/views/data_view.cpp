// Import and export. Importing shows what the file is, lets a person say what each column is, checks without writing,
// and writes; exporting asks what, how and where.
#include <algorithm>

#include "ui/views/data_words.hpp"
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

using KindLabel = std::pair<const char*, const char*>;
constexpr std::array<KindLabel, 8> kKinds = {{{"products", "Products"},
                                              {"customers", "Customers"},
                                              {"users", "Users"},
                                              {"suppliers", "Suppliers"},
                                              {"stock", "Stock"},
                                              {"prices", "Prices"},
                                              {"categories", "Categories"},
                                              {"taxes", "Taxes"}}};
constexpr std::array<KindLabel, 4> kOutOnly = {
    {{"sales", "Sales"}, {"sale-lines", "Sold items"}, {"settings", "Settings"}, {"audit", "Journal"}}};

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

std::string count_text(const char* text, std::size_t count) {
  return tr(text, std::to_string(count));
}

class DataPanel final : public View {
 public:
  Info info() const override { return {Sheet::data, "data", "Import and export"}; }

 protected:
  void opened(Scene& scene) override {
    const auto folder = scene.state.data.folder;
    scene.state.data = {};
    scene.state.data.folder = folder;
    if (scene.now.data.file) scene.state.data.path = scene.now.data.file->path;
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    DataState& state = scene.state.data;
    const std::vector<ChoiceItem> parts = {{"import", tr("Import"), "import"}, {"export", tr("Export"), "export"}};
    const int tapped = tabs(ui, "data.tab", content.take_top(ui.mm(13), ui.gap()), parts, state.tab);
    if (tapped >= 0) state.tab = parts[static_cast<std::size_t>(tapped)].value;
    if (scene.now.data.progress.running) draw_progress(scene, content.take_top(ui.mm(22), ui.gap()));
    draw_outcome(scene, content);
    if (state.tab == "import") {
      draw_import(scene, content);
    } else {
      draw_export(scene, content);
    }
  }

 private:
  static void draw_progress(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    const app::Progress& progress = scene.now.data.progress;
    Rect inner = card(ui, rect);
    const Rect stop = inner.take_right(ui.mm(36), ui.mm(4));
    if (key_button(ui, "data.cancel", stop, {.label = tr("Stop"), .icon = "close", .tone = Tone::danger}))
      scene.post(app::DataCancel{});
    Rect line = inner.take_top(ui.mm(8), ui.mm(2));
    if (progress.done > 0)
      ui.text(line.take_right(ui.mm(40)), count_text("%s rows", progress.done), Type::strong, ui.colours().ink,
              Align::right);
    const std::string step = progress.step.empty() ? std::string() : std::string(": ") + tr(progress.step.c_str());
    ui.text(line, tr(progress.title.c_str()) + step, Type::strong, ui.colours().ink);
    progress_bar(ui, inner.take_top(ui.mm(4)), progress.done, progress.total);
  }

  static void draw_outcome(Scene& scene, Rect& content) {
    Ui& ui = scene.ui;
    const app::DataView& data = scene.now.data;
    if (data.progress.running || (data.problem.empty() && !data.exported_rows)) return;
    const std::string text =
        data.problem.empty() ? count_text("%s rows exported", *data.exported_rows) : tr_sentence(data.problem);
    const Rect band = content.take_top(ui.mm(13), ui.gap());
    ui.show_text("data.outcome", text, band);
    notice_band(ui, band, data.problem.empty() ? Mood::good : Mood::error, text);
  }

  // --- import ---

  static void draw_import(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    const auto file = scene.now.data.file;
    if (file && scene.state.data.path.empty() && !ui.is_writing()) scene.state.data.path = file->path;
    draw_file(scene, content.take_top(ui.mm(19), ui.gap()));
    if (!file) {
      Rect inner = card(ui, content);
      return empty_state(ui, inner, "import", tr("No file chosen"),
                         tr("Name a CSV or JSON file, or open one with the till from the folder it lies in."));
    }
    draw_kinds(scene, *file, content.take_top(ui.mm(12), ui.gap()));
    draw_import_keys(scene, *file, content.take_bottom(ui.mm(16), ui.gap()));
    Columns halves = two_columns(ui, content, 0.46F);
    draw_columns(scene, *file, halves.left);
    if (!scene.state.data.column.empty()) {
      draw_choices(scene, *file, halves.right);
    } else if (scene.now.data.report) {
      draw_report(scene, *scene.now.data.report, halves.right);
    } else {
      draw_first_rows(scene, *file, halves.right);
    }
  }

  static void draw_file(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    DataState& state = scene.state.data;
    const bool free = !scene.now.data.progress.running;
    Rect row = rect;
    Rect key = row.take_right(ui.mm(44), ui.gap());
    key = key.take_bottom(std::min(key.h, ui.mm(13)));
    const FieldSpec field{
        .label = tr("File"), .placeholder = tr("e.g. /media/stick/products.csv"), .icon = "folder", .max_bytes = 400};
    const auto event = text_field(ui, "data.path", row, state.path, field);
    const KeySpec look{.label = tr("Read the file"), .icon = "search", .enabled = free && !state.path.empty()};
    if ((key_button(ui, "data.look", key, look) || event == FieldEvent::entered) && look.enabled) {
      ui.leave_text();
      state.column.clear();
      scene.post(app::ImportOpen{state.path, {}, false});
    }
  }

  static void draw_kinds(Scene& scene, const app::ImportFileView& file, Rect rect) {
    std::vector<ChoiceItem> items;
    for (const auto& [value, label] : kKinds) items.push_back({value, tr(label)});
    const int tapped = segmented(scene.ui, "data.kind", rect, items, file.kind);
    if (tapped < 0 || scene.now.data.progress.running) return;
    scene.state.data.column.clear();
    scene.post(app::ImportOpen{file.path, items[static_cast<std::size_t>(tapped)].value, false});
  }

  static void draw_columns(Scene& scene, const app::ImportFileView& file, Rect rect) {
    Ui& ui = scene.ui;
    DataState& state = scene.state.data;
    Rect inner = card(ui, rect);
    ui.text(inner.take_top(ui.mm(6), ui.mm(1)), count_text("%s rows", file.rows) + ", " + format_words(file.format),
            Type::small, ui.colours().ink_soft);
    TableSpec spec{{{tr("Column"), 4}, {tr("Read as"), 3}, {tr("First value"), 3}}, {}, {}, true};
    for (std::size_t i = 0; i < file.columns.size(); ++i) {
      const auto& column = file.columns[i];
      spec.rows.push_back(
          {column.name, column.key.empty() ? std::string(tr("not read")) : column_word(column.key), column.sample});
      spec.keys.push_back(std::to_string(i));
      if (column.name == state.column) spec.selected = static_cast<int>(i);
    }
    const int tapped = table(ui, "data.column", inner, state.columns, spec);
    if (tapped < 0) return;
    const auto& name = file.columns[static_cast<std::size_t>(tapped)].name;
    state.column = state.column == name ? std::string() : name;
  }

  static void draw_choices(Scene& scene, const app::ImportFileView& file, Rect rect) {
    Ui& ui = scene.ui;
    DataState& state = scene.state.data;
    Rect inner = card(ui, rect, tr("What is the column %s?", state.column));
    const auto column =
        std::find_if(file.columns.begin(), file.columns.end(), [&](const auto& c) { return c.name == state.column; });
    const std::string chosen = column == file.columns.end() ? std::string() : column->key;
    constexpr int kColumns = 3;
    drag_grid(ui, state.keys, inner, file.keys.size() + 1, kColumns, ui.mm(12), ui.gap(),
              [&](std::size_t i, Rect cell) {
                const std::string key = i == 0 ? std::string() : file.keys[i - 1];
                const std::string label = i == 0 ? std::string(tr("Leave out")) : column_word(key);
                const KeySpec spec{.label = label, .selected = key == chosen, .type = Type::small};
                if (!key_button(ui, "data.key." + (i == 0 ? std::string("none") : key), cell, spec)) return;
                if (!scene.now.data.progress.running) scene.post(app::ImportColumn{state.column, key});
                state.column.clear();
              });
  }

  static void draw_first_rows(Scene& scene, const app::ImportFileView& file, Rect rect) {
    Ui& ui = scene.ui;
    Rect inner = card(ui, rect, tr("The first rows"));
    constexpr std::size_t kShown = 4;
    TableSpec spec;
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < file.columns.size() && shown.size() < kShown; ++i)
      if (!file.columns[i].key.empty()) shown.push_back(i);
    for (const auto i : shown) spec.columns.push_back({column_word(file.columns[i].key), 1});
    for (const auto& row : file.first_rows) {
      auto& cells = spec.rows.emplace_back();
      for (const auto i : shown) cells.push_back(row[i]);
    }
    if (!shown.empty()) table(ui, "data.row", inner, scene.state.data.rows, spec);
  }

  static void draw_report(Scene& scene, const app::ImportReportView& report, Rect rect) {
    Ui& ui = scene.ui;
    const bool bad = report.problem_count > 0;
    Rect inner = card(ui, rect,
                      bad                   ? tr("This cannot be imported")
                      : report.only_checked ? tr("Checked: nothing was written")
                                            : tr("Imported"));
    Rect counts = inner.take_top(ui.mm(7), ui.mm(1));
    const std::string sums = count_text("%s new", report.added) + ", " + count_text("%s changed", report.changed) +
                             ", " + count_text("%s as they were", report.unchanged);
    ui.show_text("data.report", sums, counts);
    ui.text(counts, sums, Type::strong, ui.colours().ink);
    for (const auto& note : report.notes)
      ui.paragraph(inner.take_top(2 * ui.line_height(Type::small), ui.mm(1)), tr_sentence(note), Type::small,
                   ui.colours().ink_soft, Align::left, 2);
    if (!bad) return;
    ui.text(inner.take_top(ui.mm(7), ui.mm(1)),
            count_text("%s to put right, nothing was written", report.problem_count), Type::strong, ui.colours().ink);
    const float row_height = ui.mm(5) + 3 * ui.line_height(Type::small);
    drag_list(
        ui, scene.state.data.problems, inner, report.problems.size(), row_height, 0, [&](std::size_t i, Rect row) {
          const auto& problem = report.problems[i];
          std::string where = problem.line.empty() ? std::string(tr("The file")) : tr("Line %s", problem.line);
          if (!problem.column.empty()) where += ", " + problem.column;
          ui.text(row.take_top(ui.line_height(Type::small) + ui.mm(2)), where, Type::small, ui.colours().ink_soft);
          ui.paragraph(row.take_top(2 * ui.line_height(Type::small)), tr_sentence(problem.sentence), Type::small,
                       ui.colours().ink, Align::left, 2);
        });
  }

  static void draw_import_keys(Scene& scene, const app::ImportFileView& file, Rect rect) {
    Ui& ui = scene.ui;
    const bool free = !scene.now.data.progress.running;
    Rect row = rect;
    const Rect write = row.take_right(ui.mm(48), ui.gap());
    const Rect check = row.take_right(ui.mm(48), ui.gap());
    const std::vector<ChoiceItem> signs = {{"auto", tr("By the file")}, {"point", "1.50"}, {"comma", "1,50"}};
    ui.text(row.take_left(ui.mm(26), ui.gap()), tr("Decimals"), Type::strong, ui.colours().ink);
    const int tapped = segmented(ui, "data.decimals", row, signs, file.decimals);
    if (tapped >= 0 && free) scene.post(app::ImportDecimals{signs[static_cast<std::size_t>(tapped)].value});
    const KeySpec check_key{.label = tr("Check"), .shortcut = {"F5", Key::f5}, .icon = "check", .enabled = free};
    if (key_button(ui, "data.check", check, check_key)) scene.post(app::ImportRun{true});
    const KeySpec write_key{.label = tr("Import"),
                            .shortcut = {"F9", Key::f9},
                            .icon = "import",
                            .tone = Tone::primary,
                            .enabled = free,
                            .type = Type::strong};
    if (key_button(ui, "data.import", write, write_key)) scene.post(app::ImportRun{false});
  }

  // --- export ---

  static void draw_export(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    DataState& state = scene.state.data;
    if (state.folder.empty()) state.folder = folder_of(state.path);
    draw_target(scene, content.take_top(ui.mm(24), ui.gap()));  // first, where the keyboard does not reach
    Rect what = card(ui, content.take_top(ui.mm(64), ui.gap()), tr("What"));
    int index = 0;
    const auto choice = [&](const KindLabel& kind) {
      const Rect cell = what.cell(index % 4, index / 4, 4, 3, ui.gap());
      ++index;
      if (key_button(ui, std::string("data.what.") + kind.first, cell,
                     {.label = tr(kind.second), .selected = state.what == kind.first}))
        state.what = kind.first;
    };
    for (const auto& kind : kKinds) choice(kind);
    for (const auto& kind : kOutOnly) choice(kind);
    const std::string target = target_of(state);
    const bool ready = !state.folder.empty() && !scene.now.data.progress.running;
    if (main_key(ui, "data.export", content.take_top(ui.mm(16), ui.gap()), tr("Export into %s", target), ready,
                 Tone::primary, "export"))
      scene.post(app::ExportRun{state.what, state.format, target});
  }

  static void draw_target(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    DataState& state = scene.state.data;
    Rect inner = card(ui, rect);
    Rect format = inner.take_right(ui.mm(60), ui.gap());
    format = format.take_bottom(ui.mm(12));
    const std::vector<ChoiceItem> formats = {{"csv", "CSV"}, {"json", "JSON"}};
    const int tapped = segmented(ui, "data.format", format, formats, state.format);
    if (tapped >= 0) state.format = formats[static_cast<std::size_t>(tapped)].value;
    const FieldSpec field{
        .label = tr("Folder"), .placeholder = tr("e.g. /media/stick"), .icon = "folder", .max_bytes = 400};
    text_field(ui, "data.folder", inner, state.folder, field);
  }

  static std::string target_of(const DataState& state) {
    const bool ends = state.folder.empty() || state.folder.back() == '/';
    return state.folder + (ends ? "" : "/") + state.what + "." + state.format;
  }
};

}  // namespace

void add_data_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<DataPanel>());
}

}  // namespace till::ui
