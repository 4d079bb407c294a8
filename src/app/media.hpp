// Pictures of products and the logo on the receipt. The row replicates like any other; the bytes lie beside the log
// under their hash (storage/media_blobs.hpp) and come to other terminals on their own. Right: catalogue_edit; the logo
// takes settings_edit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/equipment.hpp"

namespace till::app {

Result<std::vector<domain::MediaFile>> media_files(Shop& shop);
Result<domain::MediaFile> media_named(Shop& shop, const std::string& name_or_id);
// PNG or JPEG, at most 2 MiB. The bytes are on the disk before the row says so. The same picture again is the same
// file.
Result<domain::MediaFile> add_media(Shop& shop, const Actor& actor, domain::MediaKind kind, const std::string& name,
                                    ByteView bytes);
Status rename_media(Shop& shop, const Actor& actor, const Id& media, const std::string& name);
// Products that show it show none from then on. The bytes stay until nothing names them (remove_unused_media).
Status remove_media(Shop& shop, const Actor& actor, const Id& media);
// Verified; invalid while the bytes have not arrived here.
Result<Bytes> media_bytes(Shop& shop, const Id& media);
// A nil media: none.
Status set_product_picture(Shop& shop, const Actor& actor, const Id& product, const Id& media);
// The setting "receipt.logo". Invalid for a picture that no receipt could show (net/printers/picture.hpp).
Status set_receipt_logo(Shop& shop, const Actor& actor, const Id& media);
// Bytes that no row names: of deleted pictures, and of rows that never came to be. Returns how many were removed.
Result<std::size_t> remove_unused_media(Shop& shop, const Actor& actor);

}  // namespace till::app
