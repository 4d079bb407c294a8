#include "app/shop_seal.hpp"

#include "app/key_files.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/seal_database.hpp"

namespace till::app {
namespace {

using security::SecretBytes;

constexpr const char* kNotSealed =
    "The shop's data is not sealed yet, who finds the stick can read it: make room and start again";
constexpr const char* kOldKey =
    "The shop's data is still sealed with a key that became known: make room and start again";

class ShopSealing {
  template <class F>
  auto with_ring(F&& f) {
    return state_.keys->with_ring(std::forward<F>(f));
  }

 public:
  ShopSealing(ShopState& state, const std::string& vfs)
      : state_(state), env_(*state.env), paths_(state.folder->paths()), vfs_(vfs) {}

  Result<SealedShop> run() {
    const bool plain = TRY(storage::is_plain_database(paths_.database(), vfs_));
    const bool was_sealed = with_ring([](security::RingFile& file) { return file.data_is_sealed; });
    if (plain && was_sealed)
      return fail(ErrorKind::corrupt,
                  "somebody put another database in the place of the shop's; restore the newest backup");
    auto key = TRY(key_to_use(plain));
    done_.seal = TRY(storage::FolderSeal::establish(paths_.root, key));
    if (plain && !TRY(seal_plain())) {
      done_.seal.reset();
      done_.warning = kNotSealed;
      return std::move(done_);
    }
    if (was_sealed) return std::move(done_);
    if (!seal_what_lies_beside()) {
      done_.warning = kNotSealed;
      return std::move(done_);
    }
    TRY(with_ring([&](security::RingFile& file) {
      file.data_is_sealed = true;
      return write_ring(env_, paths_, file, state_.random);
    }));
    return std::move(done_);
  }

 private:
  Result<SecretBytes> key_to_use(bool plain) {
    const bool nothing_sealed = plain || !env_.exists(paths_.database());
    auto key = TRY(with_ring([&](security::RingFile& file) {
      return database_key(env_, paths_, file.ring, nothing_sealed, state_.random);
    }));
    auto next = TRY(
        with_ring([&](security::RingFile& file) { return next_database_key(env_, paths_, file.ring, state_.random); }));
    if (!next) return key;
    if (!nothing_sealed && !TRY(reseal(key, *next))) {
      done_.warning = kOldKey;
      return key;
    }
    TRY(use_next_database_key(env_, paths_));
    log::info("the shop's data is sealed with a new key now");
    return std::move(*next);
  }

  // False where it has to stay as it is for now. The shop's own database last: it says which of the keys is in use.
  Result<bool> reseal(const SecretBytes& from, const SecretBytes& to) {
    const auto is_done = [&](const std::string& path) { return storage::is_sealed_with(path, vfs_, to); };
    const auto seal = [&](const std::string& path) { return storage::reseal_database(env_, path, vfs_, from, to); };
    const auto lies_beside = for_each_beside(is_done, seal);
    if (lies_beside == Beside::failed) return false;
    if (lies_beside == Beside::unreadable) TRY(keep_copy_of_database_key(env_, paths_));
    const auto path = paths_.database();
    if (TRY(is_done(path))) return true;
    if (const auto sealed = seal(path); !sealed) {
      log::error("{} ({})", sealed.error().message, sealed.error().cause);
      // Only the last step, the folder's sync, may have failed: then it is done all the same.
      if (!TRY(is_done(path))) return false;
      TRY(env_.sync_dir(paths_.root));
    }
    done_.written_anew = true;
    return true;
  }

  // Other databases of the folder, as readable as the shop's own. unreadable: one is damaged (a restore moved it aside)
  // and stays as it is, for ever.
  enum class Beside : unsigned char { done, unreadable, failed };
  template <class IsDone, class Seal>
  Beside for_each_beside(IsDone&& is_done, Seal&& seal) {
    // Kept for the next increment alone, which does without.
    if (!env_.remove_tree(storage::join_path(paths_.root, "kept-images"))) return Beside::failed;
    const auto found = storage::databases_beside(env_, paths_.root);
    if (!found) return Beside::failed;
    auto outcome = Beside::done;
    for (const auto& path : *found) {
      const auto done = is_done(path);
      if (done && *done) continue;
      const auto sealed = seal(path);
      if (sealed) continue;
      log::warning("{}: {} ({})", path, sealed.error().message, sealed.error().cause);
      if (sealed.error().kind != ErrorKind::corrupt && sealed.error().kind != ErrorKind::invalid) return Beside::failed;
      outcome = Beside::unreadable;
    }
    return outcome;
  }

  // False where it stays plain for now.
  Result<bool> seal_plain() {
    if (const auto sealed = storage::seal_database(env_, paths_.database(), vfs_); !sealed) {
      log::error("{} ({})", sealed.error().message, sealed.error().cause);
      // Only the last step, the folder's sync, may have failed: then the sealed one is there already.
      if (TRY(storage::is_plain_database(paths_.database(), vfs_))) return false;
    }
    done_.written_anew = true;
    log::info("the shop's data is sealed now");
    return true;
  }

  bool seal_what_lies_beside() {
    const auto is_done = [&](const std::string& path) -> Result<bool> {
      return !TRY(storage::is_plain_database(path, vfs_));
    };
    const auto seal = [&](const std::string& path) { return storage::seal_database(env_, path, vfs_); };
    return for_each_beside(is_done, seal) != Beside::failed;
  }

  ShopState& state_;
  storage::Env& env_;
  const storage::FolderPaths& paths_;
  const std::string& vfs_;
  SealedShop done_;
};

}  // namespace

Result<SealedShop> seal_shop(ShopState& state, const std::string& vfs) {
  return ShopSealing(state, vfs).run();
}

}  // namespace till::app
