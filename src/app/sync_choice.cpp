#include "app/sync_choice.hpp"

#include <algorithm>
#include <array>

#include "app/row_edit.hpp"
#include "app/stores.hpp"
#include "storage/sync_wanted.hpp"

namespace till::app {
namespace {

struct Word {
  const char* text;
  std::vector<sync::EntityNumber> entities;
};

// What belongs together is left out together.
const std::array<Word, 9>& words() {
  static const std::array<Word, 9> all = {{
      {"suppliers", {domain::Supplier::kEntity}},
      {"customers", {domain::Customer::kEntity}},
      {"media", {domain::MediaFile::kEntity}},
      {"printers", {domain::Printer::kEntity, domain::PrinterAssignment::kEntity}},
      {"tables", {domain::DiningTable::kEntity, domain::Order::kEntity, domain::OrderEvent::kEntity}},
      {"stock", {domain::StockMove::kEntity, domain::StockCount::kEntity}},
      {"sales", {domain::Sale::kEntity}},
      {"shifts", {domain::ShiftEvent::kEntity}},
      {"journal", {domain::AuditEntry::kEntity}},
  }};
  return all;
}

}  // namespace

std::vector<std::string> entity_words() {
  std::vector<std::string> texts;
  for (const auto& word : words()) texts.emplace_back(word.text);
  return texts;
}

Result<ChosenSync> chosen_sync(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) -> Result<ChosenSync> {
    const auto choice = TRY(storage::sync_choice(conn));
    ChosenSync chosen;
    for (const auto& word : words())
      if (choice.without.contains(word.entities.front())) chosen.without.emplace_back(word.text);
    for (const auto& id : choice.stores) {
      const auto store = TRY(storage::load<domain::Store>(conn, id));
      chosen.stores.push_back(store ? store->name : to_string(id));
    }
    chosen.set_aside = TRY(storage::set_aside_count(conn));
    return chosen;
  });
}

Status choose_sync(Shop& shop, const Actor& actor, const std::vector<std::string>& without,
                   const std::vector<std::string>& stores) {
  TRY(require_right(shop, actor, domain::Right::devices));
  storage::SyncChoice choice;
  std::string said;
  for (const auto& text : without) {
    const auto word = std::ranges::find(words(), text, &Word::text);
    if (word == words().end())
      return invalid("'" + clipped(text, 40) + "' cannot be left out; see: tillctl sync choice --help");
    choice.without.insert(word->entities.begin(), word->entities.end());
    said += " without " + text;
  }
  for (const auto& name : stores) {
    const auto store = TRY(store_named(shop, name));
    choice.stores.insert(store.id);
    said += " store " + store.name;
  }
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    TRY(storage::set_sync_choice(tx, choice));
    return write_journal(state, tx, actor, {"sync.choice", state.terminal, said});
  });
}

}  // namespace till::app
