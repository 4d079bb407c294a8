#include "app/shop.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "app/data/import_stage.hpp"
#include "app/healing.hpp"
#include "app/journal.hpp"
#include "app/key_epochs.hpp"
#include "app/key_files.hpp"
#include "app/shop_seal.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/backup_restore.hpp"
#include "storage/meta.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"
#include "sync/incarnation.hpp"

namespace till::app {
namespace {

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

constexpr const char* kRestoreIt = "restore the newest backup: tillctl backup restore latest --from PLACE";

Status require_a_shop(storage::Env& env, const std::string& folder) {
  const storage::FolderPaths paths{folder};
  // SQLite takes an empty file for a new database, and throws its write-ahead log away.
  if (env.exists(paths.database())) {
    if (env.size(paths.database()).value_or(1) > 0) return {};
    return corrupt("the database of the shop in '" + folder + "' is empty, nothing is left of it; " + kRestoreIt);
  }
  if (has_ring(env, paths)) return corrupt("the database of the shop in '" + folder + "' is missing; " + kRestoreIt);
  return invalid("there is no shop in '" + folder + "'; make one with: tillctl --data " + folder + " init --demo");
}

// Changes when the folder was copied.
std::string database_identity(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino);
}

Result<std::unique_ptr<ShopKeys>> open_keys(ShopState& state, const std::string& passphrase) {
  const auto& paths = state.folder->paths();
  auto pc = TRY(load_pc_key(*state.env, paths, state.random));
  auto ring = TRY(read_ring(*state.env, paths, pc.key, passphrase, state.random));
  auto identity = read_identity(*state.env, paths, pc.key);
  if (!identity && identity.error().kind == ErrorKind::denied) {
    // The same shop on another PC: a new device, so that two sticks never write one history.
    identity = security::DeviceIdentity::generate(state.clock, state.random);
    if (identity) TRY(write_identity(*state.env, paths, *identity, pc.key, state.random));
  }
  if (!identity) return fail(identity.error());
  return std::make_unique<ShopKeys>(std::move(pc.key), std::move(ring), std::move(*identity));
}

// Continues this terminal's log, or begins a new life of it where the past cannot be proved to be its own. `was_file`:
// which file the database was before this opening wrote it anew; empty where it did not.
Status continue_log(ShopState& state, storage::Transaction& tx, const std::string& was_file) {
  // Another terminal now (another PC's key): what the hub knows of the old one is not ours to use.
  const auto before = TRY(storage::log_identity(tx)).device;
  if (!before.is_nil() && before != state.device()) TRY(storage::remove_meta(tx, "hub.membership"));
  TRY(storage::Replica::establish(tx, state.device(), state.random));
  const auto file = database_identity(state.db->path());
  sync::StartEvidence evidence;
  evidence.has_own_past = TRY(storage::meta_text(tx, "database.file")).has_value();
  const auto known_file = TRY(storage::meta_text(tx, "database.file")).value_or(file);
  evidence.same_database_file = known_file == file || (!was_file.empty() && known_file == was_file);
  evidence.restored = TRY(storage::meta_text(tx, "restored_from")).has_value();
  const auto continuity = sync::judge_start(evidence);
  if (continuity != sync::Continuity::continues) {
    log::warning("a new part of this till's log begins: {}", sync::sentence(continuity));
    TRY(storage::Replica::start_incarnation(tx, state.random));
    TRY(storage::remove_meta(tx, "restored_from"));
    TRY(write_journal(state, tx, Actor{},
                      {"terminal.new-life", state.terminal, std::string(sync::sentence(continuity))}));
    TRY(state.replica->seal_group(tx));
  }
  return storage::set_meta_text(tx, "database.file", file);
}

Status start(ShopState& state, const std::string& was_file) {
  const auto report = TRY(state.folder->check(*state.db, state.clock));
  state.warning = report.warning();
  if (!state.warning.empty()) log::warning("start-up check: {}", state.warning);
  state.terminal = TRY(state.db->read([](storage::Connection& c) {
                     return storage::meta_text(c, "terminal.name");
                   })).value_or("Till");
  state.replica = std::make_unique<storage::Replica>(state.clock, state.random);
  const bool was_cut_off = !report.was_closed_cleanly && !report.new_folder;
  TRY(state.db->write([&](storage::Transaction& tx) -> Status {
    if (was_cut_off) TRY(look_at_all_tables(tx));
    return continue_log(state, tx, was_file);
  }));
  TRY(state.reload_settings());
  // A shop that cannot finish it now (a full disk) sells all the same; the next import or start tries again.
  if (const auto finished = finish_staged_import(state); !finished)
    log::error("an interrupted import is not finished: {} ({})", finished.error().message, finished.error().cause);
  const auto joined = TRY(state.db->read([](storage::Connection& c) { return storage::meta(c, "hub.membership"); }));
  return joined ? Status{} : renew_keys_of_a_till_alone(state);
}

}  // namespace

Status ShopState::reload_settings() {
  auto read = db->read([](storage::Connection& conn) -> Result<ShopSettings> {
    return settings_from(TRY(storage::load_all<domain::Setting>(conn)), TRY(storage::load_all<domain::Tax>(conn)));
  });
  if (!read) return fail(std::move(read).error());
  std::lock_guard lock(settings_mutex);
  settings_now = std::make_shared<const ShopSettings>(std::move(*read));
  return {};
}

bool use_reserve(ShopState& state, const Error& error) {
  if (error.message != storage::errno_error(ENOSPC, {}).message) return false;
  if (!state.env->exists(state.folder->paths().reserve()) || !state.folder->release_reserve()) return false;
  log::error("the disk is full: the reserve was given back");
  std::lock_guard lock(state.settings_mutex);
  state.warning = "The disk is full and the reserve is in use: make room now, or selling will stop";
  return true;
}

Result<std::unique_ptr<Shop>> Shop::open(const ShopOptions& options) {
  std::unique_ptr<storage::FolderSeal> seal;  // outlives the database
  auto state = std::make_unique<ShopState>(options.clock != nullptr ? *options.clock : system_clock(),
                                           options.random != nullptr ? *options.random : system_random());
  state->assets_folder = options.assets_folder.empty() ? find_assets() : options.assets_folder;
  if (options.env == nullptr) state->own_env = storage::make_real_env();
  state->env = options.env != nullptr ? options.env : state->own_env.get();
  TRY(storage::recover_interrupted_restore(*state->env, options.folder));
  TRY(require_a_shop(*state->env, options.folder));
  state->folder = TRY(storage::ShopFolder::open(*state->env, options.folder));
  log::open_file(storage::join_path(state->folder->paths().logs(), "till.log"));
  state->keys = TRY(open_keys(*state, options.passphrase));
  const auto was_file = database_identity(state->folder->paths().database());
  auto sealed = TRY(seal_shop(*state, options.vfs));
  seal = std::move(sealed.seal);
  storage::OpenOptions database;
  database.folder = options.folder;
  database.vfs = options.vfs;
  state->db = TRY(storage::Database::open(*state->env, database));
  TRY(start(*state, sealed.written_anew ? was_file : std::string()));
  if (seal) seal->keep();
  if (!sealed.warning.empty()) state->warning = sealed.warning;
  return std::unique_ptr<Shop>(new Shop(std::move(state)));
}

Shop::Shop(std::unique_ptr<ShopState> state) : state_(std::move(state)) {}

Shop::~Shop() {
  state_->db.reset();
  storage::FolderSeal::end(folder());
  if (const auto marked = state_->folder->mark_clean({}); !marked)
    log::warning("clean end not marked: {}", marked.error().message);
}

const std::string& Shop::folder() const {
  return state_->folder->paths().root;
}
domain::Currency Shop::currency() const {
  return state_->settings()->rules.currency;
}
std::string Shop::name() const {
  return state_->settings()->shop_name;
}
std::string Shop::terminal() const {
  return state_->terminal;
}
std::string Shop::startup_warning() const {
  std::lock_guard lock(state_->settings_mutex);
  return state_->warning;
}

std::string find_assets() {
  namespace fs = std::filesystem;
  if (const char* given = std::getenv("TILLSTICK_ASSETS"); given != nullptr) return given;
  std::error_code problem;
  auto folder = fs::read_symlink("/proc/self/exe", problem).parent_path();
  for (int up = 0; up < 5 && !folder.empty(); ++up, folder = folder.parent_path()) {
    if (fs::exists(folder / "assets" / "demo", problem)) return (folder / "assets").string();
  }
  return "assets";
}

}  // namespace till::app
