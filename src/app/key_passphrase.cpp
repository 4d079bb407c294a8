#include "app/key_passphrase.hpp"

#include "app/journal.hpp"
#include "app/key_files.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

constexpr std::chrono::milliseconds kScryptLimit{300};

// As hard as this machine computes while a person waits.
security::ScryptCost cost_here() {
  SystemClock machine;
  return security::measured_cost(kScryptLimit, machine);
}

Status check_present(ShopState& state, security::RingFile& file, const std::string& passphrase) {
  const auto opened = security::RingFile::open_with_passphrase(TRY(file.encode(state.random)), passphrase);
  return opened ? Status{} : Status(fail(opened.error()));
}

Status set(ShopState& state, security::RingFile& file, const std::string& passphrase) {
  TRY(file.set_passphrase(passphrase, cost_here(), state.keys->pc_key(), state.random));
  return write_ring(*state.env, state.folder->paths(), file, state.random);
}

}  // namespace

Status settle_passphrase(ShopState& state, const std::string& passphrase) {
  if (passphrase.empty()) return {};
  return state.keys->with_ring([&](security::RingFile& file) {
    return file.has_passphrase() ? check_present(state, file, passphrase) : set(state, file, passphrase);
  });
}

Status set_new_passphrase(ShopState& state, const std::string& wanted) {
  return state.keys->with_ring([&](security::RingFile& file) { return set(state, file, wanted); });
}

Status change_passphrase(Shop& shop, const Actor& actor, const std::string& present, const std::string& wanted) {
  TRY(require_right(shop, actor, domain::Right::rotate_keys));
  auto& state = shop.state();
  TRY(state.keys->with_ring([&](security::RingFile& file) -> Status {
    if (file.has_passphrase()) TRY(check_present(state, file, present));
    return set(state, file, wanted);
  }));
  journal_alone(state, actor, {"keys.passphrase", {}, {}});
  return {};
}

}  // namespace till::app
