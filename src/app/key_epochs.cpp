#include "app/key_epochs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "app/enrolment.hpp"
#include "app/held_keys.hpp"
#include "app/journal.hpp"
#include "app/key_files.hpp"
#include "app/let_in.hpp"
#include "app/shop_seal.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "core/wire.hpp"
#include "security/hash.hpp"
#include "security/key_exchange.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using security::EpochNumber;
using security::KeyRing;

constexpr std::string_view kOwnSettings = "key.", kOffer = "key.offer.", kHeld = "key.held.";
constexpr const char* kAtOnce = "key.at_once";               // the epoch that is used without waiting for the others
constexpr const char* kReplacedHere = "keys.replaced-here";  // meta: this terminal's passphrase is newer than the leak
const std::string kOffered = "keys.offered.";                // meta, with a device: which keys it was offered last
constexpr std::int64_t kDay_us = 24LL * 3600 * 1'000'000, kHour_us = 3600LL * 1'000'000;
constexpr std::int64_t kDefaultRotation_days = 30;

using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(ShopState& state) {
  const auto settings = state.settings();
  return {settings->raw.begin(), settings->raw.end()};
}
std::string text_of(const Values& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? std::string() : found->second;
}
template <class Number>
Number number_of(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string offer_key(EpochNumber epoch, const Id& device) {
  return fmt::format("{}{}.{}", kOffer, epoch, to_string(device));
}
std::string held_key(const Id& device) {
  return fmt::format("{}{}", kHeld, to_string(device));
}
Bytes offer_context(const Id& tenant, const Id& device) {
  ByteWriter out;
  out.raw(view("tillstick key offer 1"));
  out.raw(tenant.view());
  out.raw(device.view());
  return out.take();
}

bool has_no_row_yet(const domain::Device& device) {
  return device.name.empty();
}

// The terminals that are not locked out, by id.
Result<std::vector<domain::Device>> terminals(ShopState& state) {
  auto all = TRY(state.db->read(devices_and_let_in));
  std::erase_if(all, [](const domain::Device& device) { return device.revoked || device.sealing_key.size() != 32; });
  std::ranges::sort(all, {}, &domain::Device::id);
  return all;
}

Status put_setting(ShopState& state, storage::Transaction& tx, const std::string& key, const std::string& value) {
  return state.replica->put(tx, make_setting(key, value));
}

Result<std::string> sealed_offer(ShopState& state, const KeyRing& ring, const domain::Device& to) {
  security::ExchangePublicKey recipient{};
  std::ranges::copy(to.sealing_key, recipient.begin());
  return to_hex(
      TRY(security::seal_to(recipient, ring.encode().view(), offer_context(ring.tenant(), to.id), state.random)));
}

// Keeps `ring` aside, offers it to `others` and says so, in one transaction.
Status announce_ring(ShopState& state, const KeyRing& ring, const std::vector<domain::Device>& others,
                     const Actor& actor, const JournalText& text, FirstUse first_use = FirstUse::when_all_have_it) {
  const auto epoch = ring.current_epoch();
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(keep_announced_keys(tx, ring));
    for (const auto& device : others)
      TRY(put_setting(state, tx, offer_key(epoch, device.id), TRY(sealed_offer(state, ring, device))));
    if (first_use == FirstUse::at_once) TRY(put_setting(state, tx, kAtOnce, std::to_string(epoch)));
    TRY(put_setting(state, tx, held_key(state.device()), held_text(ring)));
    return text.action.empty() ? Status{} : write_journal(state, tx, actor, text);
  }));
  return state.reload_settings();
}

enum class NewKey : std::uint8_t { epoch, master };

Result<EpochNumber> announce(ShopState& state, const Actor& actor, FirstUse first_use, bool alone,
                             NewKey what = NewKey::epoch) {
  auto others = TRY(terminals(state));
  std::erase_if(others, [&](const domain::Device& device) { return alone || device.id == state.device(); });
  auto ring = TRY(held_ring(state));
  const bool is_master = what == NewKey::master;
  const auto epoch =
      is_master ? ring.replace_master(state.clock, state.random) : ring.rotate(state.clock, state.random);
  const JournalText text{is_master ? "keys.replace" : "keys.rotate", std::to_string(epoch), {}};
  TRY(announce_ring(state, ring, others, actor, text, first_use));
  if (others.empty()) TRY(use_what_is_held(state));
  return epoch;
}

// The key of the folder's database under the newest master, and another one in its place from the next start on, since
// who knew the old master may have read this one; a passphrase that may have become known opens nothing new.
Status follow_new_master(ShopState& state, security::RingFile& file, bool keep_passphrase) {
  const auto& paths = state.folder->paths();
  const auto database = TRY(database_key(*state.env, paths, file.ring, false, state.random));
  if (!keep_passphrase && file.has_passphrase()) TRY(file.forget_passphrase(state.keys->pc_key(), state.random));
  TRY(write_next_database_key(*state.env, paths, file.ring, state.random));
  TRY(write_ring(*state.env, paths, file, state.random));
  const security::KeyRing* const rings[] = {&file.ring};
  TRY(write_database_key(*state.env, paths, database, rings, state.random));
  std::lock_guard lock(state.settings_mutex);
  if (state.warning.empty()) state.warning = kStartAgainForNewKey;
  return {};
}

Result<KeyRing> opened_offer(ShopState& state, const std::string& hex) {
  const auto tenant = ring_in_use(state).tenant();
  const security::SecretBytes plain(TRY(security::open_sealed(state.keys->identity().exchange, TRY(from_hex(hex)),
                                                              offer_context(tenant, state.device()))));
  return KeyRing::decode(plain.view());
}

// One look at who holds what.
class Round {
 public:
  Round(ShopState& state, std::vector<domain::Device> devices, std::vector<LetIn> let_in, KeyRing held)
      : state_(state),
        devices_(std::move(devices)),
        let_in_(std::move(let_in)),
        held_(std::move(held)),
        values_(values_of(state)) {}

  Result<bool> tend(bool in_step) {
    const auto own = held_text(held_);
    if (text_of(values_, held_key(state_.device())) != own) TRY(announce_ring(state_, held_, {}, Actor{}, {}));
    TRY(offer_to_those_who_lack(own));
    if (ring_in_use(state_).encode() == held_.encode()) {
      if (in_step && rotation_is_due()) TRY(announce(state_, Actor{}, FirstUse::when_all_have_it, false));
      return false;
    }
    return TRY(may_be_used(own)) ? use_what_is_held(state_) : Result<bool>(false);
  }

  // The terminals one after the other, an hour apart, so that not all do it.
  [[nodiscard]] bool rotation_is_due() const {
    const auto set = text_of(values_, kRotationDaysKey);
    const auto days = set.empty() ? kDefaultRotation_days : number_of<std::int64_t>(set);
    const auto made_us = held_.created_at(held_.current_epoch()).us;
    return days > 0 && state_.clock.now().us - made_us > days * kDay_us + rank() * kHour_us;
  }

 private:
  [[nodiscard]] std::string held_by(const Id& device) const {
    auto said = text_of(values_, held_key(device));
    const auto given = std::ranges::find(let_in_, device, &LetIn::device);
    return said.empty() && given != let_in_.end() ? given->held : said;
  }
  [[nodiscard]] std::int64_t rank() const {
    return std::ranges::find(devices_, state_.device(), &domain::Device::id) - devices_.begin();
  }
  [[nodiscard]] bool is_own(const domain::Device& device) const { return device.id == state_.device(); }

  // Who has said that it holds an older key, or of two with the newest number another one, and is offered nothing. The
  // first of those who hold the same does it.
  Status offer_to_those_who_lack(const std::string& own) {
    const auto holder =
        std::ranges::find_if(devices_, [&](const domain::Device& d) { return is_own(d) || held_by(d.id) == own; });
    const bool is_first = holder != devices_.end() && is_own(*holder);
    const auto last = held_.current_epoch();
    std::vector<domain::Device> lacking;
    for (const auto& device : devices_) {
      const bool may_offer = is_first || has_no_row_yet(device);  // of that one nobody else knows
      if (may_offer && !is_own(device) && TRY(lacks(device, last, own))) lacking.push_back(device);
    }
    if (lacking.empty()) return {};
    TRY(announce_ring(state_, held_, lacking, Actor{}, {"keys.offer", std::to_string(last), {}}));
    return state_.db->write([&](storage::Transaction& tx) -> Status {
      for (const auto& device : lacking) TRY(storage::set_meta_text(tx, kOffered + to_string(device.id), own));
      return {};
    });
  }

  // Who holds another key of the same number may hold more than is here: it is offered these once.
  Result<bool> lacks(const domain::Device& device, EpochNumber last, const std::string& own) {
    const auto has = number_of<EpochNumber>(held_by(device.id));
    if (has == 0 || has > last || held_by(device.id) == own) return false;
    if (!text_of(values_, offer_key(last, device.id)).empty()) return false;
    if (has < last) return true;
    const auto offered = TRY(state_.db->read(
        [&](storage::Connection& conn) { return storage::meta_text(conn, kOffered + to_string(device.id)); }));
    return offered != own;
  }

  // Never before the announcement itself has been sealed, under a key that the others have.
  Result<bool> may_be_used(const std::string& own) {
    const auto uncut =
        TRY(state_.db->read([](storage::Connection& conn) { return conn.integer("SELECT count(*) FROM sync_uncut"); }));
    if (uncut.value_or(0) > 0) return false;
    const auto last = held_.current_epoch();
    if (number_of<EpochNumber>(text_of(values_, kAtOnce)) >= last) return true;
    const bool all =
        std::ranges::all_of(devices_, [&](const domain::Device& d) { return is_own(d) || held_by(d.id) == own; });
    return all || state_.clock.now().us - held_.created_at(last).us > kGrace_us;
  }

  ShopState& state_;
  std::vector<domain::Device> devices_;
  std::vector<LetIn> let_in_;
  KeyRing held_;
  Values values_;
};

}  // namespace

bool is_key_setting(std::string_view key) {
  return key.starts_with(kOwnSettings);
}

Result<std::uint32_t> rotate_keys(Shop& shop, const Actor& actor, FirstUse first_use) {
  TRY(require_right(shop, actor, domain::Right::rotate_keys));
  const auto joined = TRY(membership(shop));
  if (joined && joined->keys_pending)
    return invalid("this terminal waits for the shop's keys; change them when it has them");
  return announce(shop.state(), actor, first_use, !joined);
}

Status renew_keys_at_once(ShopState& state, const Actor& actor) {
  TRY(announce(state, actor, FirstUse::at_once, false));
  return {};
}

Result<KeyRing> announce_new_master(ShopState& state, const Actor& actor) {
  const auto joined = TRY(state.db->read([](storage::Connection& c) { return storage::meta(c, "hub.membership"); }));
  TRY(state.db->write([](storage::Transaction& tx) { return storage::set_meta_text(tx, kReplacedHere, "1"); }));
  TRY(announce(state, actor, FirstUse::at_once, !joined, NewKey::master));
  return held_ring(state);
}

Status take_key_offers(ShopState& state) {
  const auto own = "." + to_string(state.device());
  std::vector<std::string> taken;
  auto ring = TRY(held_ring(state));
  for (const auto& [key, value] : values_of(state)) {
    if (!key.starts_with(kOffer) || !key.ends_with(own) || value.empty()) continue;
    const auto offered = opened_offer(state, value);
    const auto merged = offered ? ring.merge(*offered) : Status(fail(offered.error()));
    if (!merged) log::warning("an offered key is of no use: {}", merged.error().message);
    taken.push_back(key);
  }
  if (taken.empty()) return {};
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(keep_announced_keys(tx, ring));
    for (const auto& key : taken) TRY(put_setting(state, tx, key, {}));
    TRY(put_setting(state, tx, held_key(state.device()), held_text(ring)));
    return write_journal(state, tx, Actor{}, {"keys.received", std::to_string(ring.current_epoch()), {}});
  }));
  return state.reload_settings();
}

Result<bool> use_what_is_held(ShopState& state) {
  const auto held = TRY(held_ring(state));
  if (ring_in_use(state).encode() == held.encode()) return false;
  const auto replaced_here =
      TRY(state.db->read([](storage::Connection& conn) { return storage::meta_text(conn, kReplacedHere); }));
  TRY(state.keys->with_ring([&](security::RingFile& file) -> Status {
    const auto masters = file.ring.masters();
    TRY(file.ring.merge(held));
    if (file.ring.masters() > masters) return follow_new_master(state, file, replaced_here.has_value());
    return write_ring(*state.env, state.folder->paths(), file, state.random);
  }));
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(forget_announced_keys(tx));
    if (replaced_here) TRY(storage::remove_meta(tx, kReplacedHere));
    return write_journal(state, tx, Actor{}, {"keys.in-use", std::to_string(held.current_epoch()), {}});
  }));
  return true;
}

Result<bool> tend_keys(ShopState& state, bool in_step) {
  auto devices = TRY(terminals(state));
  auto given = TRY(state.db->read(let_in));
  return Round(state, std::move(devices), std::move(given), TRY(held_ring(state))).tend(in_step);
}

Status renew_keys_of_a_till_alone(ShopState& state) {
  if (!Round(state, {}, {}, TRY(held_ring(state))).rotation_is_due()) return {};
  TRY(announce(state, Actor{}, FirstUse::when_all_have_it, true));
  return {};
}

}  // namespace till::app
