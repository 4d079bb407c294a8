#include "app/enrolment.hpp"

#include "app/held_keys.hpp"
#include "app/journal.hpp"
#include "app/journal_old_chain.hpp"
#include "app/key_epochs.hpp"
#include "app/key_files.hpp"
#include "app/let_in.hpp"
#include "app/made_up_rows.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/hash.hpp"
#include "security/key_exchange.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr const char* kHasMadeUpRows =
    "this folder holds made-up data of 'tillctl generate', which no other terminal can ever have, so it cannot join; "
    "begin with a new folder, or restore a backup from before";
constexpr const char* kMembership = "hub.membership";
constexpr const char* kBringsOthers = "hub.brings_others";
constexpr std::string_view kGrantContext = "tillstick key grant 3";
constexpr security::ScryptCost kGrantCost{14, 8, 1};
constexpr std::string_view kCodeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kRandomLetters = 11;
constexpr std::uint64_t kMaxCaBytes = 1 << 20;

Bytes bytes_of(const auto& key) {
  return Bytes(key.begin(), key.end());
}

Result<Bytes> read_ca(ShopState& state, const std::string& ca_file) {
  if (ca_file.empty()) return Bytes{};
  auto pem = state.env->read_file(ca_file, kMaxCaBytes);
  if (!pem) return invalid("cannot read the hub's certificate file '" + ca_file + "'; check its name");
  if (as_text(*pem).find("-----BEGIN CERTIFICATE-----") == std::string_view::npos)
    return invalid("'" + ca_file + "' is not a certificate; it must begin with -----BEGIN CERTIFICATE-----");
  return pem;
}

// It must be there at the next start, wherever the file that was given lies then. Each has a name of its own, so that
// the one in use stays until the other is.
Result<std::string> keep_ca(ShopState& state, const std::string& ca_file) {
  const auto pem = TRY(read_ca(state, ca_file));
  if (pem.empty()) return std::string();
  const auto name = "hub-ca-" + to_hex(ByteView(security::sha256(pem)).first(4)) + ".pem";
  const auto kept = storage::join_path(state.folder->paths().keys(), name);
  TRY(state.env->write_atomic(kept, pem));
  return kept;
}

char check_letter(std::string_view letters) {
  return kCodeLetters[security::sha256(view("tillstick approval " + std::string(letters)))[0] % kCodeLetters.size()];
}

// What binds a ring to the one that it is for.
Bytes grant_context(const Id& tenant, const Id& device) {
  ByteWriter out;
  out.raw(view(kGrantContext));
  out.raw(tenant.view());
  out.raw(device.view());
  return out.take();
}

// What a newcomer is given: the ring in use, and beside it the one with what is announced already. Others begin to use
// that without asking the newcomer, who would not be able to read what they seal.
struct Grant {
  security::KeyRing ring;
  std::optional<security::KeyRing> announced;
};

constexpr std::size_t kMaxRingBytes = 1 << 20;

Result<security::SecretBytes> grant_from(ShopState& state) {
  ByteWriter out;
  out.sized(state.keys->with_ring([](security::RingFile& file) { return file.ring.encode(); }).view());
  const auto announced = TRY(announced_keys(state));
  out.sized(announced ? announced->encode().view() : ByteView{});
  return security::SecretBytes(out.take());
}

Result<Grant> read_grant(ByteView bytes) {
  ByteReader in(bytes);
  Grant grant{TRY(security::KeyRing::decode(TRY(in.sized(kMaxRingBytes)))), std::nullopt};
  if (const auto announced = TRY(in.sized(kMaxRingBytes)); !announced.empty())
    grant.announced = TRY(security::KeyRing::decode(announced));
  if (!in.empty()) return corrupt("the keys for this terminal are longer than their content");
  return grant;
}

Result<net::HubPeer> waiting_terminal(const std::vector<net::HubPeer>& peers, const std::string& name) {
  const auto wanted = lowered(trimmed(name));
  std::vector<net::HubPeer> found;
  for (const auto& peer : peers) {
    if (peer.revoked || peer.sealing_key.size() != 32) continue;
    const bool by_id = wanted.size() >= 4 && to_string(peer.id).starts_with(wanted);
    if (wanted.empty() ? !peer.has_keys : lowered(peer.name) == wanted || by_id) found.push_back(peer);
  }
  if (wanted.empty() && found.empty()) return invalid("no terminal waits for the shop's keys; enrol the new one first");
  if (wanted.empty() && found.size() > 1) return invalid("several terminals wait for the shop's keys; say which one");
  if (found.size() > 1) std::erase_if(found, [](const net::HubPeer& peer) { return peer.has_keys; });
  if (found.empty()) return invalid("the hub knows no terminal '" + name + "' that waits for keys; enrol it first");
  if (found.size() > 1) return invalid("several terminals are called '" + name + "'; give the beginning of its id");
  return found.front();
}

Status save_membership(storage::Transaction& tx, const HubMembership& membership) {
  return storage::set_meta(tx, kMembership, encode(membership));
}

net::EnrolRequest request_of(ShopState& state, const std::string& code, const Id& continues) {
  const auto known = state.keys->identity().public_part();
  return {code, state.terminal, bytes_of(known.signing), bytes_of(known.exchange), continues};
}

Status adopt(Shop& shop, Grant grant, HubMembership membership) {
  auto& state = shop.state();
  const auto& paths = state.folder->paths();
  TRY(remember_journal_key(shop));
  TRY(state.keys->with_ring([&](security::RingFile& file) -> Status {
    const auto database = TRY(database_key(*state.env, paths, file.ring, false, state.random));
    const security::KeyRing* const both[] = {&grant.ring, &file.ring};
    TRY(write_database_key(*state.env, paths, database, both, state.random));
    const auto old_name = "ring-" + to_hex(ByteView(file.ring.tenant().bytes).first(4));
    TRY(state.env->write_atomic(storage::join_path(paths.keys(), old_name), TRY(file.encode(state.random))));
    // A file of its own: its slots are bound to the ring's id. The recovery passphrase is given again with the next
    // backup.
    const bool data_is_sealed = file.data_is_sealed;
    file = TRY(security::RingFile::create(std::move(grant.ring), state.keys->pc_key(), state.random));
    file.data_is_sealed = data_is_sealed;
    TRY(write_ring(*state.env, paths, file, state.random));
    const security::KeyRing* const own[] = {&file.ring};
    return write_database_key(*state.env, paths, database, own, state.random);
  }));
  membership.keys_pending = false;
  membership.approval_code.clear();
  return change(state, [&](storage::Transaction& tx) -> Status {
    TRY(save_membership(tx, membership));
    if (grant.announced) TRY(keep_announced_keys(tx, *grant.announced));
    return write_journal(state, tx, Actor{}, {"keys.received", membership.tenant_name, {}});
  });
}

struct HubTarget {
  std::string url, code, ca_file;
};

net::HubClient client_of(Shop& shop, const net::HubAddress& address) {
  return {address, credentials_of(shop), shop.state().clock, shop.state().random};
}

Status save_moved(ShopState& state, const Actor& actor, const HubMembership& moved, const char* kind) {
  return change(state, [&](storage::Transaction& tx) -> Status {
    TRY(save_membership(tx, moved));
    TRY(storage::set_meta_text(tx, kBringsOthers, "1"));
    return write_journal(state, tx, actor, {kind, moved.tenant_name, moved.url});
  });
}

// For the first time, or once more while it waits for the keys.
Result<HubMembership> join(Shop& shop, const Actor& actor, const HubTarget& target) {
  auto& state = shop.state();
  if (target.code.empty()) return invalid("give the enrolment code that the hub shows: till-hub device code TENANT");
  HubMembership joined;
  joined.url = target.url;
  joined.ca_file = TRY(keep_ca(state, target.ca_file));
  auto hub = client_of(shop, address_of(joined));
  const auto answer = TRY(hub.enrol(request_of(state, target.code, {})));
  joined.tenant = answer.tenant;
  joined.tenant_name = answer.tenant_name;
  joined.device_number = answer.device_number;
  joined.keys_pending = !answer.first;
  if (joined.keys_pending) joined.approval_code = new_approval_code(state.random);
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(save_membership(tx, joined));
    return write_journal(state, tx, actor, {"enrol", joined.tenant_name, joined.url});
  }));
  if (joined.keys_pending) {
    const auto collected = collect_keys(shop, hub);
    if (!collected) log::info("keys not here yet: {}", collected.error().message);
  }
  return TRY(membership(shop)).value_or(joined);
}

// To another hub: there the shop keeps its id, and this terminal its keys and its log.
Result<HubMembership> move_to(Shop& shop, const Actor& actor, const HubMembership& present, const HubTarget& target) {
  auto& state = shop.state();
  HubMembership moved = present;
  moved.url = target.url;
  moved.ca_file = TRY(keep_ca(state, target.ca_file));
  auto hub = client_of(shop, address_of(moved));
  const auto answer = TRY(hub.enrol(request_of(state, target.code, present.tenant)));
  if (answer.tenant != present.tenant)
    return invalid("this code is for '" + answer.tenant_name + "', another shop than this terminal's '" +
                   present.tenant_name + "'; it stays at " + present.url);
  moved.tenant_name = answer.tenant_name;
  moved.device_number = answer.device_number;
  TRY(save_moved(state, actor, moved, "sync.hub.moved"));
  return moved;
}

// The same hub under another address, or with another certificate: it knows this terminal.
Result<HubMembership> follow(Shop& shop, const Actor& actor, const HubMembership& present, const HubTarget& target) {
  auto& state = shop.state();
  HubMembership moved = present;
  moved.url = target.url;
  if (!target.ca_file.empty()) moved.ca_file = TRY(keep_ca(state, target.ca_file));
  auto hub = client_of(shop, address_of(moved));
  const auto peers = hub.devices();
  if (!peers && peers.error().kind == ErrorKind::denied && !net::says_locked_out(peers.error()))
    return fail(ErrorKind::denied,
                "the hub at " + target.url +
                    " does not know this terminal; if it is another hub, give a code of it: "
                    "till-hub device code TENANT",
                peers.error().message);
  if (!peers) return fail(peers.error());
  TRY(save_moved(state, actor, moved, "sync.hub.address"));  // it may be one where the shop was before
  return moved;
}

}  // namespace

Result<std::optional<HubMembership>> membership(Shop& shop) {
  const auto bytes =
      TRY(shop.state().db->read([](storage::Connection& conn) { return storage::meta(conn, kMembership); }));
  if (!bytes) return std::optional<HubMembership>{};
  return std::optional(TRY(decode<HubMembership>(*bytes)));
}

net::DeviceCredentials credentials_of(Shop& shop) {
  auto& state = shop.state();
  return {state.device(), [&state](ByteView message) -> Result<Bytes> {
            return bytes_of(TRY(state.keys->identity().signing.sign(message)));
          }};
}

net::HubAddress address_of(const HubMembership& membership) {
  return {membership.url, membership.ca_file};
}

Result<HubMembership> enrol(Shop& shop, const Actor& actor, const std::string& url, const std::string& code,
                            const std::string& ca_file) {
  TRY(require_right(shop, actor, domain::Right::enrol, url));
  if (TRY(shop.state().db->read([](storage::Connection& conn) { return has_made_up_rows(conn); })))
    return invalid(kHasMadeUpRows);
  const HubTarget target{trimmed(url), trimmed(code), ca_file};
  const auto present = TRY(membership(shop));
  if (present && target.code.empty()) return follow(shop, actor, *present, target);
  if (present && !present->keys_pending) return move_to(shop, actor, *present, target);
  return join(shop, actor, target);
}

Result<bool> brings_others(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) -> Result<bool> {
    return TRY(storage::meta_text(conn, kBringsOthers)).has_value();
  });
}

Status has_brought_others(Shop& shop) {
  return shop.state().db->write([](storage::Transaction& tx) { return storage::remove_meta(tx, kBringsOthers); });
}

Result<bool> collect_keys(Shop& shop, net::HubClient& hub) {
  auto& state = shop.state();
  const auto joined = TRY(membership(shop));
  if (!joined || !joined->keys_pending) return false;
  const auto grant = TRY(hub.my_key_grant());
  if (!grant) return false;
  const auto context = grant_context(joined->tenant, state.device());
  const security::SecretBytes wrapped(
      TRY(security::open_sealed(state.keys->identity().exchange, grant->sealed, context)));
  const auto plain = security::unwrap(wrapped.view(), TRY(read_approval_code(joined->approval_code)), context);
  if (!plain)
    return fail(ErrorKind::denied,
                "the keys that were left for this terminal were not approved with its code " + joined->approval_code +
                    "; approve it again, by its name, at a terminal that has the keys",
                plain.error().message);
  TRY(adopt(shop, TRY(read_grant(plain->view())), *joined));
  return true;
}

std::string new_approval_code(Random& random) {
  std::string letters;
  while (letters.size() < kRandomLetters) letters += kCodeLetters[random.below(kCodeLetters.size())];
  letters += check_letter(letters);
  for (const std::size_t at : {8U, 4U}) letters.insert(at, "-");
  return letters;
}

Result<std::string> read_approval_code(std::string_view text) {
  std::string letters;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    letters += c;
  }
  const bool whole = letters.size() == kRandomLetters + 1 &&
                     letters.find_first_not_of(kCodeLetters) == std::string::npos &&
                     check_letter(letters.substr(0, kRandomLetters)) == letters.back();
  if (!whole)
    return invalid("this is not the code that the new terminal shows; it has three groups of four characters");
  return letters;
}

Result<std::string> approve_terminal(Shop& shop, const Actor& actor, const std::string& name, const std::string& code) {
  TRY(require_right(shop, actor, domain::Right::devices, name));
  auto& state = shop.state();
  const auto joined = TRY(membership(shop));
  if (!joined) return invalid("this terminal belongs to no hub; enrol it first");
  if (joined->keys_pending)
    return invalid("this terminal waits for the shop's keys itself; approve at one that has them");
  const auto letters = TRY(read_approval_code(code));
  net::HubClient hub(address_of(*joined), credentials_of(shop), state.clock, state.random);
  const auto peer = TRY(waiting_terminal(TRY(hub.devices()), name));
  if (peer.id == state.device()) return invalid("this terminal has the keys already; name the new one");
  security::ExchangePublicKey recipient{};
  std::ranges::copy(peer.sealing_key, recipient.begin());
  const auto context = grant_context(joined->tenant, peer.id);
  const auto wrapped = TRY(security::wrap(TRY(grant_from(state)), letters, context, kGrantCost, state.random));
  TRY(hub.grant_keys(peer.id, TRY(security::seal_to(recipient, wrapped, context, state.random))));
  TRY(remember_let_in(state, peer.id, peer.sealing_key));
  journal_alone(state, actor, {"keys.handed-over", peer.name, to_hex(ByteView(peer.signing_key).first(8))});
  return peer.name;
}

}  // namespace till::app
