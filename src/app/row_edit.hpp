// What changing a row has in common, whatever the row: the right, tidy texts, one transaction with the change, the log
// and the journal. For the bodies of this room. A row is never taken away: deletion is its `lifecycle`.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/fields.hpp"
#include "core/text.hpp"
#include "storage/tables.hpp"

namespace till::app {

// Trims and checks one text of a row; control characters become spaces, free text that looks like a card number is
// masked.
Status tidy_text(const char* field, std::string& text);

namespace detail {

struct TextTidier {
  Status status;
  template <class... T>
  void operator()(Field<T>... f) {
    (tidy(f), ...);
  }
  template <class T>
  void tidy(Field<T>& f) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (status) status = tidy_text(f.name, f.value);
    }
  }
};

}  // namespace detail

template <class E>
Status tidy_texts(E& row) {
  detail::TextTidier tidier;
  row.serialize(tidier);
  return tidier.status;
}

template <class E>
bool is_deleted(const E& row) {
  if constexpr (requires { row.lifecycle; }) return row.lifecycle == domain::Lifecycle::deleted;
  return false;
}

// "this supplier does not exist any more"
template <class E>
Result<E> existing_row(storage::Connection& conn, const Id& id, const char* what) {
  auto row = TRY(storage::load<E>(conn, id));
  if (!row || is_deleted(*row)) return invalid("this " + std::string(what) + " does not exist any more");
  return std::move(*row);
}

// What is not deleted.
template <class E>
Result<std::vector<E>> kept_rows(storage::Connection& conn) {
  auto rows = TRY(storage::load_all<E>(conn));
  std::erase_if(rows, [](const E& row) { return is_deleted(row); });
  return rows;
}
template <class E>
Result<std::vector<E>> kept_rows(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) { return kept_rows<E>(conn); });
}

// By its name, upper and lower case alike, or by its id.
template <class E>
Result<E> row_named(Shop& shop, const std::string& which, const char* what) {
  return shop.state().db->read([&](storage::Connection& conn) -> Result<E> {
    if (const auto id = id_from_string(which)) return existing_row<E>(conn, *id, what);
    std::vector<E> found;
    for (auto& row : TRY(kept_rows<E>(conn)))
      if (lowered(row.name) == lowered(trimmed(which))) found.push_back(std::move(row));
    if (found.empty()) return invalid("there is no " + std::string(what) + " '" + clipped(which, 40) + "'");
    if (found.size() > 1)
      return invalid("several have the name '" + clipped(which, 40) + "'; say which by its id, as the list shows it");
    return std::move(found.front());
  });
}

// A new name that no other row has, upper and lower case alike: what two have the same name of cannot be told apart by
// it. Names that two terminals gave at the same time may stay.
template <class E>
Status require_free_name(storage::Connection& conn, const E& row, const char* what) {
  const auto before = TRY(storage::load<E>(conn, row.id));
  if (before && !is_deleted(*before) && lowered(before->name) == lowered(row.name)) return {};
  for (const auto& other : TRY(kept_rows<E>(conn)))
    if (other.id != row.id && lowered(other.name) == lowered(row.name))
      return invalid("there is a " + std::string(what) + " " + other.name + " already; choose another name");
  return {};
}

// Writes a row, new (nil id) or whole. `check` looks at it in the transaction: (Connection&, E&) -> Status.
template <class E, class Check>
Result<Id> save_row(Shop& shop, const Actor& actor, domain::Right right, E row, const JournalText& text,
                    Check&& check) {
  TRY(require_right(shop, actor, right, text.subject));
  TRY(tidy_texts(row));
  auto& state = shop.state();
  if (row.id.is_nil()) row.id = new_id(state.clock, state.random);
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    E wanted = row;
    TRY(check(tx, wanted));
    TRY(state.replica->put(tx, wanted));
    return write_journal(state, tx, actor, text);
  }));
  return row.id;
}

// Loads, edits, writes and journals one row. `edit`: (Transaction&, E&) -> Result<JournalText>.
template <class E, class Edit>
Status edit_row(Shop& shop, const Actor& actor, domain::Right right, const Id& id, const char* what, Edit&& edit) {
  TRY(require_right(shop, actor, right, what));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    auto row = TRY(existing_row<E>(tx, id, what));
    const auto text = TRY(edit(tx, row));
    TRY(tidy_texts(row));
    TRY(state.replica->put(tx, row));
    return write_journal(state, tx, actor, text);
  });
}

// Deletion as a state.
template <class E>
Status remove_row(Shop& shop, const Actor& actor, domain::Right right, const Id& id, const char* what,
                  const char* action) {
  return edit_row<E>(shop, actor, right, id, what, [&](storage::Transaction&, E& row) -> Result<JournalText> {
    row.lifecycle = domain::Lifecycle::deleted;
    // A customer's name can be erased on request, the journal cannot.
    constexpr bool is_private = std::is_same_v<E, domain::Customer>;
    if constexpr (!is_private && requires { row.name; }) return JournalText{action, row.name, {}};
    return JournalText{action, to_string(id), {}};
  });
}

}  // namespace till::app
