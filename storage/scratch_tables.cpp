#include "storage/scratch_tables.hpp"

#include "storage/env.hpp"
#include "storage/migrations.hpp"

namespace till::storage {

namespace {

// No journal: a scratch that is cut short is thrown away. What does not fit into the cache spills to the file.
constexpr const char* kPragmas =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-8192";

}  // namespace

void ScratchTables::sweep(const std::string& path) {
  if (!path.empty()) (void)make_real_env()->remove(path);
}

Result<std::unique_ptr<ScratchTables>> ScratchTables::open(const std::string& path) {
  sweep(path);
  auto conn = TRY(Connection::open(path.empty() ? ":memory:" : path, Access::read_write));
  TRY(conn->exec(kPragmas));
  auto tx = std::make_unique<Transaction>(std::move(*conn));
  auto scratch = std::unique_ptr<ScratchTables>(new ScratchTables(path, std::move(tx)));
  TRY(scratch->tx().exec("BEGIN"));
  for (const Migration& step : schema_list()) TRY(step.apply(scratch->tx()));
  return scratch;
}

ScratchTables::~ScratchTables() {
  tx_.reset();
  sweep(path_);
}

}  // namespace till::storage
