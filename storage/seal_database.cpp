// What an older program left plain gets sealed.
#include <sqlite3.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include "security/page_seal.hpp"
#include "storage/folder_seal.hpp"
#include "storage/migrations.hpp"

namespace till::storage {
namespace {

constexpr std::string_view kPlainBeginning("SQLite format 3\0", 16);

std::string uri_of(const std::string& path, const std::string& vfs) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("/._-", c) != nullptr;
    uri += plain ? std::string(1, c) : "%" + to_hex(view(std::string_view(&c, 1)));
  }
  return uri + "?vfs=" + vfs;
}

void remove_parts(Env& env, const std::string& path) {
  for (const auto* suffix : {"", "-wal", "-shm", "-journal"}) (void)env.remove(path + suffix);
}

// Empties the log of the plain database into it, and copies it page by page anew.
Status copy_sealed(const std::string& path, const std::string& part) {
  auto plain = TRY(Connection::open(path, Access::read_write, plain_vfs()));
  TRY(check_version(*plain, schema_list().back().version));
  TRY(plain->exec("PRAGMA journal_mode=DELETE"));
  int reserved = security::kPageTrailer;
  if (sqlite3_file_control(plain->handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) != SQLITE_OK)
    return fail(ErrorKind::permanent, "the database cannot be sealed; report this", "reserve bytes");
  return plain->run("VACUUM INTO ?1", uri_of(part, TRY(vfs_for(part, {}))));
}

Status check_copy(Env& env, const std::string& part) {
  {
    auto copy = TRY(Connection::open(part, Access::read_only));
    auto rows = TRY(copy->query("PRAGMA integrity_check(1)"));
    if (!TRY(rows.next()) || rows.text(0) != "ok")
      return fail(ErrorKind::corrupt, "the database is damaged; restore the newest backup", rows.text(0));
  }
  const auto file = TRY(env.open_writer(part, WriteMode::append));
  TRY(file->sync());
  return file->close();
}

}  // namespace

Result<bool> is_plain_database(const std::string& path, const std::string& vfs) {
  auto* below = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (below == nullptr) return fail(ErrorKind::permanent, "the disk cannot be used; report this", "no VFS " + vfs);
  const std::unique_ptr<void, decltype(&std::free)> memory(std::calloc(1, static_cast<std::size_t>(below->szOsFile)),
                                                           &std::free);
  auto* file = static_cast<sqlite3_file*>(memory.get());
  std::string full(static_cast<std::size_t>(below->mxPathname) + 1, '\0');
  if (below->xFullPathname(below, path.c_str(), static_cast<int>(full.size()), full.data()) != SQLITE_OK) return false;
  const auto* name = sqlite3_create_filename(full.c_str(), "", "", 0, nullptr);
  int flags = 0;
  const int opened = below->xOpen(below, name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &flags);
  std::array<char, 16> beginning{};
  int read = opened;
  if (opened == SQLITE_OK) read = file->pMethods->xRead(file, beginning.data(), beginning.size(), 0);
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  sqlite3_free_filename(const_cast<char*>(name));
  return read == SQLITE_OK && std::string_view(beginning.data(), beginning.size()) == kPlainBeginning;
}

Status seal_database(Env& env, const std::string& path) {
  const auto part = path + ".sealing.part";
  remove_parts(env, part);
  auto done = copy_sealed(path, part);
  if (done) done = check_copy(env, part);
  if (done) done = env.rename(part, path);
  if (!done) {
    remove_parts(env, part);
    return fail(done.error().context("the data could not be sealed, and is as it was"));
  }
  TRY(env.sync_dir(parent_folder(path)));
  return {};
}

}  // namespace till::storage
