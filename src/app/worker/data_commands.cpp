// Import and export from the panel: the work runs on a thread of its own, what came of it comes back as a job of the
// worker. A file is read anew for each step, so that nothing large is kept between them.
#include "app/data/export.hpp"
#include "app/data/table_source.hpp"
#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

std::string place_of(const ImportProblem& problem) {
  return problem.line == 0 ? std::string() : std::to_string(problem.line);
}

std::shared_ptr<const ImportFileView> view_of(FileLook look, const ImportWish& wish, const std::string& path) {
  auto view = std::make_shared<ImportFileView>();
  view->path = path;
  view->kind = look.kind;
  view->format = look.format;
  view->rows = look.rows;
  view->decimals = wish.decimals == DecimalSign::point   ? "point"
                   : wish.decimals == DecimalSign::comma ? "comma"
                                                         : "auto";
  for (std::size_t i = 0; i < look.columns.size(); ++i) {
    ImportColumnRow column{look.columns[i].name, look.columns[i].key, {}};
    for (const auto& row : look.first_rows)
      if (column.sample.empty()) column.sample = clipped(row[i], 40);
    view->columns.push_back(std::move(column));
  }
  if (auto keys = import_keys(look.kind)) view->keys = std::move(*keys);
  for (auto& row : look.first_rows) {
    for (auto& cell : row) cell = clipped(cell, 40);
    view->first_rows.push_back(std::move(row));
  }
  return view;
}

std::shared_ptr<const ImportReportView> view_of(const ImportReport& report) {
  auto view = std::make_shared<ImportReportView>();
  view->added = report.added;
  view->changed = report.changed;
  view->unchanged = report.unchanged;
  view->problem_count = report.problem_count;
  view->only_checked = report.dry_run || report.problem_count > 0;
  for (const auto& problem : report.problems)
    view->problems.push_back({place_of(problem), problem.column, problem.sentence});
  view->notes = report.notes;
  return view;
}

Result<std::string> content_of(storage::Env& env, const std::string& path) {
  if (!env.exists(path)) return invalid("there is no file '" + path + "'; check its name");
  const auto bytes = TRY(env.read_file(path, kMaxTableBytes));
  return std::string(as_text(bytes));
}

}  // namespace

void TillWorker::run_data_task(const std::string& title, std::function<Job(Task&)> work) {
  data_task_ = std::make_shared<Task>();
  next_.data.progress = Progress{title, {}, 0, 0, true};
  next_.data.problem.clear();
  next_.data.exported_rows.reset();
  data_task_->on_change = [this, task = std::weak_ptr(data_task_)] {
    const auto now = task.lock();
    if (!now || data_progress_pending_.exchange(true)) return;
    const bool posted = post_job([this, now] {
      data_progress_pending_ = false;
      if (!next_.data.progress.running) return;
      next_.data.progress.step = now->step();
      next_.data.progress.done = now->done();
      next_.data.progress.total = now->total();
      publish();
    });
    if (!posted) data_progress_pending_ = false;
  };
  data_thread_ = std::jthread([this, task = data_task_, work = std::move(work)] {
    auto apply = work(*task);
    (void)jobs_.push([this, apply = std::move(apply)] {
      next_.data.progress.running = false;
      apply();
      publish();
    });
  });
}

Status TillWorker::require_no_data_task() const {
  if (next_.data.progress.running) return invalid("an import or export is running; wait until it is done, or stop it");
  return {};
}

TillWorker::Job TillWorker::data_failed(const Error& error) {
  return [this, error] { next_.data.problem = error.message; };
}

void TillWorker::look_at_file() {
  run_data_task("Import", [this, wish = import_wish_, path = import_path_](Task& task) -> Job {
    task.begin("Reading the file", 0);
    auto content = content_of(*shop_->state().env, path);
    auto look =
        content ? look_at_table(std::move(*content), wish.kind, wish.columns) : Result<FileLook>(fail(content.error()));
    if (!look) return data_failed(look.error());
    return [this, wish, path, look = std::move(*look)] {
      import_wish_.kind = look.kind;
      next_.data.file = view_of(look, wish, path);
      next_.data.report.reset();
    };
  });
}

Status TillWorker::on(const ImportOpen& command) {
  TRY(require_no_data_task());
  if (command.from_outside) ++next_.data.opened_from_outside;
  const bool same_file = command.path == import_path_;
  import_path_ = command.path;
  if (!same_file) next_.data.file.reset();
  next_.data.report.reset();
  import_wish_ = {};
  import_wish_.kind = command.kind;
  import_wish_.file_name = storage::file_name(command.path);
  look_at_file();
  return {};
}

Status TillWorker::open_file(const std::string& path) {
  if (!shop_->state().env->exists(path)) return invalid("there is no file '" + path + "'; check its name");
  if (!post(ImportOpen{path, {}, true})) return fail(ErrorKind::retry, "the till is busy; try again");
  return {};
}

Status TillWorker::on(const ImportColumn& command) {
  TRY(require_no_data_task());
  if (!next_.data.file) return {};
  // Chosen for this one, the key is free from the column that had it.
  for (const auto& column : next_.data.file->columns)
    if (!command.key.empty() && column.key == command.key && column.name != command.column)
      import_wish_.columns[column.name] = std::string();
  import_wish_.columns[command.column] = command.key;
  look_at_file();
  return {};
}

Status TillWorker::on(const ImportDecimals& command) {
  TRY(require_no_data_task());
  import_wish_.decimals = command.sign == "auto" ? DecimalSign::unknown : TRY(decimal_sign_from(command.sign));
  look_at_file();
  return {};
}

Status TillWorker::on(const ImportRun& command) {
  TRY(require_no_data_task());
  if (!next_.data.file) return invalid("choose a file first");
  return with_right(
      domain::Right::import_data, "import a file", [this, dry = command.only_check](const Actor& by) -> Status {
        TRY(require_no_data_task());
        run_data_task("Import", [this, by, dry, wish = import_wish_, path = import_path_](Task& task) mutable -> Job {
          auto content = content_of(*shop_->state().env, path);
          if (!content) return data_failed(content.error());
          wish.content = std::move(*content);
          wish.dry_run = dry;
          auto report = import_table(*shop_, by, std::move(wish), task);
          if (!report) return data_failed(report.error());
          return [this, report = std::move(*report)] {
            next_.data.report = view_of(report);
            if (report.problem_count == 0 && !report.dry_run) reload_catalogue();
          };
        });
        return {};
      });
}

Status TillWorker::on(const ExportRun& command) {
  TRY(require_no_data_task());
  if (trimmed(command.path).empty()) return invalid("say where the file goes");
  return with_right(domain::Right::export_data, "export data", [this, command](const Actor& by) -> Status {
    TRY(require_no_data_task());
    ExportWish wish;
    wish.what = command.what;
    wish.format = TRY(file_format_from(command.format));
    run_data_task("Export", [this, by, wish, path = command.path](Task& task) -> Job {
      const auto rows = export_to_file(*shop_, by, wish, path, task);
      if (!rows) return data_failed(rows.error());
      return [this, rows = *rows] { next_.data.exported_rows = rows; };
    });
    return {};
  });
}

Status TillWorker::on(const DataCancel&) {
  if (data_task_) data_task_->cancel();
  return {};
}

}  // namespace till::app
