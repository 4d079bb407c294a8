// What the screens remember between frames: plain values, one struct a screen, no drawing. Which sheet lies on the
// sales screen is a stack, so that "back" leads where one came from. Window's thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "ui/widgets/drag_list.hpp"
#include "ui/widgets/keyboard.hpp"
#include "ui/widgets/pads.hpp"

namespace till::ui {

enum class Sheet : std::uint8_t {
  card,
  tender,
  park,
  recall,
  customer,
  refund,
  receipts,
  no_sale,
  search,
  product,
  discount,
  open_shift,
  close_shift,
  cash,
  report,
  menu,
  sync,
  backup,
  journal,
  backup_create,
  backup_verify,
  backup_probe,
  backup_restore,
  backup_place,
  printers,
  data,
  settings,
  about,
  lock
};

struct SalesState {
  Id category;
  int category_page = 0;
  Scroll tiles, lines;
  std::size_t lines_seen = 0;
};
struct SignInState {
  Id user;
  std::string pin;
  Scroll people;
};
struct ApprovalState {
  Id user;
  std::string pin;
};
struct CardState {
  AmountEntry amount;
  std::string reference, brand, last4;
};
struct TenderState {
  std::string kind = "cash";  // "cash", "voucher"
  AmountEntry amount;
  std::string number;
};
struct ParkState {
  std::string name;
};
struct CustomerState {
  std::string search, name, phone, email;
  Id editing;
  bool is_new = false;
  Scroll list;
};
struct RefundState {
  std::string number;
  std::map<std::string, std::int64_t> milli;  // by line: how much comes back
  std::string receipt;                        // of which `milli` speaks
  Scroll list, lines;
};
struct ReceiptsState {
  std::string number;
  Scroll list;
};
struct SearchState {
  bool manage = false;  // a tap opens the product instead of selling it
  std::string text, sent;
  Scroll tiles;
};
struct ProductState {
  Id product;
  AmountEntry price;
  bool changing = false;
};
struct ShiftState {
  AmountEntry amount;                  // float, or the count
  std::map<std::int64_t, int> pieces;  // coins and notes counted, by value
  std::int64_t piece = 0;              // which of them the pad fills in
  bool by_piece = true;
  bool closed_here = false;
  Scroll list, report;
};
struct ReportState {
  std::string shown = "report";  // "report", "closed"
  Scroll figures, closed;
};
struct CashState {
  bool out = false;
  AmountEntry amount;
  std::string reason;
};
struct SyncPanelState {
  std::string tab = "overview";
  std::string hub_url, code, ca_file;
  bool other_hub = false;               // the form for another hub, or another address, is open
  std::string new_till, new_till_code;  // to be let in
  std::string conflict;                 // the one that is shown
  std::string policy;                   // the one that is being changed
  Id revoke;                            // asked for, not confirmed yet
  Scroll list, second;
};
struct BackupState {
  std::string target, generation;  // chosen on the panel
  std::string tab = "list";        // "list", "plan"
  bool full = false, media = false;
  std::string kind = "stick", path, name;  // of a new place
  bool removing = false;                   // asked for, not confirmed yet
  Scroll places, list, settings, sticks;
};
struct DataState {
  std::string tab = "import";
  std::string path;                       // of the file to import
  std::string column;                     // the one whose meaning is being chosen; empty: none
  std::string folder, what = "products";  // of the export
  std::string format = "csv";
  Scroll columns, keys, rows, problems;
};
struct JournalState {
  std::string period = "today", kind, user, text;
  Id terminal;
  std::string choosing;         // "user" or "terminal": a list of them stands in the place of the entry
  std::size_t rows_wanted = 0;  // how many there were when more were asked for
  Id shown;
  Scroll list, detail, choices;
};
struct SettingsState {
  std::string terminal;
  bool filled = false;
  Scroll list;
};

struct ViewState {
  std::vector<Sheet> sheets;
  bool just_opened = false;  // the top sheet has not been drawn yet
  SalesState sales;
  SignInState sign_in;
  ApprovalState approval;
  CardState card;
  TenderState tender;
  ParkState park;
  CustomerState customer;
  RefundState refund;
  ReceiptsState receipts;
  SearchState search;
  ProductState product;
  ShiftState shift;
  CashState cash;
  ReportState report;
  Scroll recall, printers, no_sale, menu, about;
  SyncPanelState sync;
  BackupState backup;
  DataState data;
  JournalState journal;
  SettingsState settings;
  KeyboardState keyboard;

  void open(Sheet sheet) {
    sheets.push_back(sheet);
    just_opened = true;
  }
  void close() {
    if (!sheets.empty()) sheets.pop_back();
  }
  void close_all() { sheets.clear(); }
};

}  // namespace till::ui
