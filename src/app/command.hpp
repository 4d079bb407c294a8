// Everything a person can ask of the till, as plain values. A command is posted from the window's thread (or a script)
// and executed by the till's worker; what came of it appears in the next Snapshot. Amounts are in the shop's currency.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/id.hpp"
#include "domain/money.hpp"

namespace till::app {

using domain::Money;

enum class PadKey : std::uint8_t {
  d0,
  d1,
  d2,
  d3,
  d4,
  d5,
  d6,
  d7,
  d8,
  d9,
  d00,
  decimal,
  times,
  enter,
  clear,
  backspace,
  quantity,
  price,
  percent
};

// --- who ---
struct SignIn {
  std::string user;
  std::string pin;
};
struct SignOut {};

// --- the open ticket ---
struct Scan {
  std::string code;
};  // a scanner's burst, whole
struct Pad {
  PadKey key;
};
struct TypeLine {
  std::string text;
};  // the till's input line: "3*4006381333931", "RF3*100DP10"
struct TapProduct {
  Id product;
};
struct SelectLine {
  std::string line_id;
};  // empty: none
struct ChangeQuantity {
  std::string line_id;
  std::int64_t by_milli = 1000;
};
struct RemoveLine {
  std::string line_id;
};
struct VoidLast {};  // the last line of the open ticket, or the last sale when none is open
struct CancelTicket {};
struct DiscountTicket {
  std::int64_t percent_milli = 0;
};  // thousandths of a percent; 0 takes it off again
struct SetCustomer {
  Id customer;
};  // nil takes it off
struct Park {
  std::string name;
};
struct Recall {
  Id parked;
};

// --- money ---
struct PayCash {
  Money given;
};                   // given = what is handed over; at least the due amount ends the sale
struct PayExact {};  // the due amount in cash
struct PayCard {
  Money amount;
  std::string reference, brand, last4;
};  // amount 0: all that remains
struct PayVoucher {
  Money amount;
  std::string number;
};
struct RemoveTender {
  std::size_t index = 0;
};  // of an unfinished split payment
struct Reprint {
  std::string receipt;
};  // empty: the last one
struct NoSale {
  std::string reason;
};

// --- refunds ---
struct RefundFind {
  std::string receipt;
};  // fills Snapshot::refund
struct RefundPart {
  std::string line_id;
  domain::Quantity quantity;
};
struct RefundConfirm {
  std::vector<RefundPart> parts;
};  // empty: all that is left
struct RefundLeave {};

// --- shift ---
struct OpenShift {
  Money cash_float;
};
struct CloseShift {
  Money counted;
};
struct MoveCash {
  Money amount;
  std::string reason;
};  // negative: out
struct PrintX {};

// --- answers ---
struct Approve {
  std::string user;
  std::string pin;
};  // a second person allows what Snapshot::approval asks
struct Answer {
  bool yes = false;
};  // to Snapshot::question
struct DismissNotice {
  std::uint64_t number = 0;
};

// --- catalogue and people ---
struct Search {
  std::string text;
};  // products, into Snapshot::search
struct SearchCustomers {
  std::string text;
};
struct SearchReceipts {
  std::string text;
};  // last sales, into Snapshot::receipts
struct ChangePrice {
  Id product;
  Money price;
};
struct SetAvailable {
  Id product;
  bool available = true;
};
struct SaveCustomer {
  Id id;
  std::string name, phone, email;
};  // nil id: a new one

// --- printers, sync, backup ---
struct RetryPrint {};
struct DropPrintJob {
  std::int64_t job = 0;
};
struct SyncNow {};
struct SyncPause {
  bool paused = true;
};
struct SettleConflict {
  std::string id;
  enum class Use : std::uint8_t { local, remote, merge, value, side } use = Use::local;
  std::string value;  // as typed, for Use::value; which one, for Use::side
};
struct UndoSettlement {
  std::string id;
};
struct SetSync {
  std::string key, value;  // as `tillctl sync set`
};
struct RetryParked {};
struct RevokeDevice {
  Id device;
};
struct Enrol {
  std::string hub_url, code, ca_file;
};
struct ApproveTerminal {
  std::string name;  // of the new one; may be empty when only one waits
  std::string code;  // that it shows
};
struct BackupStart {
  std::string target;  // a place's name or a folder
  bool full = false;   // whatever could be continued
  bool media = false;  // pictures, too
};
struct BackupVerify {
  std::string target, generation;
  bool drill = false;  // restores it into a scratch folder and looks at it there
};
struct BackupProbe {
  std::string target;       // a place's name
  std::uint64_t bytes = 0;  // how much to write and read back; 0: all that is free
};
struct BackupRestore {
  std::string target, generation;
};
struct BackupCancel {};
struct BackupRefresh {
  std::string target;
};  // lists places and generations into Snapshot::backup
struct BackupAddTarget {
  std::string name, kind, path;  // kind: "stick", "folder", "hub"
};
struct BackupRemoveTarget {
  std::string name;
};
struct BackupSetTarget {
  std::string name, key, value;  // as `tillctl backup target set`
};
// --- the audit journal ---
struct SearchJournal {
  enum class Period : std::uint8_t { today, week, month, all } period = Period::all;
  std::string kind;  // a group of journal_words.hpp; empty: all
  std::string user;  // empty: everybody
  Id terminal;       // nil: all
  std::string text;
};
struct MoreJournal {};  // the next page of what was searched for
struct ShowJournalEntry {
  Id entry;
};
struct VerifyJournal {};
struct ExportJournal {
  bool as_csv = false;
};  // what was searched for, into the folder `exports` of the data

struct ChangeSetting {
  std::string key, value;
};

// --- import and export ---
struct ImportOpen {
  std::string path;
  std::string kind;           // "products"; empty: guessed from the columns
  bool from_outside = false;  // by the desktop or a script: the window shows the sheet
};                            // what it is, into Snapshot::data
struct ImportColumn {
  std::string column, key;
};  // what a column of the file is; empty key: leave it out
struct ImportDecimals {
  std::string sign;
};  // "auto", "point", "comma"
struct ImportRun {
  bool only_check = true;
};
struct ExportRun {
  std::string what, format, path;
};
struct DataCancel {};

using Command =
    std::variant<SignIn, SignOut, Scan, Pad, TypeLine, TapProduct, SelectLine, ChangeQuantity, RemoveLine, VoidLast,
                 CancelTicket, DiscountTicket, SetCustomer, Park, Recall, PayCash, PayExact, PayCard, PayVoucher,
                 RemoveTender, Reprint, NoSale, RefundFind, RefundConfirm, RefundLeave, OpenShift, CloseShift, MoveCash,
                 PrintX, Approve, Answer, DismissNotice, Search, SearchCustomers, SearchReceipts, ChangePrice,
                 SetAvailable, SaveCustomer, RetryPrint, DropPrintJob, SyncNow, SyncPause, SettleConflict,
                 UndoSettlement, SetSync, RetryParked, RevokeDevice, Enrol, ApproveTerminal, BackupStart, BackupVerify,
                 BackupProbe, BackupRestore, BackupCancel, BackupRefresh, BackupAddTarget, BackupRemoveTarget,
                 BackupSetTarget, SearchJournal, MoreJournal, ShowJournalEntry, VerifyJournal, ExportJournal,
                 ChangeSetting, ImportOpen, ImportColumn, ImportDecimals, ImportRun, ExportRun, DataCancel>;

}  // namespace till::app
