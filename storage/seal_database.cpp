#include "storage/seal_database.hpp"

#include <sqlite3.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <cstring>
#include <span>

#include "security/page_seal.hpp"
#include "storage/folder_seal.hpp"
#include "storage/migrations.hpp"
#include "storage/sealed_vfs.hpp"

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

// The first bytes of a file past every seal; false when there are not so many, or there is no file.
Result<bool> read_beginning(const std::string& path, const std::string& vfs, std::span<std::uint8_t> into) {
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
  int read = opened;
  if (opened == SQLITE_OK) read = file->pMethods->xRead(file, into.data(), static_cast<int>(into.size()), 0);
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  sqlite3_free_filename(const_cast<char*>(name));
  return read == SQLITE_OK;
}

// Empties the log of the database into it, and copies it page by page anew.
Status copy_anew(const std::string& path, const std::string& from_vfs, const std::string& part,
                 const std::string& to_vfs) {
  auto source = TRY(Connection::open(path, Access::read_write, past_the_seal(from_vfs)));
  TRY(check_version(*source, schema_list().back().version));
  TRY(source->exec("PRAGMA journal_mode=DELETE"));
  return source->run("VACUUM INTO ?1", uri_of(part, to_vfs));
}

Status check_copy(Env& env, const std::string& part, const std::string& to_vfs) {
  {
    auto copy = TRY(Connection::open(part, Access::read_only, past_the_seal(to_vfs)));
    auto rows = TRY(copy->query("PRAGMA integrity_check(1)"));
    if (!TRY(rows.next()) || rows.text(0) != "ok")
      return fail(ErrorKind::corrupt, "the database is damaged; restore the newest backup", rows.text(0));
  }
  const auto file = TRY(env.open_writer(part, WriteMode::append));
  TRY(file->sync());
  return file->close();
}

// The folder is synced before the renaming too: a log that comes back after a power cut must not lie beside a database
// that it does not belong to.
Status put_in_place(Env& env, const std::string& part, const std::string& path) {
  TRY(env.sync_dir(parent_folder(path)));
  return env.rename(part, path);
}

Status write_anew(Env& env, const std::string& path, const std::string& from_vfs, const std::string& to_vfs) {
  const auto part = path + ".sealing.part";
  remove_parts(env, part);
  auto done = copy_anew(path, from_vfs, part, to_vfs);
  if (done) done = check_copy(env, part, to_vfs);
  if (done) done = put_in_place(env, part, path);
  if (!done) {
    remove_parts(env, part);
    return fail(done.error().context("the data could not be sealed, and is as it was"));
  }
  TRY(env.sync_dir(parent_folder(path)));
  return {};
}

}  // namespace

Status seal_database(Env& env, const std::string& path, const std::string& vfs) {
  return write_anew(env, path, vfs, TRY(vfs_for(path, vfs)));
}

Status reseal_database(Env& env, const std::string& path, const std::string& vfs, const security::SecretBytes& from,
                       const security::SecretBytes& to) {
  const auto old_seal = TRY(SealedVfs::create(vfs, from)), new_seal = TRY(SealedVfs::create(vfs, to));
  return write_anew(env, path, old_seal->name(), new_seal->name());
}

Result<bool> is_plain_database(const std::string& path, const std::string& vfs) {
  std::array<std::uint8_t, kPlainBeginning.size()> beginning{};
  return TRY(read_beginning(path, vfs, beginning)) && as_text(beginning) == kPlainBeginning;
}

Result<bool> is_sealed_with(const std::string& path, const std::string& vfs, const security::SecretBytes& key) {
  std::array<std::uint8_t, security::kPageSize> page{};
  if (!TRY(read_beginning(path, vfs, page))) return false;
  return TRY(security::PageSealer::create(key))->open(security::PageBytes(page), 1);
}

Result<std::vector<std::string>> databases_beside(Env& env, const std::string& folder) {
  std::vector<std::string> found;
  for (const auto& name : TRY(env.list(folder))) {
    const auto path = join_path(folder, name);
    if (name.starts_with("before-upgrade-") && name.ends_with(".db")) found.push_back(path);
    if (!name.starts_with("replaced-")) continue;
    for (const auto* moved : {"till.db", "refused.db"})
      if (env.exists(join_path(path, moved))) found.push_back(join_path(path, moved));
  }
  return found;
}

}  // namespace till::storage
