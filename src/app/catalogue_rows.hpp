// Products, categories and taxes as whole rows: making, changing, taking out of the shop. Single prices and
// availability are in catalogue.hpp, pictures in media.hpp. Right: catalogue_edit; customers: customers_edit.
//
// Codes are checked against what is known here. What two terminals choose at the same time without knowing of each
// other stays twice and is flagged: `duplicates`.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/entities/people.hpp"
#include "storage/connection.hpp"

namespace till::app {

// What a product must be whatever else the shop sells: an SKU, a name, amounts within their bounds.
Status check_product_values(const domain::Product& product);
// The same, and that its codes are free and what it newly names is there.
Status check_product(storage::Connection& conn, const domain::Product& product);
// A nil id makes a new one; returns the id.
Result<Id> save_product(Shop& shop, const Actor& actor, domain::Product product);
// Deleted when nothing ever referred to it, archived when something did: a sale, a move, an order. Either way it is not
// sold any more and its codes are free again.
Result<domain::Lifecycle> remove_product(Shop& shop, const Actor& actor, const Id& product);

Result<std::vector<domain::Category>> categories(Shop& shop);  // by position and name
Result<domain::Category> category_named(Shop& shop, const std::string& name_or_id);
Result<Id> save_category(Shop& shop, const Actor& actor, domain::Category category);
Status remove_category(Shop& shop, const Actor& actor, const Id& category);  // refused while products are in it

Result<std::vector<domain::Tax>> taxes(Shop& shop);
Result<domain::Tax> tax_named(Shop& shop, const std::string& code_or_name_or_id);
Result<Id> save_tax(Shop& shop, const Actor& actor, domain::Tax tax);
Status remove_tax(Shop& shop, const Actor& actor, const Id& tax);  // refused while products have it

Result<domain::Customer> customer_named(Shop& shop, const std::string& name_or_id);
Status remove_customer(Shop& shop, const Actor& actor, const Id& customer);

struct DuplicateCode {
  std::string what;  // "SKU", "barcode", "e-mail", "table"
  std::string value;
  std::string owner;                 // its name; the owner is the same on every terminal
  std::vector<std::string> flagged;  // the names of the others
  std::vector<Id> flagged_ids;
};
Result<std::vector<DuplicateCode>> duplicates(Shop& shop, std::size_t max_of_each = 100);

}  // namespace till::app
