// Names of files that lie on a stick.
#include "backup/object_store.hpp"
#include "fuzz/harness.hpp"
#include "sync/carrier_names.hpp"

namespace till::fuzz {

FUZZ_TARGET(carrier_names, 1 * kKiB) {
  const std::string folder = sync::carrier_folder(Id{});
  const auto text = as_text(input);
  const auto name = sync::parse_carrier_name(folder, text);
  if (!name) return;
  must(sync::to_string(folder, *name) == text, "a segment's file has one name");
  must(backup::is_object_name(text), "a store keeps it");
  must(name->first >= 1 && name->last() >= name->first, "records are numbered from 1");
}

}  // namespace till::fuzz
