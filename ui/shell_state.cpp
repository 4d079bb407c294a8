// What scripts may ask the shell.
#include <cstdlib>
#include <functional>
#include <map>

#include "ui/shell.hpp"

namespace till::ui {

namespace {

using Reader = std::function<std::string(const app::Snapshot&)>;

std::string yes_no(bool value) {
  return value ? "yes" : "no";
}

const std::map<std::string, Reader, std::less<>>& readers() {
  static const std::map<std::string, Reader, std::less<>> all = {
      {"ticket.lines", [](auto& s) { return std::to_string(s.ticket.lines.size()); }},
      {"ticket.items", [](auto& s) { return s.ticket.item_count; }},
      {"total", [](auto& s) { return s.ticket.total; }},
      {"due", [](auto& s) { return s.ticket.due; }},
      {"remaining", [](auto& s) { return s.ticket.remaining; }},
      {"customer", [](auto& s) { return s.ticket.customer; }},
      {"entry", [](auto& s) { return s.entry.text; }},
      {"change", [](auto& s) { return s.finished ? s.finished->change : std::string(); }},
      {"finished.receipt", [](auto& s) { return s.finished ? s.finished->receipt : std::string(); }},
      {"finished.total", [](auto& s) { return s.finished ? s.finished->total : std::string(); }},
      {"finished.sync", [](auto& s) { return s.finished ? s.finished->sync_state : std::string(); }},
      {"sync.word", [](auto& s) { return s.sync.word; }},
      {"sync.waiting", [](auto& s) { return std::to_string(s.sync.waiting); }},
      {"sync.received", [](auto& s) { return std::to_string(s.sync.received); }},
      {"sync.sent", [](auto& s) { return std::to_string(s.sync.sent); }},
      {"sync.devices", [](auto& s) { return std::to_string(s.sync.devices.size()); }},
      {"notice", [](auto& s) { return s.notice ? s.notice->text : std::string(); }},
      {"question", [](auto& s) { return s.question ? s.question->title : std::string(); }},
      {"approval", [](auto& s) { return s.approval ? s.approval->what : std::string(); }},
      {"backup.outcome", [](auto& s) { return s.backup.outcome; }},
      {"backup.running", [](auto& s) { return yes_no(s.backup.progress.running); }},
      {"backup.rows", [](auto& s) { return std::to_string(s.backup.rows.size()); }},
      {"data.rows", [](auto& s) { return std::to_string(s.data.file ? s.data.file->rows : 0); }},
      {"data.running", [](auto& s) { return yes_no(s.data.progress.running); }},
      {"data.problem", [](auto& s) { return s.data.problem; }},
      {"data.imported",
       [](auto& s) {
         const auto& report = s.data.report;
         return std::to_string(report && !report->only_checked ? report->added + report->changed : 0);
       }},
      {"data.exported", [](auto& s) { return std::to_string(s.data.exported_rows.value_or(0)); }},
      {"user", [](auto& s) { return s.user ? s.user->name : std::string(); }},
      {"sign_in.problem", [](auto& s) { return s.sign_in_problem; }},
      {"shift.open", [](auto& s) { return yes_no(s.shift.open); }},
      {"shift.number", [](auto& s) { return s.shift.number; }},
      {"shift.report", [](auto& s) { return s.shift.report; }},
      {"printer", [](auto& s) { return s.printer.word; }},
      {"parked", [](auto& s) { return std::to_string(s.parked.size()); }},
      {"products", [](auto& s) { return std::to_string(s.catalogue ? s.catalogue->products : 0); }},
      {"search.found", [](auto& s) { return std::to_string(s.search.size()); }},
      {"refund", [](auto& s) { return s.refund ? s.refund->receipt : std::string(); }},
  };
  return all;
}

bool holds(std::string_view value) {
  return !value.empty() && value != "0" && value != "no";
}

bool compares(const std::string& value, std::string_view operation, const std::string& wanted) {
  if (operation == "!=") return value != wanted;
  if (operation == ">=") return std::atoll(value.c_str()) >= std::atoll(wanted.c_str());
  return value == wanted;
}

}  // namespace

std::optional<std::string> Shell::value(std::string_view name) const {
  const auto now = till_.snapshot();
  if (name == "clock") return to_local(clock_.now(), "%H:%M");
  if (name == "screen") {
    if (!now->user) return "sign_in";
    if (now->approval) return "approval";
    if (now->question) return "question";
    View* top = state_.sheets.empty() ? nullptr : view_of(state_.sheets.back());
    return top == nullptr ? "sales" : top->info().name;
  }
  if (name.substr(0, 5) == "tile.") {  // the price of a product by its SKU
    if (!now->catalogue) return std::nullopt;
    for (const auto& tile : now->catalogue->tiles) {
      if (tile.sku == name.substr(5)) return tile.price;
    }
    return std::nullopt;
  }
  const auto found = readers().find(name);
  if (found == readers().end()) return std::nullopt;
  return found->second(*now);
}

std::optional<std::string> Shell::state(std::string_view expression) const {
  for (const std::string_view operation : {"!=", ">=", "="}) {
    const auto at = expression.find(operation);
    if (at == std::string_view::npos) continue;
    const auto found = value(expression.substr(0, at));
    if (!found) return std::nullopt;
    const std::string wanted(expression.substr(at + operation.size()));
    return compares(*found, operation, wanted) ? std::string() : "it is '" + *found + "'";
  }
  const auto found = value(expression);
  if (!found) return std::nullopt;
  return holds(*found) ? std::string() : "it is '" + *found + "'";
}

}  // namespace till::ui
