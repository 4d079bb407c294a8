// The shop's printers and which of them prints for a terminal, a room or a category. The setting of a terminal's own
// receipt printer (app/printing.hpp) stays the terminal's and comes first; a terminal that has none uses the receipt
// printer that is assigned to it. Right: settings_edit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "domain/entities/equipment.hpp"

namespace till::app {

Result<std::vector<domain::Printer>> printers(Shop& shop);
Result<domain::Printer> printer_named(Shop& shop, const std::string& name_or_id);
// A nil id makes a new one. The address is checked as the printing side will read it.
Result<Id> save_shop_printer(Shop& shop, const Actor& actor, domain::Printer printer);
// Its assignments end with it.
Status remove_printer(Shop& shop, const Actor& actor, const Id& printer);

struct PrinterTarget {
  domain::PrintsFor kind = domain::PrintsFor::device;
  Id id;             // a device or a category
  std::string room;  // a room's name
};
// One printer for a target and a role; another one takes its place.
Status assign_printer(Shop& shop, const Actor& actor, const PrinterTarget& target, const Id& printer);
Status unassign_printer(Shop& shop, const Actor& actor, const PrinterTarget& target, domain::PrinterRole role);
Result<std::vector<domain::PrinterAssignment>> printer_assignments(Shop& shop);
Result<std::optional<domain::Printer>> assigned_printer(Shop& shop, const PrinterTarget& target,
                                                        domain::PrinterRole role);

std::string_view to_string(domain::PrinterRole role);  // "receipt"
Result<domain::PrinterRole> printer_role_of(std::string_view text);

}  // namespace till::app
