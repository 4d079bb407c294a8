// Customers by loyalty card, e-mail or name with telephone; users by name, never above the role of whoever imports.
#include <algorithm>

#include "app/data/row_import.hpp"
#include "app/users.hpp"

namespace till::app {
namespace {

using domain::Customer;
using domain::Lifecycle;
using domain::Role;
using domain::User;

std::string cell_of(const CellTexts& cells, std::string_view key) {
  const auto it = cells.find(key);
  return it == cells.end() ? std::string() : it->second;
}

std::string digits_of(const std::string& phone) {
  std::string digits;
  for (const char c : phone)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

class CustomerImport final : public RowImport<Customer> {
 public:
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override {
    return {"name", "first_name", "last_name"};
  }

 protected:
  Status shape(ImportRow& row) override {
    auto& cells = row.cells;
    const auto whole = trimmed(cell_of(cells, "first_name") + " " + cell_of(cells, "last_name"));
    if (cell_of(cells, "name").empty() && !whole.empty()) cells["name"] = whole;
    return {};
  }
  [[nodiscard]] Id find(const CellTexts& cells) const override {
    for (const auto& key :
         keys_of(cell_of(cells, "card_code"), cell_of(cells, "email"), cell_of(cells, "name"), cell_of(cells, "phone")))
      if (const auto it = known_.find(key); it != known_.end()) return it->second;
    return {};
  }
  [[nodiscard]] bool means_too(const Customer& row, const CellTexts& cells) const override {
    const auto keys = keys_of(row.card_code, row.email, row.name, row.phone);
    return std::ranges::any_of(
        keys_of(cell_of(cells, "card_code"), cell_of(cells, "email"), cell_of(cells, "name"), cell_of(cells, "phone")),
        [&](const std::string& key) { return std::ranges::find(keys, key) != keys.end(); });
  }
  void know(const Customer& row) override {
    for (const auto& key : keys_of(row.card_code, row.email, row.name, row.phone)) known_.try_emplace(key, row.id);
  }
  Status check(storage::Connection&, const Customer&, Customer& now, bool) override {
    return now.name.empty() ? Status(invalid("give the customer a name")) : Status{};
  }

 private:
  static std::vector<std::string> keys_of(const std::string& card, const std::string& email, const std::string& name,
                                          const std::string& phone) {
    std::vector<std::string> keys;
    if (!card.empty()) keys.push_back("card " + card);
    if (!email.empty()) keys.push_back("mail " + lowered(email));
    if (!name.empty()) keys.push_back("name " + lowered(name) + " " + digits_of(phone));
    return keys;
  }
  std::unordered_map<std::string, Id> known_;
};

class UserImport final : public RowImport<User> {
 public:
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"name"}; }

  std::vector<LateProblem> end(std::vector<StagedOp>& ops) override {
    auto problems = RowImport::end(ops);
    if (owners_.empty())
      problems.push_back({{"role", "the shop would have no owner any more; leave at least one"}, 0, 0});
    return problems;
  }
  [[nodiscard]] std::vector<std::string> notes() const override {
    auto notes = RowImport::notes();
    if (new_users_ > 0)
      notes.push_back(std::to_string(new_users_) +
                      " new users have no PIN yet and cannot sign in; a manager gives them one");
    return notes;
  }

 protected:
  [[nodiscard]] Id find(const CellTexts& cells) const override {
    const auto it = by_name_.find(lowered(cell_of(cells, "name")));
    return it == by_name_.end() ? Id{} : it->second;
  }
  void know(const User& row) override {
    by_name_.try_emplace(lowered(row.name), row.id);
    if (row.role == Role::owner && row.lifecycle == Lifecycle::active) {
      owners_.insert(row.id);
    } else {
      owners_.erase(row.id);
    }
  }
  [[nodiscard]] std::vector<std::string_view> needed_when_new() const override { return {"name", "role"}; }
  Status check(storage::Connection&, const User& before, User& now, bool is_new) override {
    if (now.name.empty() || code_points(now.name) > 40) return invalid("give the user a name of 1 to 40 characters");
    if (to_fields(before) == to_fields(now)) return {};
    if (now.id == actor_.user && (now.lifecycle != Lifecycle::active || now.role != before.role))
      return invalid("nobody changes their own role or state; ask another manager");
    if (!is_new) TRY(may_make(actor_, before.role));
    TRY(may_make(actor_, now.role));
    if (is_new) ++new_users_;
    return {};
  }

 private:
  std::unordered_map<std::string, Id> by_name_;
  std::set<Id> owners_;
  std::size_t new_users_ = 0;
};

}  // namespace

std::unique_ptr<ImportKind> make_customer_import() {
  return std::make_unique<CustomerImport>();
}
std::unique_ptr<ImportKind> make_user_import() {
  return std::make_unique<UserImport>();
}

}  // namespace till::app
