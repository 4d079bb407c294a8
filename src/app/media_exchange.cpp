#include "app/media_exchange.hpp"

#include <optional>

#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "domain/entities/equipment.hpp"
#include "security/seal.hpp"
#include "storage/media_blobs.hpp"
#include "storage/tables.hpp"

namespace till::app {

using security::Hash;

namespace {

constexpr std::string_view kPrefix = "media/";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 7;
constexpr std::uint64_t kMaxObjectBytes = storage::kMaxMediaBytes + kHeaderBytes + security::kSealOverhead;

storage::MediaBlobs blobs(ShopState& state) {
  return {*state.env, storage::media_folder(state.folder->paths().root)};
}

std::string name_at_hub(ShopState& state, const Hash& hash) {
  const auto name = state.keys->with_ring([&](security::RingFile& file) {
    return to_hex(security::hmac_sha256(file.ring.derive_lasting("media name").view(), hash));
  });
  return std::string(kPrefix) + name.substr(0, 2) + "/" + name;
}

Bytes associated(const Id& tenant, const Hash& hash) {
  ByteWriter out;
  out.raw(view("till media 1"));
  out.raw(tenant.view());
  out.raw(hash);
  return out.take();
}

Result<Bytes> sealed(ShopState& state, const Hash& hash, ByteView bytes) {
  return state.keys->with_ring([&](security::RingFile& file) -> Result<Bytes> {
    ByteWriter out;
    out.raw(view("TM"));
    out.u8(kVersion);
    out.u32(file.ring.current_epoch());
    out.raw(TRY(security::seal(file.ring.current_key(), bytes, associated(file.ring.tenant(), hash), state.random)));
    return out.take();
  });
}

// Denied while the key has not come here yet.
Result<Bytes> opened(ShopState& state, const Hash& hash, ByteView object) {
  ByteReader in(object);
  if (as_text(TRY(in.raw(2))) != "TM") return corrupt("this is not a media file of the shop");
  if (TRY(in.u8()) != kVersion)
    return fail(ErrorKind::permanent, "a picture comes from a newer program; bring this one up to date");
  const auto epoch = TRY(in.u32());
  return state.keys->with_ring([&](security::RingFile& file) -> Result<Bytes> {
    Result<Bytes> plain = denied("this terminal has not been given the key of a picture yet");
    for (const auto* key : file.ring.keys_for(epoch)) {
      plain = security::open(*key, in.rest(), associated(file.ring.tenant(), hash));
      if (plain) break;
    }
    return plain;
  });
}

}  // namespace

Result<std::set<Hash>> MediaExchange::wanted() {
  const auto rows =
      TRY(shop_.state().db->read([](storage::Connection& conn) { return storage::load_all<domain::MediaFile>(conn); }));
  std::set<Hash> hashes;
  for (const auto& row : rows) {
    const auto hash = storage::media_hash(row.sha256);
    if (hash && row.lifecycle != domain::Lifecycle::deleted) hashes.insert(*hash);
  }
  return hashes;
}

Status MediaExchange::list() {
  at_hub_.clear();
  for (auto& object : TRY(hub_.list(kPrefix))) at_hub_.insert(std::move(object.name));
  listed_ = true;
  return {};
}

Result<bool> MediaExchange::send(const Hash& hash, const std::string& name) {
  auto store = blobs(shop_.state());
  const auto bytes = store.get(hash);
  if (!bytes && bytes.error().kind == ErrorKind::corrupt) {
    log::warning("a picture's file was damaged and is fetched again: {}", bytes.error().cause);
    TRY(store.remove(hash));
    return false;
  }
  if (!bytes) return fail(bytes.error());
  const auto put = hub_.put(name, TRY(sealed(shop_.state(), hash, *bytes)));
  // Somebody else sent it in the meantime, sealed by its own nonce: the same file under the same name.
  if (!put && put.error().kind != ErrorKind::invalid) return fail(put.error());
  at_hub_.insert(name);
  return true;
}

Result<bool> MediaExchange::fetch(const Hash& hash, const std::string& name) {
  const auto object = TRY(hub_.get(name, kMaxObjectBytes));
  if (!object) {
    at_hub_.erase(name);
    return false;
  }
  auto plain = opened(shop_.state(), hash, *object);
  auto stored = plain ? blobs(shop_.state()).put_as(hash, *plain) : Status(fail(plain.error()));
  if (stored) return true;
  log::warning("a picture from the hub was not taken: {} ({})", stored.error().message, stored.error().cause);
  if (stored.error().kind == ErrorKind::corrupt) {
    TRY(hub_.remove(name));
    at_hub_.erase(name);
    return false;
  }
  if (stored.error().kind == ErrorKind::denied) return false;  // the key comes with the log
  return fail(stored.error());
}

Result<MediaRound> MediaExchange::run() {
  const auto hashes = TRY(wanted());
  auto store = blobs(shop_.state());
  MediaRound round;
  std::optional<Error> refused;
  bool asked = !hashes.empty() && !listed_;
  if (asked) TRY(list());
  for (const auto& hash : hashes) {
    const auto name = name_at_hub(shop_.state(), hash);
    const bool here = store.has(hash);
    if (!here && !at_hub_.contains(name) && !std::exchange(asked, true)) TRY(list());
    if (here == at_hub_.contains(name)) {
      round.missing += !here;
      continue;
    }
    const auto done = here ? send(hash, name) : fetch(hash, name);
    if (!done && done.error().kind != ErrorKind::permanent) return fail(done.error());
    if (!done) refused = done.error();
    round.sent += here && done && *done;
    round.fetched += !here && done && *done;
    round.missing += !here && !(done && *done);
  }
  if (refused) return fail(*refused);
  return round;
}

}  // namespace till::app
