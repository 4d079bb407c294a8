#include "app/media.hpp"

#include <set>

#include "app/catalogue.hpp"
#include "app/row_edit.hpp"
#include "net/printers/picture.hpp"
#include "storage/media_blobs.hpp"

namespace till::app {
namespace {

using domain::MediaFile;

storage::MediaBlobs blobs(ShopState& state) {
  return {*state.env, storage::media_folder(state.folder->paths().root)};
}

domain::Right right_for(domain::MediaKind kind) {
  return kind == domain::MediaKind::receipt_logo ? domain::Right::settings_edit : domain::Right::catalogue_edit;
}

}  // namespace

Result<std::vector<MediaFile>> media_files(Shop& shop) {
  return kept_rows<MediaFile>(shop);
}

Result<MediaFile> media_named(Shop& shop, const std::string& name_or_id) {
  return row_named<MediaFile>(shop, name_or_id, "picture");
}

Result<MediaFile> add_media(Shop& shop, const Actor& actor, domain::MediaKind kind, const std::string& name,
                            ByteView bytes) {
  TRY(require_right(shop, actor, right_for(kind), name));
  if (trimmed(name).empty()) return invalid("give the picture a name");
  auto& state = shop.state();
  MediaFile file;
  file.kind = kind;
  file.name = name;
  file.mime = TRY(storage::media_type(bytes));
  file.size_bytes = static_cast<std::int64_t>(bytes.size());
  const auto hash = TRY(blobs(state).put(bytes));
  file.sha256.assign(hash.begin(), hash.end());
  for (const auto& known : TRY(kept_rows<MediaFile>(shop)))
    if (known.sha256 == file.sha256 && known.kind == kind) return known;
  const JournalText text{"media.add", file.name, file.mime};
  file.id = TRY(save_row(shop, actor, right_for(kind), file, text,
                         [](storage::Connection&, MediaFile&) -> Status { return {}; }));
  return file;
}

Status rename_media(Shop& shop, const Actor& actor, const Id& media, const std::string& name) {
  if (trimmed(name).empty()) return invalid("give the picture a name");
  return edit_row<MediaFile>(shop, actor, domain::Right::catalogue_edit, media, "picture",
                             [&](storage::Transaction&, MediaFile& row) -> Result<JournalText> {
                               const auto before = std::exchange(row.name, name);
                               return JournalText{"media.rename", before, name};
                             });
}

Status remove_media(Shop& shop, const Actor& actor, const Id& media) {
  return remove_row<MediaFile>(shop, actor, domain::Right::catalogue_edit, media, "picture", "media.remove");
}

Result<Bytes> media_bytes(Shop& shop, const Id& media) {
  auto& state = shop.state();
  const auto row =
      TRY(state.db->read([&](storage::Connection& conn) { return existing_row<MediaFile>(conn, media, "picture"); }));
  return blobs(state).get(TRY(storage::media_hash(row.sha256)));
}

Status set_product_picture(Shop& shop, const Actor& actor, const Id& product, const Id& media) {
  return edit_row<domain::Product>(shop, actor, domain::Right::catalogue_edit, product, "product",
                                   [&](storage::Transaction& tx, domain::Product& row) -> Result<JournalText> {
                                     std::string name = "none";
                                     if (!media.is_nil())
                                       name = TRY(existing_row<MediaFile>(tx, media, "picture")).name;
                                     row.picture = media;
                                     return JournalText{"product.picture", row.sku, name};
                                   });
}

Status set_receipt_logo(Shop& shop, const Actor& actor, const Id& media) {
  if (!media.is_nil()) {
    const auto row = TRY(shop.state().db->read(
        [&](storage::Connection& conn) { return existing_row<MediaFile>(conn, media, "picture"); }));
    if (row.kind != domain::MediaKind::receipt_logo)
      return invalid(row.name + " is a product's picture; add it as a receipt logo first");
    // Said now, and not found out with the first receipt. What has not come here yet is taken on trust.
    if (const auto bytes = blobs(shop.state()).get(TRY(storage::media_hash(row.sha256))))
      TRY(net::decode_picture(*bytes));
  }
  return change_setting(shop, actor, "receipt.logo", media.is_nil() ? std::string() : to_string(media));
}

Result<std::size_t> remove_unused_media(Shop& shop, const Actor& actor) {
  TRY(require_right(shop, actor, domain::Right::settings_edit));
  auto& state = shop.state();
  std::set<Bytes> named;
  for (const auto& row : TRY(kept_rows<MediaFile>(shop))) named.insert(row.sha256);
  auto store = blobs(state);
  std::size_t removed = 0;
  for (const auto& hash : TRY(store.list())) {
    if (named.contains(Bytes(hash.begin(), hash.end()))) continue;
    TRY(store.remove(hash));
    ++removed;
  }
  if (removed > 0) journal_alone(state, actor, {"media.tidy", std::to_string(removed), {}});
  return removed;
}

}  // namespace till::app
