// The number pad and the scanner side by side, as a state machine. Digits typed after a scan are the quantity of that
// scan and end with the next scan or enter. Three digits wait for enter; a fourth makes them an item's number, since
// nobody sells a thousand of something by accident. Before a scan, digits wait for "times" (3 x scan), enter or clear.
// A scan never becomes a quantity and is never mixed with digits. Pure: event in, effect out; one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/money.hpp"

namespace till::domain {

struct EntryEvent {
  enum class Kind : std::uint8_t { digit, decimal, times, enter, clear, backspace, scan };
  Kind kind = Kind::clear;
  char digit = '0';
  std::string code;  // scan

  static EntryEvent of(char digit) { return {Kind::digit, digit, {}}; }
  static EntryEvent of(Kind kind) { return {kind, '0', {}}; }
  static EntryEvent scan(std::string code) { return {Kind::scan, '0', std::move(code)}; }
};

struct EntryEffect {
  enum class Kind : std::uint8_t {
    none,          // only the display changed
    add,           // put `code` on the ticket, `quantity` of it
    set_quantity,  // of what was added last, to `quantity`; sent for each digit, so that the ticket shows it at once
    restore_quantity,  // of what was added last: the digits were something else, or were taken back
    submit,            // enter: `text` is a line of till input
    refused,           // `sentence` says why
  };
  Kind kind = Kind::none;
  std::string code;
  Quantity quantity;
  std::string text;
  std::string sentence;  // refused; with add: digits that were not used
};

class Entry {
 public:
  EntryEffect on(const EntryEvent& event);
  // What the pad's display shows: "3 x", "12.5", empty.
  [[nodiscard]] std::string display() const;
  // After something other than a scan was put on the ticket (a tile tapped): digits then set its quantity.
  void line_added();
  // After the sale ended or the line went: digits start anew.
  void reset();
  // A multiplier typed before a tile is tapped; takes it.
  std::optional<Quantity> take_multiplier();
  [[nodiscard]] bool sets_quantity() const { return after_scan_; }

 private:
  EntryEffect on_key(char c);
  EntryEffect on_times();
  EntryEffect on_scan(const std::string& code);
  EntryEffect on_enter();
  EntryEffect on_backspace();
  EntryEffect on_clear();
  EntryEffect quantity_typed();

  std::string typed_;
  std::optional<Quantity> multiplier_;
  bool after_scan_ = false;
};

}  // namespace till::domain
