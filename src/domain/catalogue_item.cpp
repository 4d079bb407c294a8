#include "domain/catalogue_item.hpp"

#include <fmt/format.h>

#include "domain/barcode.hpp"

namespace till::domain {

Result<CatalogueItem> find_item(const CatalogueLookup& lookup, std::string_view code) {
  if (!lookup.item)
    return invalid(
        fmt::format("'{}' needs a catalogue to be looked up in; give a price and taxes instead", code.substr(0, 48)));
  for (const auto& candidate : lookup_candidates(code)) {
    auto found = TRY(lookup.item(candidate));
    if (found) return std::move(*found);
  }
  return invalid(
      fmt::format("no item has the code '{}'; check the code or sell it in a department", code.substr(0, 48)));
}

}  // namespace till::domain
