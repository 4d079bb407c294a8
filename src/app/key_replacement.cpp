#include "app/key_replacement.hpp"

#include "app/backup_target.hpp"
#include "app/backups.hpp"
#include "app/enrolment.hpp"
#include "app/key_epochs.hpp"
#include "app/key_passphrase.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

Status check_passphrase(ShopState& state, const std::string& wanted) {
  TRY(security::check_passphrase(wanted));
  return state.keys->with_ring([&](security::RingFile& file) -> Status {
    if (!file.has_passphrase()) return {};
    const auto opened = security::RingFile::open_with_passphrase(TRY(file.encode(state.random)), wanted);
    return opened ? Status(invalid("this is the present passphrase; choose another one, nobody else may know it"))
                  : Status{};
  });
}

}  // namespace

Result<KeyReplacement> replace_keys(Shop& shop, const Actor& actor, const std::string& target,
                                    const std::string& new_passphrase, Task& task) {
  TRY(require_right(shop, actor, domain::Right::rotate_keys));
  auto& state = shop.state();
  const auto joined = TRY(membership(shop));
  if (joined && joined->keys_pending)
    return invalid("this terminal waits for the shop's keys; change them when it has them");
  TRY(check_passphrase(state, new_passphrase));
  TRY(make_backup_target(shop, target));  // before anything is changed: is there a place for the backup?
  TRY(set_new_passphrase(state, new_passphrase));
  KeyReplacement done;
  const auto ring = TRY(announce_new_master(state, actor));
  done.epoch = ring.current_epoch();
  auto saved = save_under(shop, actor, target, ring, task);
  if (!saved) {
    return fail(saved.error().context(
        "the keys are replaced, but the backup failed; make a full backup: tillctl backup create --full"));
  }
  done.backup = std::move(*saved);
  return done;
}

}  // namespace till::app
