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
  Id sale{};
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
  std::string rate;    // "40 a minute" that go out at present, empty when none does
};
struct DeviceRow {
  std::string name, code, last_seen, state, version;
  bool here = false, revoked = false;
  Id id;
  std::string lag;    // "up to date", "at most 12 behind", "not heard of yet"
  std::string clock;  // "right", "1 h ahead", "3 min behind"; empty: not known
  bool clock_is_wrong = false;
  bool may_be_revoked = false;  // a terminal of a hub, not this one, not revoked yet
  bool waits = false;           // to be let in: the hub knows it, and the shop's keys were not left for it yet
};
struct ParkedRow {
  std::string what, reason, since;
  std::string from;        // the terminal that made it
  std::string what_to_do;  // a sentence
};
// Something that sync found out and mended or lives with; from the journal.
struct IncidentRow {
  std::string at, terminal;
  std::string what;        // what it means
  std::string what_to_do;  // "Nothing needs to be done." or what does
  bool is_serious = false;
};
struct TransportRow {
  std::string name, address, state;
  std::string success;  // "98 %", of the connections since the start
  std::string latency;  // "12 ms"
  std::string last;     // "12:30:05", of the last success
  std::string bytes;    // "1.2 MB out, 3 KB in"
  std::string problem;
  bool is_good = false;
};

// One value of a field that several terminals changed without knowing of each other.
struct ConflictSide {
  std::string key;  // names it in a decision, on every terminal
  std::string value;
  bool is_word = false;  // "yes", "deleted": translate it
  std::string terminal, user, at;
  bool here = false;     // made on this terminal
  bool visible = false;  // holds at present
};
struct ConflictRow {
  enum class State : std::uint8_t { open, waits, by_rule, settled } state = State::open;
  std::string id;                   // short and the same on every terminal: "K7QF2M"
  std::string place;                // the id that it has, or had, while it was not settled
  std::string kind, name, field;    // "Product", "Green tea", "Price"
  std::vector<ConflictSide> sides;  // the visible one first
  bool edited_after_deletion = false;
  bool base_known = false;
  std::string base;  // what both had replaced
  bool base_is_word = false;
  std::string merged;  // what putting both together would give; empty: cannot be done
  std::string policy;  // "manual", "latest_wins"
  // Once it is settled.
  std::string settled_by, settled_at, settled_on;  // settled_by empty: the rule
  bool can_undo = false;
};
struct ConflictList {
  std::vector<ConflictRow> rows;  // open ones first, then what waits for another terminal, by rule, settled
  std::size_t open = 0;
};

struct SyncSettingRow {
  std::string key;                   // of `tillctl sync set`
  std::string label;                 // "Check for news every"
  std::string value;                 // "15", "on", "latest_wins"
  std::string shown;                 // "15 s", "on", "the latest wins"
  std::string smaller, larger;       // what the keys beside it would set; empty: the end is reached
  std::vector<std::string> choices;  // for a policy or a switch
};
struct SyncView {
  SyncState state = SyncState::alone;
  std::string word;  // "connected", "connecting", "offline", "paused", "this till alone"
  std::uint64_t waiting = 0;
  std::string hub, tenant, terminal, last_success, next_try, problem;
  std::string approval_code;  // while it waits for the shop's keys: what a person types at a terminal that has them
  std::vector<LaneRow> lanes;
  std::vector<DeviceRow> devices;
  std::vector<ParkedRow> parked;   // the first of them
  std::uint64_t parked_total = 0;  // all
  bool is_snapshot_known = false;  // whether one lies at the hub was looked at
  std::uint64_t sent = 0, received = 0, conflicts = 0;
  std::string sentence;               // the state in words, and what to do if anything
  bool asks_a_person = false;         // it has failed long enough to say so
  std::uint64_t done = 0, total = 0;  // of what the hub has for this terminal, and it for the hub; equal: up to date
  std::string sent_bytes, received_bytes;
  std::string clock;  // "right", "1 h ahead"
  bool clock_is_wrong = false;
  std::string snapshot_age;               // of the newest one at the hub: "3 days ago"; empty: none is known
  std::string snapshot_bytes, log_bytes;  // "1.2 MB"; of it, and of the log here
  std::string history;                    // how much of the log is kept here: "90 days"
  std::vector<TransportRow> transports;
  std::vector<IncidentRow> incidents;
  std::vector<SyncSettingRow> settings, policies;
  std::shared_ptr<const ConflictList> conflict_list;  // shared while nothing in it changes; null: none
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

struct Progress {
  std::string title, step;
  std::uint64_t done = 0, total = 0;
  bool running = false;
};
// Texts are English; the window translates words and fixed sentences, and puts figures into sentences of its own.
struct BackupRow {
  // state: "verified", "not verified", "damaged", "not readable"; of the last two `problem` is the sentence
  std::string generation, at, size, stored, ratio, state;
  std::string age{}, kind{}, proof{}, proved_at{};  // "3 h", "full", "whole", "2026-11-21 06:31"
  std::string device{}, sales{}, last_receipt{}, problem{};
  bool before_restore = false, pinned = false, verified = true;
};
struct BackupTargetRow {
  std::string name, kind;               // "stick"
  std::string where;                    // "/media/anna/BACKUP", the hub's address; empty: not here
  std::string state, sentence, action;  // TargetSentence's
  std::string problem;                  // what the last run said; empty: it succeeded
  bool good = true;                     // it can be written to and the last run succeeded
  std::string free, total;              // "58.1 GB"; empty: unknown
  std::uint32_t used_percent = 0;
  std::string room;                 // "120" more backups; empty: unknown
  std::string last, age;            // the last success: "2026-11-21 12:30", "3 h"; empty: never
  std::string plan, plan_at, next;  // "daily", "22:00", "2026-11-21 22:00"
  bool after_shift = false;
  // Of its schedule and of what is kept, key as `tillctl backup target set`; one with a point in its key is the shop's.
  std::vector<SyncSettingRow> settings;
};
struct StickChoice {
  std::string path, name, free;  // name: of the place that it is already
  bool read_only = false;
};
struct BackupView {
  std::string target;  // whose backups are listed: a place's name or a folder
  std::vector<BackupRow> rows;
  std::string last;     // "today 12:30, verified" or "never"
  std::string outcome;  // of the last run: the sentence
  bool failed = false;
  Progress progress{};
  std::vector<BackupTargetRow> targets{};
  std::vector<StickChoice> sticks{};
  std::string problem{};       // why the list is empty, when that is not because there is nothing
  bool looking = false;        // a look at the places is under way
  bool paused = false;         // the clock jumped, so no planned backup begins for a few minutes
  bool known = false;          // what is below is
  std::int64_t newest_us = 0;  // the newest backup that can be restored; 0: none
  std::int64_t warn_us = 0;    // how old it may become
  std::string damage{};        // why the newest one of a place cannot be restored, and what to do; empty: they all can
  std::string drill{};         // why a restore drill that is due cannot take place; empty: nothing stands in the way
};

struct ImportColumnRow {
  std::string name;    // as the file writes it
  std::string key;     // what it is read as; empty: not read
  std::string sample;  // its first value
};
// A file that may be imported.
struct ImportFileView {
  std::string path, kind, format;  // "CSV, separated by ; (UTF-8)"
  std::string decimals;            // "auto", "point", "comma"
  std::size_t rows = 0;
  std::vector<ImportColumnRow> columns;
  std::vector<std::string> keys;  // what a column of this kind can be
  std::vector<std::vector<std::string>> first_rows;
};
struct ImportProblemRow {
  std::string line, column, sentence;  // line empty: of the file as a whole
};
struct ImportReportView {
  std::size_t added = 0, changed = 0, unchanged = 0, problem_count = 0;
  bool only_checked = true;  // nothing was written
  std::vector<ImportProblemRow> problems;
  std::vector<std::string> notes;
};
struct DataView {
  std::shared_ptr<const ImportFileView> file;      // null: none was read
  std::shared_ptr<const ImportReportView> report;  // of the last check or import of this file
  std::uint64_t opened_from_outside = 0;           // counts; the window shows the sheet when it grows
  std::optional<std::size_t> exported_rows;        // of the export that just ended well
  std::string problem;                             // why the last step failed
  Progress progress;
};

struct JournalRow {
  Id id;
  std::string at, user, terminal;
  std::string what;  // "Price changed"
  std::string subject, detail;
  bool is_refusal = false;
};
// One field of one row that an entry changed.
struct JournalChangeRow {
  std::string kind, name, field;  // "Product", "Green tea", "Price"
  std::string before, after;      // both empty where values are not kept
  bool before_is_word = false, after_is_word = false;
  bool has_values = true, is_new = false;
};
struct JournalDetail {
  JournalRow row;
  std::string number, approved_by, hash;
  std::vector<JournalChangeRow> changes;
};
struct JournalPanel {
  std::shared_ptr<const std::vector<JournalRow>> rows;  // newest first; null before the first search
  bool has_more = false;
  bool searching = false;
  std::optional<JournalDetail> shown;
  std::vector<std::pair<Id, std::string>> terminals;
  bool checking = false;                                      // or exporting
  bool is_good = false;                                       // of the last check
  std::string outcome;                                        // of the last check or export: the sentence
  std::vector<std::pair<std::string, std::string>> findings;  // what else the check has to say: terminal, sentence
};

// A shift that was closed, on this terminal or another.
struct ClosedShiftRow {
  std::string number, at, terminal, user, sync_state;
  Id shift{};
};
struct ShiftView {
  bool open = false;
  std::string number, since, opened_by, cash_float, expected;
  std::string sync_state;  // "waiting", "sent", "confirmed": of what happened in it; its sales have their own
  std::vector<std::pair<std::string, std::string>> figures;  // X report in short: label, value
  std::string report;                                        // the last printed X or Z as text
  std::vector<ClosedShiftRow> closed;                        // the last ones, newest first
  Id shift{};                                                // nil when none is open
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
  DataView data;
  JournalPanel journal;
  std::vector<std::pair<std::string, std::string>> settings;  // what the settings screen shows and may change
  std::string startup_warning;                                // what the start-up check found, empty when all is well
};

}  // namespace till::app
