#include "app/suppliers.hpp"

#include "app/row_edit.hpp"

namespace till::app {

Result<std::vector<domain::Supplier>> suppliers(Shop& shop) {
  return kept_rows<domain::Supplier>(shop);
}

Result<domain::Supplier> supplier_named(Shop& shop, const std::string& name_or_id) {
  return row_named<domain::Supplier>(shop, name_or_id, "supplier");
}

Result<Id> save_supplier(Shop& shop, const Actor& actor, domain::Supplier supplier) {
  if (trimmed(supplier.name).empty()) return invalid("give the supplier a name");
  const JournalText text{"supplier.save", supplier.name, {}};
  return save_row(
      shop, actor, domain::Right::catalogue_edit, std::move(supplier), text,
      [](storage::Connection& conn, domain::Supplier& row) { return require_free_name(conn, row, "supplier"); });
}

Status remove_supplier(Shop& shop, const Actor& actor, const Id& supplier) {
  return remove_row<domain::Supplier>(shop, actor, domain::Right::catalogue_edit, supplier, "supplier",
                                      "supplier.remove");
}

}  // namespace till::app
