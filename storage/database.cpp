#include "storage/database.hpp"

#include "core/log.hpp"
#include "storage/journal.hpp"
#include "storage/reader_pool.hpp"
#include "storage/writer.hpp"

namespace till::storage {

class Database::Impl {
 public:
  Impl(const OpenOptions& options, bool wal, int version)
      : path_(join_path(options.folder, options.file)),
        vfs_(options.vfs),
        wal_(wal),
        version_(version),
        readers_(path_, vfs_, options.readers_max, wal ? nullptr : &exclusion_) {}

  ~Impl() {
    if (!writer_) return;
    writer_->finish();
    readers_.close();
    if (!wal_) return;
    if (auto done = Writer::checkpoint(writer_->connection(), true); !done) {
      log::warning("closing: {}: {}", done.error().message, done.error().cause);
    }
  }

  void start_writer(std::unique_ptr<Connection> conn, const OpenOptions& options) {
    writer_ = std::make_unique<Writer>(std::make_unique<Transaction>(std::move(*conn)), options,
                                       wal_ ? nullptr : &exclusion_);
  }

  Result<Writer*> writer() {
    if (!writer_) {
      return fail(ErrorKind::denied, "this folder is open for reading only; close the till that runs on it first");
    }
    return writer_.get();
  }

  std::string path_, vfs_;
  bool wal_;
  int version_;
  std::shared_mutex exclusion_;
  ReaderPool readers_;
  std::unique_ptr<Writer> writer_;
};

namespace {

Result<int> last_known(const OpenOptions& options) {
  if (options.migrations.empty()) return fail(ErrorKind::invalid, "the program has no schema; report this");
  return options.migrations.back().version;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(Env& env, const OpenOptions& options) {
  const auto path = join_path(options.folder, options.file);
  const int known = TRY(last_known(options));
  if (options.access == Access::read_only) {
    auto conn = TRY(Connection::open(path, Access::read_only, options.vfs));
    const int version = TRY(check_version(*conn, known));
    if (version < known) {
      return invalid("this folder is of an older Tillstick; open it once with the till, which brings it up to date");
    }
    auto q = TRY(conn->query("PRAGMA journal_mode"));
    const bool wal = TRY(q.next()) && q.text(0) == "wal";
    return std::unique_ptr<Database>(new Database(std::make_unique<Impl>(options, wal, version)));
  }
  auto opened = TRY(open_writing_connection(env, options));
  const int version = TRY(migrate(env, *opened.conn, path, options.vfs, options.migrations));
  TRY(env.sync_dir(options.folder));
  auto impl = std::make_unique<Impl>(options, opened.wal, version);
  impl->start_writer(std::move(opened.conn), options);
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Status Database::write_and_wait(std::function<Status(Transaction&)> job, Priority priority) {
  auto* writer = TRY(impl_->writer());
  return writer->run_and_wait({std::move(job), {}, true}, priority);
}

Status Database::write_async(std::function<Status(Transaction&)> job, std::function<void(const Status&)> done,
                             Priority priority) {
  auto* writer = TRY(impl_->writer());
  return writer->run_later({std::move(job), std::move(done), true}, priority);
}

Status Database::read_and_wait(const std::function<Status(Connection&)>& job) {
  if (impl_->writer_ && impl_->writer_->is_me_in_a_job()) {
    return fail(ErrorKind::invalid, "a question was asked inside a change; report this",
                "Database::read in a write job: use its Transaction");
  }
  return impl_->readers_.read(job);
}

int Database::on_commit(std::function<void()> listener) {
  return impl_->writer_ ? impl_->writer_->add_listener(std::move(listener)) : 0;
}

void Database::remove_commit_listener(int number) {
  if (impl_->writer_) impl_->writer_->remove_listener(number);
}

Status Database::checkpoint(bool truncate) {
  auto* writer = TRY(impl_->writer());
  if (!impl_->wal_) return {};
  return writer->run_and_wait({[truncate](Transaction& conn) { return Writer::checkpoint(conn, truncate); }, {}, false},
                              Priority::background);
}

Status Database::between_jobs(const std::function<Status(Connection&)>& step) {
  auto* writer = TRY(impl_->writer());
  return writer->run_and_wait({[&step](Transaction& conn) { return step(conn); }, {}, false}, Priority::background);
}

bool Database::uses_wal() const {
  return impl_->wal_;
}
int Database::schema_version() const {
  return impl_->version_;
}
const std::string& Database::path() const {
  return impl_->path_;
}
const std::string& Database::vfs() const {
  return impl_->vfs_;
}
std::size_t Database::jobs_waiting() const {
  return impl_->writer_ ? impl_->writer_->jobs_waiting() : 0;
}

}  // namespace till::storage
