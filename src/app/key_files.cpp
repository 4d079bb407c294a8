#include "app/key_files.hpp"

#include <cerrno>
#include <cstdlib>

namespace till::app {
namespace {

constexpr std::uint64_t kMaxKeyFileBytes = 1 << 20;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string pc_key_path() {
  if (const auto given = environment("TILLSTICK_PC_KEY"); !given.empty()) return given;
  if (const auto config = environment("XDG_CONFIG_HOME"); !config.empty()) return config + "/tillstick/pc.key";
  if (const auto home = environment("HOME"); !home.empty()) return home + "/.config/tillstick/pc.key";
  return {};
}

std::string ring_path(const storage::FolderPaths& paths) {
  return storage::join_path(paths.keys(), "ring");
}
std::string identity_path(const storage::FolderPaths& paths) {
  return storage::join_path(paths.keys(), "device");
}

std::string next_database_key_path(const storage::FolderPaths& paths) {
  return storage::join_path(paths.keys(), "database-next");
}
std::string free_old_name(storage::Env& env, const std::string& path) {
  auto kept = path + "-old";
  for (int i = 2; env.exists(kept); ++i) kept = path + "-old-" + std::to_string(i);
  return kept;
}

Result<security::SecretBytes> read_pc_key(storage::Env& env, const std::string& path) {
  return security::parse_pc_key_file(TRY(env.read_file(path, kMaxKeyFileBytes)));
}

// A file that cannot be looked at just now is not one that is missing: a new key in its place would lock the shop up.
Result<bool> is_there(storage::Env& env, const std::string& path) {
  const auto size = env.size(path);
  if (size) return true;
  if (size.error().message == storage::errno_error(ENOENT, {}).message) return false;
  return fail(size.error());
}

Result<security::SecretBytes> make_pc_key(storage::Env& env, const std::string& path, Random& random) {
  TRY(env.make_dirs(storage::parent_folder(path)));
  auto key = security::new_pc_key(random);
  TRY(env.write_atomic(path, security::pc_key_file(key)));
  return key;
}

}  // namespace

std::string database_key_path(const storage::FolderPaths& paths) {
  return storage::join_path(paths.keys(), "database");
}

Result<PcKey> load_pc_key(storage::Env& env, const storage::FolderPaths& paths, Random& random) {
  const auto on_stick = storage::join_path(paths.keys(), "pc.key");
  if (TRY(is_there(env, on_stick))) return PcKey{TRY(read_pc_key(env, on_stick)), true};
  const auto path = pc_key_path();
  if (!path.empty() && TRY(is_there(env, path))) return PcKey{TRY(read_pc_key(env, path)), false};
  if (!path.empty()) {
    if (auto made = make_pc_key(env, path, random)) return PcKey{std::move(*made), false};
  }
  return PcKey{TRY(make_pc_key(env, on_stick, random)), true};
}

Status write_ring(storage::Env& env, const storage::FolderPaths& paths, const security::RingFile& ring,
                  Random& random) {
  return env.write_atomic(ring_path(paths), TRY(ring.encode(random)), storage::ReadBack::compare);
}

bool has_ring(storage::Env& env, const storage::FolderPaths& paths) {
  return env.exists(ring_path(paths));
}

void remove_keys(storage::Env& env, const storage::FolderPaths& paths) {
  for (const auto& path : {ring_path(paths), identity_path(paths), database_key_path(paths)})
    if (env.exists(path)) (void)env.remove(path);
}

Result<security::RingFile> read_ring(storage::Env& env, const storage::FolderPaths& paths,
                                     const security::SecretBytes& pc_key, const std::string& passphrase,
                                     Random& random) {
  if (!TRY(is_there(env, ring_path(paths))))
    return corrupt("the shop's keys (keys/ring) are missing; put the folder 'keys' back, or restore the newest backup");
  const auto file = TRY(env.read_file(ring_path(paths), kMaxKeyFileBytes));
  auto opened = security::RingFile::open_with_pc_key(file, pc_key);
  if (opened || passphrase.empty()) return opened;
  auto ring = TRY(security::RingFile::open_with_passphrase(file, passphrase));
  TRY(ring.set_pc_key(pc_key, random));
  TRY(write_ring(env, paths, ring, random));
  return ring;
}

Result<security::SecretBytes> database_key(storage::Env& env, const storage::FolderPaths& paths,
                                           const security::KeyRing& ring, bool nothing_sealed_yet, Random& random) {
  const auto path = database_key_path(paths);
  if (env.exists(path)) {
    auto found = security::open_database_key(TRY(env.read_file(path, kMaxKeyFileBytes)), ring);
    if (found || !nothing_sealed_yet) return found;
    TRY(keep_unreadable_database_key(env, paths));
  } else if (!nothing_sealed_yet) {
    return corrupt("the key of the shop's data (keys/database) is missing; restore the newest backup");
  }
  auto key = security::SecretBytes::random(random);
  const security::KeyRing* const rings[] = {&ring};
  TRY(write_database_key(env, paths, key, rings, random));
  return key;
}

Status write_database_key(storage::Env& env, const storage::FolderPaths& paths, const security::SecretBytes& key,
                          std::span<const security::KeyRing* const> rings, Random& random) {
  return env.write_atomic(database_key_path(paths), TRY(security::encode_database_key(key, rings, random)),
                          storage::ReadBack::compare);
}

Status write_next_database_key(storage::Env& env, const storage::FolderPaths& paths, const security::KeyRing& ring,
                               Random& random) {
  const security::KeyRing* const rings[] = {&ring};
  return env.write_atomic(next_database_key_path(paths),
                          TRY(security::encode_database_key(security::SecretBytes::random(random), rings, random)),
                          storage::ReadBack::compare);
}

Result<std::optional<security::SecretBytes>> next_database_key(storage::Env& env, const storage::FolderPaths& paths,
                                                               const security::KeyRing& ring, Random& random) {
  using Found = std::optional<security::SecretBytes>;
  if (!has_next_database_key(env, paths)) return Found();
  const auto path = next_database_key_path(paths);
  const auto file = TRY(env.read_file(path, kMaxKeyFileBytes));
  auto key = security::open_database_key(file, ring);
  if (!key) {
    TRY(env.write_atomic(free_old_name(env, database_key_path(paths)), file));
    TRY(write_next_database_key(env, paths, ring, random));
    key = security::open_database_key(TRY(env.read_file(path, kMaxKeyFileBytes)), ring);
  }
  return Found(TRY(std::move(key)));
}

bool has_next_database_key(storage::Env& env, const storage::FolderPaths& paths) {
  return env.exists(next_database_key_path(paths));
}

Status use_next_database_key(storage::Env& env, const storage::FolderPaths& paths) {
  const auto next = next_database_key_path(paths);
  TRY(env.write_atomic(database_key_path(paths), TRY(env.read_file(next, kMaxKeyFileBytes)),
                       storage::ReadBack::compare));
  TRY(env.remove(next));
  TRY(env.sync_dir(paths.keys()));
  return {};
}

Result<std::string> keep_unreadable_database_key(storage::Env& env, const storage::FolderPaths& paths) {
  const auto path = database_key_path(paths);
  if (!env.exists(path)) return std::string();
  const auto kept = free_old_name(env, path);
  TRY(env.rename(path, kept));
  return kept;
}

Status keep_copy_of_database_key(storage::Env& env, const storage::FolderPaths& paths) {
  const auto path = database_key_path(paths);
  const auto bytes = TRY(env.read_file(path, kMaxKeyFileBytes));
  return env.write_atomic(free_old_name(env, path), bytes);
}

Status write_identity(storage::Env& env, const storage::FolderPaths& paths, const security::DeviceIdentity& identity,
                      const security::SecretBytes& pc_key, Random& random) {
  return env.write_atomic(identity_path(paths), TRY(identity.encode_sealed(pc_key, random)),
                          storage::ReadBack::compare);
}

Result<security::DeviceIdentity> read_identity(storage::Env& env, const storage::FolderPaths& paths,
                                               const security::SecretBytes& pc_key) {
  if (!TRY(is_there(env, identity_path(paths))))
    return corrupt(
        "the file that says which terminal this is (keys/device) is missing; put it back, or restore the newest "
        "backup");
  return security::DeviceIdentity::open_sealed(TRY(env.read_file(identity_path(paths), kMaxKeyFileBytes)), pc_key);
}

}  // namespace till::app
