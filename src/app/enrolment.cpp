#include "app/enrolment.hpp"

#include "app/journal.hpp"
#include "app/journal_old_chain.hpp"
#include "app/key_files.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/key_exchange.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr const char* kMembership = "hub.membership";
constexpr std::string_view kGrantContext = "tillstick key grant 1";
constexpr std::uint64_t kMaxCaBytes = 1 << 20;

Bytes bytes_of(const auto& key) {
  return Bytes(key.begin(), key.end());
}

// The certificate must be there at the next start, wherever the file that was given lies then.
Result<std::string> keep_ca(ShopState& state, const std::string& ca_file) {
  if (ca_file.empty()) return std::string();
  auto pem = state.env->read_file(ca_file, kMaxCaBytes);
  if (!pem) return invalid("cannot read the hub's certificate file '" + ca_file + "'; check its name");
  if (as_text(*pem).find("-----BEGIN CERTIFICATE-----") == std::string_view::npos)
    return invalid("'" + ca_file + "' is not a certificate; it must begin with -----BEGIN CERTIFICATE-----");
  const auto kept = storage::join_path(state.folder->paths().keys(), "hub-ca.pem");
  TRY(state.env->write_atomic(kept, *pem));
  return kept;
}

Status save_membership(storage::Transaction& tx, const HubMembership& membership) {
  return storage::set_meta(tx, kMembership, encode(membership));
}

net::EnrolRequest request_of(ShopState& state, const std::string& code) {
  const auto known = state.keys->identity().public_part();
  return {code, state.terminal, bytes_of(known.signing), bytes_of(known.exchange)};
}

Status adopt_ring(Shop& shop, security::KeyRing ring, HubMembership membership) {
  auto& state = shop.state();
  const auto& paths = state.folder->paths();
  TRY(remember_journal_key(shop));
  TRY(state.keys->with_ring([&](security::RingFile& file) -> Status {
    const auto old_name = "ring-" + to_hex(ByteView(file.ring.tenant().bytes).first(4));
    TRY(state.env->write_atomic(storage::join_path(paths.keys(), old_name), TRY(file.encode(state.random))));
    // A file of its own: its slots are bound to the ring's id. The recovery passphrase is given again with the next
    // backup.
    file = TRY(security::RingFile::create(std::move(ring), state.keys->pc_key(), state.random));
    return write_ring(*state.env, paths, file, state.random);
  }));
  membership.keys_pending = false;
  return change(state, [&](storage::Transaction& tx) -> Status {
    TRY(save_membership(tx, membership));
    return write_journal(state, tx, Actor{}, {"keys.received", membership.tenant_name, {}});
  });
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
  auto& state = shop.state();
  if (const auto present = TRY(membership(shop)); present)
    return invalid("this terminal belongs to '" + present->tenant_name + "' at " + present->url + " already");
  if (trimmed(code).empty()) return invalid("give the enrolment code that the hub shows: till-hub device code TENANT");
  HubMembership joined;
  joined.url = trimmed(url);
  joined.ca_file = TRY(keep_ca(state, ca_file));
  net::HubClient hub(address_of(joined), credentials_of(shop), state.clock, state.random);
  const auto answer = TRY(hub.enrol(request_of(state, code)));
  joined.tenant = answer.tenant;
  joined.tenant_name = answer.tenant_name;
  joined.device_number = answer.device_number;
  joined.keys_pending = !answer.first;
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

Result<bool> collect_keys(Shop& shop, net::HubClient& hub) {
  auto& state = shop.state();
  const auto joined = TRY(membership(shop));
  if (!joined || !joined->keys_pending) return false;
  const auto grant = TRY(hub.my_key_grant());
  if (!grant) return false;
  const security::SecretBytes plain(
      TRY(security::open_sealed(state.keys->identity().exchange, grant->sealed, view(kGrantContext))));
  TRY(adopt_ring(shop, TRY(security::KeyRing::decode(plain.view())), *joined));
  return true;
}

Result<std::size_t> hand_over_keys(Shop& shop, net::HubClient& hub, const std::vector<net::HubPeer>& peers) {
  auto& state = shop.state();
  std::size_t given = 0;
  for (const auto& peer : peers) {
    if (peer.has_keys || peer.revoked || peer.id == state.device() || peer.sealing_key.size() != 32) continue;
    security::ExchangePublicKey recipient{};
    std::ranges::copy(peer.sealing_key, recipient.begin());
    const auto ring = state.keys->with_ring([](security::RingFile& file) { return file.ring.encode(); });
    TRY(hub.grant_keys(peer.id, TRY(security::seal_to(recipient, ring.view(), view(kGrantContext), state.random))));
    journal_alone(state, Actor{}, {"keys.handed-over", peer.name, to_hex(ByteView(peer.signing_key).first(8))});
    ++given;
  }
  return given;
}

}  // namespace till::app
