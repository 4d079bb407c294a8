// A list that this terminal keeps as one value of its database (storage/meta.hpp), its version in front: its places of
// backups, and what it knows of them. The version is the first byte, so that what another program wrote is told by it.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "core/id.hpp"
#include "core/wire.hpp"
#include "storage/database.hpp"
#include "storage/meta.hpp"

namespace till::app {

template <class Row>
class MetaList {
 public:
  constexpr MetaList(const char* key, std::uint8_t version) : key_(key), version_(version) {}

  // Empty where there is none yet; nothing where another version wrote it.
  Result<std::optional<std::vector<Row>>> read(storage::Connection& conn) const {
    const auto bytes = TRY(storage::meta(conn, key_));
    if (!bytes) return std::optional(std::vector<Row>{});
    if (bytes->empty() || bytes->front() != version_) return std::optional<std::vector<Row>>{};
    return std::optional(TRY(decode<Stored>(*bytes)).rows);
  }
  Status write(storage::Transaction& tx, std::vector<Row> rows) const {
    return storage::set_meta(tx, key_, encode(Stored{version_, std::move(rows)}));
  }

 private:
  struct Stored {
    std::uint8_t version = 0;
    std::vector<Row> rows;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(version, rows);
    }
  };
  const char* key_;
  std::uint8_t version_;
};

// The row of what lies in a place (its marker); a new one where there is none.
template <class Row>
Row& row_of_store(std::vector<Row>& rows, const Id& store) {
  auto found = std::ranges::find(rows, store, &Row::store);
  if (found == rows.end()) {
    found = rows.insert(rows.end(), Row{});
    found->store = store;
  }
  return *found;
}

template <class Row>
void erase_stores(std::vector<Row>& rows, const std::vector<Id>& stores) {
  std::erase_if(rows, [&](const Row& row) { return std::ranges::find(stores, row.store) != stores.end(); });
}

}  // namespace till::app
