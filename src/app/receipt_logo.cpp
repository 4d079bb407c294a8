#include "app/receipt_logo.hpp"

#include "app/row_edit.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/media_blobs.hpp"

namespace till::app {
namespace {

// Twice the dots of paper: a PDF is also looked at on a screen.
constexpr net::Extent kKept{2 * net::kLogoRoom_dots.width, 2 * net::kLogoRoom_dots.height};

Result<security::Hash> hash_of(ShopState& state, const Id& media) {
  const auto row = TRY(state.db->read(
      [&](storage::Connection& conn) { return existing_row<domain::MediaFile>(conn, media, "picture"); }));
  return storage::media_hash(row.sha256);
}

Result<Bytes> bytes_of(ShopState& state, const security::Hash& hash) {
  return storage::MediaBlobs(*state.env, storage::media_folder(state.folder->paths().root)).get(hash);
}

}  // namespace

std::shared_ptr<const net::Picture> ReceiptLogo::picture(ShopState& state) {
  std::lock_guard lock(mutex_);
  const auto* known = look(state);
  return known == nullptr ? nullptr : known->picture;
}

std::optional<net::Raster> ReceiptLogo::dots(ShopState& state, net::Extent room_dots) {
  std::lock_guard lock(mutex_);
  auto* known = look(state);
  if (known == nullptr || !known->picture) return {};
  if (!known->dots || known->room_dots != room_dots) {
    known->room_dots = room_dots;
    known->dots = net::black_and_white(*known->picture, room_dots);
  }
  return known->dots;
}

// Null: there is none, or it is not here.
ReceiptLogo::Known* ReceiptLogo::look(ShopState& state) {
  const Id media = state.settings()->receipt_logo;
  if (media.is_nil()) {
    known_.reset();
    return nullptr;
  }
  const auto hash = hash_of(state, media);
  if (hash && known_ && known_->hash == *hash) {
    if (known_->picture) told_.clear();
    return &*known_;
  }
  const auto bytes = hash ? bytes_of(state, *hash) : Result<Bytes>(fail(hash.error()));
  if (!bytes) {
    tell(media, bytes.error());
    return nullptr;
  }
  auto picture = net::decode_picture(*bytes);
  known_ = Known{*hash, {}, {}, {}};
  if (picture) {
    known_->picture = std::make_shared<const net::Picture>(net::shrunk(std::move(*picture), kKept));
    told_.clear();
  } else {
    tell(media, picture.error());
  }
  return &*known_;
}

void ReceiptLogo::tell(const Id& media, const Error& why) {
  auto line = fmt::format("receipts have no logo ({}): {} ({})", to_string(media), why.message, why.cause);
  if (line != told_) log::warning("{}", line);
  told_ = std::move(line);
}

}  // namespace till::app
