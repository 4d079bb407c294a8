// All rows of an entity in pieces, each in a read of its own: nobody waits for a long list, also not on a volume where
// readers keep the writer out. In the order of ids; a row is seen once, as it was when its piece was read. For the
// bodies of this room.
#pragma once

#include <functional>

#include "app/shop_state.hpp"
#include "storage/tables.hpp"

namespace till::app {

constexpr std::int64_t kRowsPerPage = 500;

template <class E>
Status each_row_in_pages(ShopState& state, const std::function<Status(const E&)>& visit) {
  Id last;
  for (;;) {
    const auto page = TRY(state.db->read([&](storage::Connection& conn) {
      return storage::load_where<E>(conn, "WHERE id > ?1 ORDER BY id LIMIT ?2", [&](storage::Query& q) {
        q.bind(1, last);
        q.bind(2, kRowsPerPage);
      });
    }));
    for (const auto& row : page) TRY(visit(row));
    if (page.size() < static_cast<std::size_t>(kRowsPerPage)) return {};
    last = page.back().id;
  }
}

}  // namespace till::app
