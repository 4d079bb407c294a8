// The number pad and the scanner side by side, as a state machine. Digits typed after a scan are that line's quantity
// and end with the next scan or enter; before anything was scanned they wait for "times" (3 x scan), enter (an item
// code or an amount) or clear. A scan never becomes a quantity and is never mixed with digits. Pure: event in, effect
// out.
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
    set_quantity,  // of the line last added, to `quantity`; sent for each digit, so that the ticket shows it at once
    submit,        // enter: `text` is a line of till input
    refused,       // `sentence` says why; the display is kept or cleared as it says
  };
  Kind kind = Kind::none;
  std::string code;
  Quantity quantity;
  std::string text;
  std::string sentence;
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
  EntryEffect on_digit(char digit);
  EntryEffect on_times();
  EntryEffect on_scan(const std::string& code);
  EntryEffect on_enter();
  EntryEffect typed_changed();
  [[nodiscard]] std::optional<Quantity> typed_quantity() const;

  std::string typed_;
  std::optional<Quantity> multiplier_;
  bool after_scan_ = false;
};

}  // namespace till::domain
