// Customers and users. A PIN never leaves the shop and never comes into it by a file.
#include "app/data/columns.hpp"
#include "core/text.hpp"
#include "domain/permissions.hpp"

namespace till::app {
namespace {

using domain::Customer;
using domain::User;

Result<domain::Role> role_from(const std::string& cell) {
  static const std::map<std::string, domain::Role, std::less<>> kGerman = {
      {"kassierer", domain::Role::cashier},   {"kassiererin", domain::Role::cashier},
      {"aufsicht", domain::Role::supervisor}, {"filialleitung", domain::Role::manager},
      {"leitung", domain::Role::manager},     {"inhaber", domain::Role::owner},
      {"inhaberin", domain::Role::owner}};
  const auto word = lowered(cell);
  if (const auto known = kGerman.find(word); known != kGerman.end()) return known->second;
  return domain::role_of(word);
}

}  // namespace

template <>
const std::vector<Column<Customer>>& columns_of() {
  static const std::vector<Column<Customer>> kColumns = {
      id_column<Customer>(),
      text_column<Customer>({"name",
                             CellType::text,
                             {"customer name", "display name", "complete name", "full name", "kunde", "kundenname"}},
                            &Customer::name),
      {{"first_name", CellType::text, {"first name", "given name", "vorname"}}, {}},
      {{"last_name", CellType::text, {"last name", "surname", "family name", "nachname"}}, {}},
      text_column<Customer>(
          {"phone", CellType::text, {"phone number", "mobile", "telephone", "telefon", "telefonnummer", "mobil"}},
          &Customer::phone),
      text_column<Customer>({"email", CellType::text, {"e mail", "email address", "e mail adresse", "mail"}},
                            &Customer::email),
      text_column<Customer>(
          {"tax_number", CellType::text, {"tax id", "taxid", "vat", "vat id", "ust idnr", "ust id", "steuernummer"}},
          &Customer::tax_number),
      text_column<Customer>({"card_code",
                             CellType::text,
                             {"customer code", "card", "barcode", "loyalty card", "kundenkarte", "kundennummer"}},
                            &Customer::card_code),
      text_column<Customer>({"note", CellType::text, {"notes", "memo", "notiz", "bemerkung"}}, &Customer::note),
      state_column<Customer>(),
  };
  return kColumns;
}

template <>
const std::vector<Column<User>>& columns_of() {
  static const std::vector<Column<User>> kColumns = {
      text_column<User>(
          {"name", CellType::text, {"user", "user name", "employee", "employee name", "benutzer", "mitarbeiter"}},
          &User::name),
      {{"role", CellType::text, {"rolle"}},
       [](const User& user, const Shelf&) { return std::string(domain::to_string(user.role)); },
       [](User& user, const std::string& cell, Shelf&) -> Status {
         if (!cell.empty()) user.role = TRY(role_from(cell));
         return {};
       }},
      state_column<User>(),
      colour_column<User>(),
  };
  return kColumns;
}

}  // namespace till::app
