// Who may do what. Enforced in src/app; screens only ask in order to show. A right that a role lacks can be lent for
// one action by somebody who has it (an override), which records both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/people.hpp"

namespace till::domain {

enum class Right : std::uint8_t {
  sell,
  discount,  // within discount_limit_percent
  void_line,
  void_last_sale,
  cancel_sale,
  refund,
  reprint,
  no_sale,
  open_shift,
  count_shift,
  close_shift,
  cash_move,
  price_change,  // another price for one line of a sale
  see_reports,
  catalogue_edit,
  customers_edit,
  users_edit,
  settings_edit,
  export_data,
  import_data,
  backup,
  restore,
  enrol,
  devices,
  resolve_conflicts,
  audit_view,
  stock_edit,    // count, deliveries, waste
  serve_tables,  // tables and orders
  cancel_order,
  audit_prune,
  rotate_keys,
};

bool allows(Role role, Right right);
// The most a role may take off on its own, in percent of the line or document; 100 for managers and owners.
int discount_limit_percent(Role role);
bool allows_discount(Role role, std::int64_t percent_micro);

// Denied with a sentence that names the right and the lowest role that has it; ok otherwise.
Status require(Role role, Right right);
// True when `asker` lacks it and an override can lend it.
bool needs_override(Role asker, Right right);
// Whether `approver` may lend it; invalid sentence when not.
Status may_approve(Role approver, Right right);
Role lowest_role_with(Right right);

std::string_view to_string(Right right);  // "void a line"
std::string_view key_of(Right right);     // "void_line", for records
std::string_view to_string(Role role);    // "cashier"
Result<Role> role_of(std::string_view text);

}  // namespace till::domain
