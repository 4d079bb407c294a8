#include "domain/permissions.hpp"

#include <fmt/format.h>

#include <array>

namespace till::domain {
namespace {

struct RightRow {
  Right right;
  Role lowest;
  std::string_view key, text;
};

// The one table of who may do what: a role has everything that lists it or a lower role.
constexpr auto kRights = std::to_array<RightRow>({
    {Right::sell, Role::cashier, "sell", "sell"},
    {Right::discount, Role::cashier, "discount", "give this discount"},
    {Right::void_line, Role::cashier, "void_line", "void a line"},
    {Right::void_last_sale, Role::supervisor, "void_last_sale", "void the last sale"},
    {Right::cancel_sale, Role::cashier, "cancel_sale", "cancel the sale"},
    {Right::refund, Role::supervisor, "refund", "give a refund"},
    {Right::reprint, Role::cashier, "reprint", "print a receipt again"},
    {Right::no_sale, Role::supervisor, "no_sale", "open the drawer without a sale"},
    {Right::open_shift, Role::cashier, "open_shift", "open a shift"},
    {Right::count_shift, Role::cashier, "count_shift", "count the drawer"},
    {Right::close_shift, Role::supervisor, "close_shift", "close a shift"},
    {Right::cash_move, Role::supervisor, "cash_move", "put money in or take it out"},
    {Right::price_change, Role::supervisor, "price_change", "change a price on the ticket"},
    {Right::see_reports, Role::supervisor, "see_reports", "see reports"},
    {Right::catalogue_edit, Role::manager, "catalogue_edit", "edit the catalogue"},
    {Right::customers_edit, Role::cashier, "customers_edit", "edit customers"},
    {Right::users_edit, Role::manager, "users_edit", "edit users"},
    {Right::settings_edit, Role::manager, "settings_edit", "change settings"},
    {Right::export_data, Role::manager, "export_data", "export data"},
    {Right::import_data, Role::manager, "import_data", "import data"},
    {Right::backup, Role::supervisor, "backup", "make a backup"},
    {Right::restore, Role::owner, "restore", "restore a backup"},
    {Right::enrol, Role::manager, "enrol", "join this till to a hub"},
    {Right::devices, Role::manager, "devices", "manage devices"},
    {Right::resolve_conflicts, Role::manager, "resolve_conflicts", "settle conflicts"},
    {Right::audit_view, Role::manager, "audit_view", "read the audit journal"},
    {Right::stock_edit, Role::supervisor, "stock_edit", "count or correct the stock"},
    {Right::serve_tables, Role::cashier, "serve_tables", "serve tables"},
    {Right::cancel_order, Role::supervisor, "cancel_order", "cancel an order"},
    {Right::audit_prune, Role::owner, "audit_prune", "remove old entries of the audit journal"},
    {Right::rotate_keys, Role::owner, "rotate_keys", "renew the keys"},
});

const RightRow& row_of(Right right) {
  for (const auto& row : kRights)
    if (row.right == right) return row;
  return kRights.back();
}

}  // namespace

Role lowest_role_with(Right right) {
  return row_of(right).lowest;
}
bool allows(Role role, Right right) {
  return role >= lowest_role_with(right);
}
std::string_view to_string(Right right) {
  return row_of(right).text;
}
std::string_view key_of(Right right) {
  return row_of(right).key;
}

int discount_limit_percent(Role role) {
  switch (role) {
    case Role::cashier:
      return 10;
    case Role::supervisor:
      return 30;
    case Role::manager:
    case Role::owner:
      return 100;
  }
  return 0;
}

bool allows_discount(Role role, std::int64_t percent_micro) {
  return percent_micro <= std::int64_t{discount_limit_percent(role)} * 1'000'000;
}

Status require(Role role, Right right) {
  if (allows(role, right)) return {};
  const auto one = [](Role who) { return (who == Role::owner ? "an " : "a ") + std::string(to_string(who)); };
  return denied(fmt::format("{} may not {}; ask {}", one(role), to_string(right), one(lowest_role_with(right))));
}

bool needs_override(Role asker, Right right) {
  return !allows(asker, right);
}

Status may_approve(Role approver, Right right) {
  if (allows(approver, right)) return {};
  return denied(
      fmt::format("a {} cannot approve this; a {} must", to_string(approver), to_string(lowest_role_with(right))));
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::cashier:
      return "cashier";
    case Role::supervisor:
      return "supervisor";
    case Role::manager:
      return "manager";
    case Role::owner:
      return "owner";
  }
  return "?";
}

Result<Role> role_of(std::string_view text) {
  for (const auto role : {Role::cashier, Role::supervisor, Role::manager, Role::owner})
    if (to_string(role) == text) return role;
  return invalid(fmt::format("'{}' is not a role; use cashier, supervisor, manager or owner", text.substr(0, 20)));
}

}  // namespace till::domain
