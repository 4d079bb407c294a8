// What the window draws: one immutable picture of the till, published by its worker after every change. The parts that
// are large and change rarely are shared between snapshots. All texts are ready to show, amounts formatted in the
// currency.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "domain/money.hpp"

namespace till::app {

using domain::Money;

struct Tile {
  Id product, category;
  std::string name, price, sku, barcode;
  Money price_minor;
  std::string unit;   // "", "kg": price is per unit
  std::string stock;  // "12", empty when not tracked
  std::string icon;
  std::uint32_t colour_rgb = 0;
  bool available = true;
  bool low_stock = false;
  bool special = false;
};

struct CategoryTab {
  Id id;
  std::string name, icon;
  std::uint32_t colour_rgb = 0;
};

// The tiles of the sales screen, by category in their positions; `version` changes when anything in it does.
struct Catalogue {
  std::uint64_t version = 0;
  std::vector<CategoryTab> categories;
  std::vector<Tile> tiles;   // grouped by category, in position order
  std::size_t products = 0;  // in the shop, tiles or not
};

struct Person {
  Id id;
  std::string name, role;
  std::uint32_t colour_rgb = 0;
};

struct TicketLine {
  std::string line_id, name;
  std::string quantity;  // "3", "0.35 kg"
  std::string unit_price, total;
  std::string note;  // "saved 0.30", "-5 %", "deposit", "void", "refund"
  bool is_void = false, is_refund = false, is_deposit = false, is_last = false, is_selected = false;
};

struct TenderLine {
  std::string name, amount;  // "Card VISA 1234", "10.00"
};

struct CashKey {
  std::string label;  // "20.00"
  Money amount;
};

struct Ticket {
  std::vector<TicketLine> lines;
  std::string item_count;              // "7 items"
  std::string total, saved, discount;  // saved, discount: empty when zero
  std::string due;                     // what is still to be paid in cash, rounded
  std::string remaining;               // differs from due while a payment is split
  Money due_minor, remaining_minor;
  std::string customer;
  std::vector<TenderLine> tenders;
  std::vector<CashKey> notes;  // the next three sensible ones
  bool refunding = false;      // the total is to be paid out
  bool is_empty() const { return lines.empty(); }
};

// Stays on the screen until the next scan or tap begins the next sale.
struct FinishedSale {
  std::string receipt, total, given, change;
  bool change_due = false;
  bool refund = false;
  std::string sync_state;  // "waiting", "sent", "confirmed"
};

// The number pad's pending entry and what it means.
struct Entry {
  std::string text;     // "3", "12.5"
  std::string meaning;  // "3 x", "price", "% off"; empty: decides with the next key
};

struct Notice {
  std::uint64_t number = 0;
  enum class Level : std::uint8_t { good, info, warning, error } level = Level::info;
  std::string text;
};

struct Question {  // decided by Answer
  std::string title, text, yes, no;
};

struct Approval {  // decided by Approve or Answer{false}
  std::string what, why, asked_by;
  std::vector<Person> by;  // who may
};

struct ParkedTicket {
  Id id;
  std::string name, total, item_count, age;
};

struct CustomerRow {
  Id id;
  std::string name, phone, email;
};

struct ReceiptRow {
  std::string receipt, at, total, user, kind, sync_state;
};

struct RefundLine {
  std::string line_id, name, sold, left, total;
  domain::Quantity left_milli;
  bool weighed = false;
};
struct RefundView {
  std::string receipt, at, total, left_total;
  std::vector<RefundLine> lines;
};

enum class SyncState : std::uint8_t { alone, connected, connecting, offline, paused };

struct LaneRow {
  std::string name;  // "Sales and stock", "Tables and orders", "Catalogue", "Journal"
  std::uint64_t waiting = 0;
  std::string oldest;  // "3 min", empty when none waits
};
struct DeviceRow {
  std::string name, code, last_seen, state, version;
  bool here = false, revoked = false;
};
struct ParkedRow {
  std::string what, reason, since;
};
struct SyncView {
  SyncState state = SyncState::alone;
  std::string word;  // "connected", "connecting", "offline", "paused", "this till alone"
  std::uint64_t waiting = 0;
  std::string hub, tenant, terminal, last_success, next_try, problem;
  std::vector<LaneRow> lanes;
  std::vector<DeviceRow> devices;
  std::vector<ParkedRow> parked;
  std::uint64_t sent = 0, received = 0, conflicts = 0;
};

struct PrintJobRow {
  std::int64_t job = 0;
  std::string what, since, problem;
};
struct PrinterView {
  enum class State : std::uint8_t { none, ready, printing, waiting } state = State::none;
  std::string name, word;  // "ready", "2 waiting"
  std::vector<PrintJobRow> jobs;
};

struct BackupRow {
  std::string generation, at, size, stored, ratio, state;
};
struct Progress {
  std::string title, step;
  std::uint64_t done = 0, total = 0;
  bool running = false;
};
struct BackupView {
  std::string target;
  std::vector<BackupRow> rows;
  std::string last;     // "today 12:30, verified" or "never"
  std::string outcome;  // of the last run: the sentence
  bool failed = false;
  Progress progress;
};

struct ShiftView {
  bool open = false;
  std::string number, since, opened_by, cash_float, expected;
  std::vector<std::pair<std::string, std::string>> figures;  // X report in short: label, value
  std::string report;                                        // the last printed X or Z as text
};

// What all terminals sold today: label, value.
using DayFigures = std::vector<std::pair<std::string, std::string>>;

struct Snapshot {
  std::uint64_t version = 0;
  std::string shop_name, terminal, currency;
  int currency_digits = 2;
  std::optional<Person> user;   // empty: the sign-in screen
  std::string sign_in_problem;  // "wrong PIN, 3 tries left", empty after success
  std::vector<Person> users;
  std::vector<std::string> rights;  // of the signed-in user, names as in domain/permissions
  ShiftView shift;
  DayFigures today;
  Ticket ticket;
  Entry entry;
  std::optional<FinishedSale> finished;
  std::optional<Notice> notice;
  std::optional<Question> question;
  std::optional<Approval> approval;
  std::shared_ptr<const Catalogue> catalogue;
  std::string search_text;
  std::vector<Tile> search;
  std::vector<ParkedTicket> parked;
  std::vector<CustomerRow> customers;
  std::vector<ReceiptRow> receipts;
  std::optional<RefundView> refund;
  SyncView sync;
  PrinterView printer;
  BackupView backup;
  std::vector<std::pair<std::string, std::string>> settings;  // what the settings screen shows and may change
  std::string startup_warning;                                // what the start-up check found, empty when all is well
};

}  // namespace till::app
