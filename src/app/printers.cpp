#include "app/printers.hpp"

#include <algorithm>
#include <array>

#include "app/assigned_printer.hpp"
#include "app/row_edit.hpp"
#include "net/printers/printer.hpp"
#include "security/hash.hpp"

namespace till::app {
namespace {

using domain::Printer;
using domain::PrinterAssignment;
using domain::PrinterRole;
using domain::PrintsFor;

// "tillstick prints"; part of the record format.
constexpr Id kAssignmentNamespace{
    {0x74, 0x69, 0x6c, 0x6c, 0x73, 0x74, 0x69, 0x63, 0x6b, 0x20, 0x70, 0x72, 0x69, 0x6e, 0x74, 0x73}};
constexpr std::array<std::string_view, 3> kRoles = {"receipt", "kitchen", "label"};

Result<std::string> name_of(storage::Connection& conn, const PrinterTarget& target) {
  switch (target.kind) {
    case PrintsFor::device:
      return TRY(existing_row<domain::Device>(conn, target.id, "terminal")).name;
    case PrintsFor::category:
      return TRY(existing_row<domain::Category>(conn, target.id, "category")).name;
    case PrintsFor::room:
      break;
  }
  if (trimmed(target.room).empty()) return invalid("say for which terminal, room or category the printer prints");
  return target.room;
}

}  // namespace

Id assignment_id(const PrinterTarget& target, PrinterRole role) {
  constexpr std::array<const char*, 3> kKinds = {"device:", "room:", "category:"};
  const std::string what = target.kind == PrintsFor::room ? lowered(trimmed(target.room)) : to_string(target.id);
  return security::id_from_name(
      kAssignmentNamespace, kKinds[static_cast<std::size_t>(target.kind)] + what + ":" + std::string(to_string(role)));
}

std::string_view to_string(PrinterRole role) {
  const auto at = static_cast<std::size_t>(role);
  return at < kRoles.size() ? kRoles[at] : "?";
}

Result<PrinterRole> printer_role_of(std::string_view text) {
  const auto at = std::ranges::find(kRoles, text);
  if (at == kRoles.end()) return invalid("a printer is for receipt, kitchen or label");
  return static_cast<PrinterRole>(at - kRoles.begin());
}

Result<std::vector<Printer>> printers(Shop& shop) {
  return kept_rows<Printer>(shop);
}

Result<Printer> printer_named(Shop& shop, const std::string& name_or_id) {
  return row_named<Printer>(shop, name_or_id, "printer");
}

Result<Id> save_shop_printer(Shop& shop, const Actor& actor, Printer printer) {
  if (trimmed(printer.name).empty()) return invalid("give the printer a name");
  if (printer.columns < 24 || printer.columns > 64)
    return invalid("the printer's width must be 24 to 64 characters; usual are 32, 42 and 48");
  TRY(net::parse_printer_address(printer.address, shop.folder()));
  const bool is_new = printer.id.is_nil();
  const JournalText text{is_new ? "printer.add" : "printer.configure", printer.name, printer.address};
  return save_row(shop, actor, domain::Right::settings_edit, std::move(printer), text,
                  [](storage::Connection& conn, Printer& row) { return require_free_name(conn, row, "printer"); });
}

Status remove_printer(Shop& shop, const Actor& actor, const Id& printer) {
  auto& state = shop.state();
  return edit_row<Printer>(shop, actor, domain::Right::settings_edit, printer, "printer",
                           [&](storage::Transaction& tx, Printer& row) -> Result<JournalText> {
                             for (auto& assignment : TRY(kept_rows<PrinterAssignment>(tx))) {
                               if (assignment.printer != printer) continue;
                               assignment.lifecycle = domain::Lifecycle::deleted;
                               TRY(state.replica->put(tx, assignment));
                             }
                             row.lifecycle = domain::Lifecycle::deleted;
                             return JournalText{"printer.remove", row.name, {}};
                           });
}

Status assign_printer(Shop& shop, const Actor& actor, const PrinterTarget& target, const Id& printer) {
  TRY(require_right(shop, actor, domain::Right::settings_edit));
  auto& state = shop.state();
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    const auto row = TRY(existing_row<Printer>(tx, printer, "printer"));
    const auto name = TRY(name_of(tx, target));
    PrinterAssignment assignment;
    assignment.id = assignment_id(target, row.role);
    assignment.prints_for = target.kind;
    assignment.target = target.kind == PrintsFor::room ? Id{} : target.id;
    assignment.room = target.kind == PrintsFor::room ? target.room : std::string();
    assignment.role = row.role;
    assignment.printer = printer;
    TRY(tidy_texts(assignment));
    TRY(state.replica->put(tx, assignment));
    return write_journal(state, tx, actor, {"printer.assign", row.name, name});
  }));
  if (state.printer_changed) state.printer_changed();
  return {};
}

Status unassign_printer(Shop& shop, const Actor& actor, const PrinterTarget& target, PrinterRole role) {
  TRY(require_right(shop, actor, domain::Right::settings_edit));
  auto& state = shop.state();
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    auto row = TRY(storage::load<PrinterAssignment>(tx, assignment_id(target, role)));
    if (!row || is_deleted(*row)) return invalid("no " + std::string(to_string(role)) + " printer is assigned there");
    row->lifecycle = domain::Lifecycle::deleted;
    TRY(state.replica->put(tx, *row));
    return write_journal(state, tx, actor,
                         {"printer.unassign", TRY(name_of(tx, target)), std::string(to_string(role))});
  }));
  if (state.printer_changed) state.printer_changed();
  return {};
}

Result<std::vector<PrinterAssignment>> printer_assignments(Shop& shop) {
  return kept_rows<PrinterAssignment>(shop);
}

Result<std::optional<Printer>> assigned_printer(storage::Connection& conn, const PrinterTarget& target,
                                                PrinterRole role) {
  const auto assignment = TRY(storage::load<PrinterAssignment>(conn, assignment_id(target, role)));
  if (!assignment || is_deleted(*assignment)) return std::optional<Printer>{};
  auto printer = TRY(storage::load<Printer>(conn, assignment->printer));
  if (!printer || is_deleted(*printer)) return std::optional<Printer>{};
  return printer;
}

Result<std::optional<Printer>> assigned_printer(Shop& shop, const PrinterTarget& target, PrinterRole role) {
  return shop.state().db->read([&](storage::Connection& conn) { return assigned_printer(conn, target, role); });
}

}  // namespace till::app
