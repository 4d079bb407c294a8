#include "app/journal_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace till::app {
namespace {

constexpr auto kLabels = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"sale", "Sale"},
    {"refund", "Refund"},
    {"receipt.copy", "Receipt printed again"},
    {"ticket.change", "Ticket changed"},
    {"ticket.park", "Ticket parked"},
    {"ticket.recall", "Ticket recalled"},
    {"print.drop", "Print job dropped"},
    {"no-sale", "Drawer opened"},
    {"cash.move", "Cash moved"},
    {"shift.open", "Shift opened"},
    {"shift.count", "Cash counted"},
    {"shift.close", "Shift closed"},
    {"report.x", "X report"},
    {"order.open", "Order opened"},
    {"order.add", "Order: line added"},
    {"order.change", "Order: line changed"},
    {"order.take-off", "Order: line taken off"},
    {"order.cancel", "Order cancelled"},
    {"order.state", "Order moved on"},
    {"order.move", "Order: other table"},
    {"order.complete", "Order paid"},
    {"table.save", "Table saved"},
    {"table.state", "Table: state"},
    {"table.reserve", "Table reserved"},
    {"table.remove", "Table removed"},
    {"product.save", "Product saved"},
    {"product.remove", "Product removed"},
    {"product.picture", "Product: picture"},
    {"product.available", "Product: available"},
    {"price.change", "Price changed"},
    {"price.plan", "Price planned"},
    {"price.remove", "Price removed"},
    {"category.save", "Category saved"},
    {"category.remove", "Category removed"},
    {"tax.save", "Tax saved"},
    {"tax.remove", "Tax removed"},
    {"supplier.save", "Supplier saved"},
    {"supplier.remove", "Supplier removed"},
    {"stock.count", "Stock counted"},
    {"stock.move", "Stock moved"},
    {"media.add", "Picture added"},
    {"media.rename", "Picture renamed"},
    {"media.remove", "Picture removed"},
    {"media.tidy", "Pictures tidied up"},
    {"import", "Import"},
    {"export", "Export"},
    {"customer.save", "Customer saved"},
    {"customer.remove", "Customer removed"},
    {"customer.forget", "Customer's data erased"},
    {"sign-in", "Signed in"},
    {"sign-in.refused", "Sign-in refused"},
    {"sign-out", "Signed out"},
    {"approved", "Approved"},
    {"refused", "Refused"},
    {"user.add", "User added"},
    {"user.rename", "User renamed"},
    {"user.role", "User: role changed"},
    {"user.pin", "User: new PIN"},
    {"user.remove", "User removed"},
    {"user.unlock", "User unlocked"},
    {"setting.change", "Setting changed"},
    {"terminal.rename", "Till renamed"},
    {"terminal.new-life", "Till goes on anew"},
    {"printer.change", "Printer set"},
    {"printer.add", "Printer added"},
    {"printer.configure", "Printer configured"},
    {"printer.remove", "Printer removed"},
    {"printer.assign", "Printer assigned"},
    {"printer.unassign", "Printer taken off"},
    {"store.save", "Branch saved"},
    {"store.remove", "Branch removed"},
    {"device.store", "Till put into a branch"},
    {"device.revoke", "Till revoked"},
    {"device.clock", "Changes of a wrong clock counted"},
    {"enrol", "Joined a hub"},
    {"sync.hub.moved", "Went on at another hub"},
    {"sync.hub.address", "The hub has another address"},
    {"sync.choice", "Sync: choice"},
    {"sync.carrier.add", "Carrier added"},
    {"sync.carrier.remove", "Carrier removed"},
    {"sync.incident", "Sync incident"},
    {"sync.heal", "Set right from the log"},
    {"sync.snapshot", "Snapshot ordered"},
    {"sync.drop", "Hub tidied up"},
    {"sync.pause", "Sync paused"},
    {"sync.resume", "Sync resumed"},
    {"conflict.settle", "Conflict settled"},
    {"conflict.undo", "Decision taken back"},
    {"conflict.rule", "Conflicts settled by rule"},
    {"backup", "Backup"},
    {"backup.failed", "Backup failed"},
    {"backup.damaged", "Backup found damaged"},
    {"backup.drill", "Backup restored on trial"},
    {"backup.drill.failed", "Restore drill not possible"},
    {"backup.prune", "Backups pruned"},
    {"backup.verify", "Backup verified"},
    {"backup.target.add", "Place for backups added"},
    {"backup.target.remove", "Place for backups removed"},
    {"backup.target.set", "Place for backups changed"},
    {"backup.target.probe", "Stick tested"},
    {"restore", "Restored from a backup"},
    {"restore.parts", "Parts restored from a backup"},
    {"keys.received", "Keys received"},
    {"keys.handed-over", "Keys handed over"},
    {"keys.passphrase", "Recovery passphrase set"},
    {"keys.rotate", "Keys renewed"},
    {"keys.replace", "Keys replaced"},
    {"keys.offer", "Keys offered to the tills"},
    {"keys.in-use", "New keys in use"},
    {"journal.prune", "Journal pruned"},
    {"shop.init", "Shop set up"},
    {"generate", "Made-up data"},
    {"change", "Changed"},
});

}  // namespace

std::string action_label(std::string_view action) {
  const auto known = std::ranges::find(kLabels, action, [](const auto& label) { return label.first; });
  return std::string(known == kLabels.end() ? action : known->second);
}

std::vector<std::string_view> action_names() {
  std::vector<std::string_view> names;
  for (const auto& [action, label] : kLabels) names.push_back(action);
  return names;
}

std::vector<std::string_view> action_labels() {
  std::vector<std::string_view> labels;
  for (const auto& label : kLabels) labels.push_back(label.second);
  return labels;
}

const std::vector<JournalGroup>& journal_groups() {
  static const std::vector<JournalGroup> groups = {
      {"sales", "Sales", {"sale", "refund", "receipt.", "ticket.", "print.", "order.", "table."}},
      {"cash", "Cash and shift", {"shift.", "cash.", "no-sale", "report."}},
      {"catalogue",
       "Catalogue",
       {"product.", "price.", "category.", "tax.", "supplier.", "stock.", "media.", "import", "generate"}},
      {"people", "People", {"sign-in", "sign-in.", "sign-out", "approved", "user.", "customer."}},
      {"refused", "Refused", {"refused", "sign-in.refused"}},
      {"settings", "Settings", {"setting.", "terminal.", "printer.", "store.", "shop.", "change"}},
      {"sync", "Sync", {"sync.", "conflict.", "device.", "enrol"}},
      {"safety", "Backup and keys", {"backup", "backup.", "restore", "restore.", "keys.", "export", "journal."}},
  };
  return groups;
}

std::vector<std::string> actions_of(const std::string& group_or_action) {
  if (group_or_action.empty()) return {};
  const auto& groups = journal_groups();
  const auto group = std::ranges::find(groups, group_or_action, &JournalGroup::key);
  return group == groups.end() ? std::vector<std::string>{group_or_action} : group->actions;
}

}  // namespace till::app
