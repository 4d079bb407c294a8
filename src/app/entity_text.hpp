// What the shop's data is called and how a person reads it: kinds of rows, their names, their fields and values. For
// the conflict list, tillctl and the journal. English words, which the window translates; values in the shop's
// currency.
#pragma once

#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/result.hpp"
#include "domain/money.hpp"
#include "storage/connection.hpp"
#include "sync/policy.hpp"

namespace till::app {

// "product", for settings and scripts; "Product", for people. Empty for what this program does not know.
std::string_view entity_key(sync::EntityNumber entity);
std::string_view entity_label(sync::EntityNumber entity);
sync::EntityNumber entity_with_key(std::string_view key);  // 0: none

// "price" and "Price".
std::string field_key(sync::EntityNumber entity, FieldNumber field);
std::string field_label(sync::EntityNumber entity, FieldNumber field);

struct ShownValue {
  std::string text;
  bool is_word = false;  // "yes", "deleted", "none": translate it
};
// Amounts with their currency, names for ids, "(secret)" for what nobody should see.
ShownValue shown_value(storage::Connection& conn, const domain::Currency& currency, sync::EntityNumber entity,
                       FieldNumber field, ByteView bytes);
// What a person typed for a field; invalid with a sentence when it is no such value.
Result<Bytes> value_from_text(const domain::Currency& currency, sync::EntityNumber entity, FieldNumber field,
                              const std::string& text);
// "Green tea", "receipt.footer", "Till 2"; the id's end where a row has no name.
std::string row_name(storage::Connection& conn, sync::EntityNumber entity, const Id& row);

// How values of the fields can be put together, and the policies that hold without settings.
sync::Policies default_policies();

}  // namespace till::app
