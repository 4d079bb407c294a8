#include "gallery/scenes.hpp"

namespace till::ui::test {

namespace {

app::Snapshot split_payment() {
  auto s = busy_shop();
  s.ticket.customer = "Margarete Vogt";
  s.ticket.discount = "2.00";
  s.ticket.tenders = {{"Card VISA 1234", "20.00"}, {"Voucher V-20391", "10.00"}};
  s.ticket.remaining = "14.49";
  s.ticket.due = "14.50";
  s.ticket.remaining_minor = {1449};
  s.ticket.due_minor = {1450};
  s.ticket.notes = {{"15.00", {1500}}, {"20.00", {2000}}, {"50.00", {5000}}};
  s.ticket.lines[1].is_selected = true;
  s.entry = {"3", "quantity"};
  s.notice = app::Notice{7, app::Notice::Level::warning, "no product has the code '4006381333932'"};
  return s;
}

app::Snapshot refunding() {
  auto s = open_shop();
  s.refund = app::RefundView{"T1-004702",
                             "today 11:20",
                             "23.47",
                             "19.12",
                             {{"a", "Butter croissant", "3", "3", "4.35", {3000}, false},
                              {"b", "Olive oil extra virgin 750 ml", "1", "1", "10.49", {1000}, false},
                              {"c", "Gouda young", "0.212 kg", "0.212 kg", "2.52", {212}, true},
                              {"d", "Cola 0.33 l", "1", "0", "1.89", {0}, false}}};
  return s;
}

app::Snapshot with_receipts() {
  auto s = open_shop();
  for (int i = 0; i < 14; ++i) {
    s.receipts.push_back({"T1-0047" + std::to_string(11 - i + 10), "today 14:0" + std::to_string(i % 10),
                          "12.3" + std::to_string(i % 10), "Anna Berger", i == 3 ? "refund" : "sale",
                          i < 2 ? "waiting" : "confirmed"});
  }
  return s;
}

app::Snapshot with_customers() {
  auto s = busy_shop();
  s.customers = {{sample_id(70), "Margarete Vogt", "0221 4710 200", "margarete.vogt@example.org"},
                 {sample_id(71), "Herbert Kessler", "0221 4710 207", "herbert.kessler@example.org"},
                 {sample_id(72), "Ayse Demir", "0221 4710 214", ""},
                 {sample_id(73), "Lukas Brandt", "0221 4710 221", "lukas.brandt@example.org"}};
  return s;
}

app::Snapshot with_search() {
  auto s = open_shop();
  for (const auto& tile : s.catalogue->tiles) {
    if (tile.name.find("oa") != std::string::npos || tile.name.find("ro") != std::string::npos ||
        tile.name.find("il") != std::string::npos)
      s.search.push_back(tile);
  }
  s.search_text = "ro";
  return s;
}

app::DeviceRow device(unsigned number, const char* name, const char* code, const char* state, const char* seen,
                      const char* lag, const char* clock) {
  app::DeviceRow row;
  row.id = sample_id(number);
  row.name = name, row.code = code, row.state = state, row.last_seen = seen, row.lag = lag, row.clock = clock;
  row.version = "tillstick 0.1.0";
  row.clock_is_wrong = row.clock != "right" && !row.clock.empty();
  row.may_be_revoked = true;
  return row;
}

std::vector<app::SyncSettingRow> sample_settings() {
  std::vector<app::SyncSettingRow> rows(8);
  rows[0] = {"auto_sync", "Exchange by itself", "on", "on", "", "", {"on", "off"}};
  rows[1] = {"interval", "Look for news every", "15", "15 s", "10", "30", {}};
  rows[2] = {"attempts", "Failed attempts before it says so", "10", "10", "5", "20", {}};
  rows[3] = {"batch", "Records in one message, at most", "100", "100", "50", "150", {}};
  rows[4] = {"timeout", "Give a silent line up after", "30", "30 s", "15", "60", {}};
  rows[5] = {"retry_cap", "Longest pause between attempts", "3600", "1 h", "1800", "", {}};
  rows[6] = {"lapse_days", "Wait for absent tills, days", "30", "30", "14", "45", {}};
  rows[7] = {"history_days", "Keep the log here, days", "90", "90", "60", "180", {}};
  return rows;
}

std::vector<app::SyncSettingRow> sample_policies() {
  std::vector<app::SyncSettingRow> rows;
  const auto add = [&](const char* key, const char* label, const char* value, const char* words) {
    rows.push_back({std::string("policy.") + key,
                    label,
                    value,
                    words,
                    "",
                    "",
                    {"latest_wins", "use_local", "use_remote", "merge", "manual"}});
  };
  add("product", "Product", "latest_wins", "the latest wins");
  add("product.price", "Product: Price", "manual", "a person decides");
  add("product.special_price", "Product: Special price", "manual", "a person decides");
  add("product.barcodes", "Product: Barcodes", "merge", "put both together");
  add("category", "Category", "latest_wins", "the latest wins");
  add("customer", "Customer", "latest_wins", "the latest wins");
  add("user", "User", "latest_wins", "the latest wins");
  add("setting", "Setting", "use_local", "keep one's own");
  return rows;
}

app::Snapshot offline_sync() {
  auto s = after_sale();
  s.finished.reset();
  auto& sync = s.sync;
  sync.lanes = {{"Sales and stock", 9, "3 min", "40 a minute"},
                {"Tables and orders", 0, "", ""},
                {"Catalogue", 1, "2 min", ""},
                {"Journal", 2, "3 min", ""}};
  sync.next_try = "in 8 s";
  sync.sentence = "No connection. Selling goes on; what is sold waits here.";
  sync.sent = 18211, sync.received = 40211;
  sync.sent_bytes = "4.1 MB", sync.received_bytes = "9.7 MB";
  sync.clock = "1 h ahead", sync.clock_is_wrong = true;
  sync.is_snapshot_known = true, sync.snapshot_age = "3 days ago", sync.snapshot_bytes = "8.4 MB";
  sync.history = "90 days", sync.log_bytes = "31.0 MB";
  app::TransportRow hub;
  hub.name = "Hub", hub.state = "offline", hub.success = "98 %", hub.latency = "12 ms", hub.last = "12:30:05";
  hub.bytes = "4.1 MB / 9.7 MB";
  sync.transports = {hub};
  sync.devices = {device(1, "Till 1", "T1", "this till", "now", "", "1 h ahead"),
                  device(2, "Till 2, garden", "T2", "connected", "now", "up to date", "right"),
                  device(3, "Bar", "T3", "away", "2 days ago", "at most 412 behind", "3 min behind"),
                  device(4, "Old kiosk", "T4", "revoked", "40 days ago", "", ""),
                  device(5, "Summer stall", "T5", "away too long", "96 days ago", "starts from a snapshot", "right")};
  sync.devices[0].here = true, sync.devices[0].may_be_revoked = false;
  sync.devices[3].revoked = true, sync.devices[3].may_be_revoked = false;
  sync.settings = sample_settings();
  sync.policies = sample_policies();
  sync.parked = {{"Catalogue 211",
                  "it comes from a terminal whose clock is ahead; it is taken when that time is reached", "12 min",
                  "Bar",
                  "Set the clock of that terminal; it is taken when its time has come. If that one is gone for good: "
                  "tillctl devices "
                  "clock NAME."}};
  sync.parked_total = 1;
  sync.incidents = {{"20.11.2026 08:02", "Till 1",
                     "This terminal's data came out of a backup. It goes on as if new and gets back what it had sent.",
                     "Nothing needs to be done.", false},
                    {"18.11.2026 19:40", "Bar",
                     "The data folder is a copy. It goes on as a terminal of its own, so that no number is used twice.",
                     "Use only one of the two folders.", true}};
  return s;
}

app::Snapshot exchanging_sync() {
  auto s = offline_sync();
  auto& sync = s.sync;
  sync.state = app::SyncState::connected, sync.word = "connected";
  sync.sentence = "Exchanging with the other tills.";
  sync.next_try.clear();
  sync.done = 2200, sync.total = 3000;
  sync.clock = "right", sync.clock_is_wrong = false;
  sync.transports[0].state = "connected";
  return s;
}

app::ConflictRow conflict(const char* id, const char* name, const char* field, app::ConflictRow::State state,
                          const char* here, const char* there) {
  app::ConflictRow row;
  row.id = row.place = id, row.kind = "Product", row.name = name, row.field = field, row.state = state,
  row.policy = "manual";
  row.sides = {{"4GT0SA", here, false, "Till 1", "Sofia Lindqvist", "20.11.2026 09:12", true, true},
               {"W81KQE", there, false, "Till 2, garden", "Jonas Weber", "20.11.2026 09:10", false, false}};
  return row;
}

app::Snapshot with_conflicts() {
  using State = app::ConflictRow::State;
  auto s = exchanging_sync();
  s.sync.done = s.sync.total;
  s.sync.waiting = 0;
  auto list = std::make_shared<app::ConflictList>();
  auto price = conflict("K7QF2M", "Olive oil extra virgin 750 ml", "Price", State::open, "10.49 EUR", "9.99 EUR");
  price.base_known = true, price.base = "9.79 EUR", price.merged = "10.69 EUR";
  auto deleted = conflict("PB41XW", "Plum cake, slice", "State of the entry", State::by_rule, "deleted", "active");
  deleted.edited_after_deletion = true;
  for (auto& side : deleted.sides) side.is_word = true;
  auto settled = conflict("0A9TZE", "Butter croissant", "Name", State::settled, "Butter croissant", "Croissant");
  settled.settled_by = "Sofia Lindqvist", settled.settled_on = "Till 1", settled.settled_at = "19.11.2026 18:31";
  settled.can_undo = true;
  list->rows = {price, conflict("X2V8RD", "Focaccia rosemary", "Minimum age", State::waits, "0", "16"), deleted,
                conflict("5N3HCA", "Brioche bun", "Name", State::by_rule, "Brioche bun", "Burger bun"), settled};
  list->open = 1;
  s.sync.conflicts = 1;
  s.sync.conflict_list = list;
  return s;
}

app::Snapshot with_conflict_of_three() {
  auto s = with_conflicts();
  auto list = std::make_shared<app::ConflictList>(*s.sync.conflict_list);
  auto& sides = list->rows.front().sides;
  sides.push_back({"M2DX7N", "10.19 EUR", false, "Till 1", "Sofia Lindqvist", "20.11.2026 09:08", true, false});
  sides[0].here = false, sides[0].terminal = "Bar", sides[0].user = "Amira Haddad";
  list->rows.front().merged.clear();
  s.sync.conflict_list = list;
  return s;
}

app::Snapshot importing() {
  auto s = open_shop();
  auto file = std::make_shared<app::ImportFileView>();
  file->path = "/media/stick/artikel-2026.csv";
  file->kind = "products";
  file->format = "CSV, separated by ; (Windows-1252)";
  file->decimals = "auto";
  file->rows = 1843;
  file->columns = {{"Artikelnummer", "sku", "10001"},
                   {"Bezeichnung", "name", "Roggenmischbrot 1000 g"},
                   {"VK-Preis", "price", "3,95"},
                   {"EAN", "barcode", "2000000000015"},
                   {"Warengruppe", "category", "Backwaren"},
                   {"MwSt-Satz", "taxes", "7 %"},
                   {"Bestand", "", "24"},
                   {"Regalplatz", "", "B-07"}};
  file->keys = {"id",          "sku",       "name",           "barcode",       "more_barcodes",
                "price",       "unit",      "sold_by_weight", "special_price", "available",
                "track_stock", "low_stock", "minimum_age",    "state",         "category",
                "taxes",       "supplier",  "deposit",        "tare",          "colour",
                "icon",        "position",  "handle",         "variation"};
  // Numbers of the range that is kept for use within a shop, with their check digits.
  file->first_rows = {
      {"10001", "Roggenmischbrot 1000 g", "3,95", "2000000000015", "Backwaren", "7 %", "24", "B-07"},
      {"10002", "Dinkelbrötchen", "0,65", "2000000000022", "Backwaren", "7 %", "120", "B-01"},
      {"10003", "Apfelsaft naturtrüb 1 l", "1,89", "2000000000039", "Getränke", "19 %", "36", "G-11"},
      {"10004", "Mineralwasser medium 0,75 l", "0,89", "2000000000046", "Getränke", "19 %", "240", "G-02"},
      {"10005", "Frische Vollmilch 3,8 % 1 l", "1,35", "2000000000053", "Molkerei", "7 %", "48", "K-01"},
      {"10006", "Bergkäse am Stück", "21,90", "2000000000060", "Molkerei", "7 %", "4,2", "K-05"},
      {"10007", "Hafer Drink Barista 1 l", "2,29", "2000000000077", "Getränke", "19 %", "30", "G-14"},
      {"10008", "Basmatireis 1 kg", "3,49", "2000000000084", "Trockenware", "7 %", "22", "T-03"},
      {"10009", "Olivenöl nativ extra 750 ml", "10,49", "2000000000091", "Trockenware", "7 %", "15", "T-08"},
      {"10010", "Zartbitterschokolade 70 %", "1,79", "2000000000107", "Süßwaren", "7 %", "64", "S-02"},
      {"10011", "Spülmittel Limette 500 ml", "1,15", "2000000000114", "Haushalt", "19 %", "27", "H-04"},
      {"10012", "Papiertaschentücher 30 x 10", "2,95", "2000000000121", "Haushalt", "19 %", "40", "H-09"}};
  s.data.file = file;
  return s;
}

app::Snapshot import_checked(bool good) {
  auto s = importing();
  auto report = std::make_shared<app::ImportReportView>();
  report->added = 1790;
  report->changed = 41;
  report->unchanged = 10;
  if (!good) {
    report->problem_count = 2;
    report->problems = {
        {"17", "VK-Preis", "the price 'auf Anfrage' is not a number; write it like 1234.50"},
        {"243", "EAN",
         "the code '2000000000022' belongs to the product 'NS-011' already; take it from there first, or correct it"}};
  }
  s.data.report = report;
  return s;
}

app::Snapshot import_running() {
  auto s = importing();
  s.data.progress = {"Import", "Checking", 1200, 1843, true};
  return s;
}

app::Snapshot exported(bool good) {
  auto s = importing();
  if (good) s.data.exported_rows = 1843;
  if (!good) s.data.problem = "the disk is full; make room and try again";
  return s;
}

app::SyncSettingRow setting(const char* key, const char* label, const char* shown, const char* smaller,
                            const char* larger) {
  app::SyncSettingRow row;
  row.key = key, row.label = label, row.shown = shown, row.smaller = smaller, row.larger = larger;
  return row;
}

std::vector<app::SyncSettingRow> schedule_rows() {
  app::SyncSettingRow every, shift;
  every.key = "every", every.label = "Back up", every.value = "daily";
  every.choices = {"never", "hourly", "daily", "weekly", "monthly"};
  shift.key = "shift-close", shift.label = "After each shift", shift.value = "yes", shift.choices = {"yes", "no"};
  return {every,
          setting("at", "At", "22:00", "21:30", "22:30"),
          shift,
          setting("keep", "Keep the newest", "10", "5", "15"),
          setting("keep-daily", "And one a day, for days", "14", "7", "30"),
          setting("keep-weekly", "One a week, for weeks", "8", "4", "13"),
          setting("keep-monthly", "One a month, for months", "12", "6", "24"),
          setting("quota-mb", "Room for backups", "all there is", "", "500"),
          setting("backup.drill_days", "Restore on trial every, days", "7", "3", "14")};
}

app::BackupTargetRow backup_place(const char* name, const char* kind, const char* where) {
  app::BackupTargetRow row;
  row.name = name, row.kind = kind, row.where = where, row.state = "ready", row.sentence = "Ready.";
  row.plan = "daily", row.plan_at = "22:00", row.next = "2026-09-21 22:00", row.after_shift = true;
  row.settings = schedule_rows();
  return row;
}

app::BackupRow generation(const char* name, const char* at, const char* age, const char* size, const char* fresh,
                          const char* ratio, const char* state) {
  app::BackupRow row;
  row.generation = name, row.at = at, row.age = age, row.size = size, row.stored = fresh, row.ratio = ratio;
  row.state = state, row.kind = "incremental", row.proof = "whole", row.proved_at = "2026-09-21 06:31";
  row.sales = "48,211", row.last_receipt = "T1-004712", row.verified = row.state == "verified";
  return row;
}

app::Snapshot backups(bool running) {
  auto s = open_shop();
  auto& b = s.backup;
  auto blue = backup_place("office-stick", "stick", "/media/anna/KINGSTON");
  blue.free = "58.1 GB", blue.total = "62.0 GB", blue.used_percent = 6, blue.room = "4210", blue.age = "3 h";
  blue.last = "2026-09-21 06:30";
  auto disk = backup_place("cellar-disk", "folder", "/srv/backup/till-1");
  disk.age = "15 h", disk.last = "2026-09-20 18:02";
  auto hub = backup_place("hub", "hub", "https://hub.grandmas-bakery.example");
  hub.age = "2 h", hub.free = "8.7 GB", hub.total = "10.0 GB";
  b.targets = {blue, disk, hub};
  b.target = "office-stick", b.known = true;
  b.newest_us = 1'790'000'000'000'000 - 3 * 3'600'000'000, b.warn_us = 48 * 3'600'000'000;
  b.rows = {generation("g-0003", "2026-09-21 06:30", "3 h", "184.2 MB", "412 KB", "447 : 1", "verified"),
            generation("g-0002", "2026-09-20 22:00", "11 h", "183.9 MB", "398 KB", "462 : 1", "verified"),
            generation("g-0001", "2026-09-19 22:00", "35 h", "183.0 MB", "31.4 MB", "5.8 : 1", "verified"),
            generation("g-0000", "2026-09-18 21:02", "2 days", "182.1 MB", "371 KB", "490 : 1", "not verified")};
  b.rows[2].pinned = true, b.rows[2].kind = "full";
  b.sticks = {{"/media/anna/KINGSTON", "office-stick", "58.1 GB", false},
              {"/media/anna/SANDISK 64", "", "61.9 GB", false},
              {"/media/anna/OLD-STICK", "", "1.2 GB", true}};
  if (running) b.progress = {"Backup", "Reading the backup back", 620, 1000, true};
  if (!running) b.outcome = "Backup 20261120-141200-7be2d1 is stored, read back and verified: 1.9 MB (96.9 : 1)";
  return s;
}

app::Snapshot checking_capacity() {
  auto s = backups(false);
  s.backup.outcome.clear();
  s.backup.progress = {"Capacity check", "Writing to the stick", 21'400, 58'100, true};
  return s;
}

app::Snapshot capacity_checked(bool good) {
  auto s = backups(false);
  s.backup.failed = !good;
  s.backup.progress.title = "Capacity check";
  s.backup.outcome =
      good ? "All the free room of 'office-stick' is there: 58.1 GB were written and came back as they were"
           : "this stick gives back only 7680 MB of the 58100 MB that were written; it is smaller than it says or "
             "broken, use another one";
  return s;
}

app::Snapshot damaged_backups() {
  auto s = backups(false);
  s.backup.outcome.clear();
  s.backup.damage =
      "the newest backup in 'office-stick' cannot be restored, since backup 20261120-094107-3fa9c1 is damaged; make a "
      "full backup now";
  auto& newest = s.backup.rows[0];
  newest.verified = false;
  newest.state = "damaged";
  newest.problem =
      "backup 20261120-141200-7be2d1 continues backup 20261120-094107-3fa9c1, which was found damaged; use "
      "another backup";
  auto& oldest = s.backup.rows[3];
  oldest.state = "not readable", oldest.proof.clear();
  oldest.problem =
      "backup 20260918-210200-19ce07 was written by a newer version of Tillstick (format 3); update this "
      "terminal first";
  return s;
}

app::Snapshot no_room_for_a_drill() {
  auto s = backups(false);
  s.backup.outcome.clear();
  s.backup.drill =
      "the restore drill of 'office-stick' needs 812 MB of room on the disk that the till runs from, and there are 306 "
      "MB; make room there";
  return s;
}

app::Snapshot drilling() {
  auto s = backups(false);
  s.backup.outcome.clear();
  s.backup.progress = {"Restore drill", "Reading the backup", 118, 184, true};
  return s;
}

app::Snapshot backups_without_stick() {
  auto s = backups(false);
  auto& b = s.backup;
  b.outcome.clear();
  b.rows.clear();
  b.problem = "office-stick: It is not plugged in.";
  auto& stick = b.targets[0];
  stick.good = false, stick.state = "not here", stick.sentence = "It is not plugged in.";
  stick.action = "Plug it in; a backup that is due starts by itself.";
  stick.where.clear(), stick.free.clear(), stick.total.clear(), stick.room.clear();
  b.newest_us = 1'790'000'000'000'000 - 5 * 86'400'000'000;
  return s;
}

app::Snapshot first_backup() {
  auto s = open_shop();
  s.backup.known = true;
  s.backup.sticks = backups(false).backup.sticks;
  return s;
}

app::JournalRow journal_row(unsigned number, const char* at, const char* user, const char* what, const char* subject,
                            const char* detail) {
  app::JournalRow row;
  row.id = sample_id(9000 + number);
  row.at = at, row.user = user, row.terminal = number % 3 == 0 ? "Till 2, garden" : "Till 1";
  row.what = what, row.subject = subject, row.detail = detail;
  row.is_refusal = row.what == "Refused" || row.what == "Sign-in refused";
  return row;
}

app::Snapshot with_journal() {
  auto s = open_shop();
  s.rights = {"audit_view", "export_data"};
  auto rows = std::make_shared<std::vector<app::JournalRow>>();
  *rows = {journal_row(1, "21.11.2026 10:42:11", "Anna Berger", "Sale", "T1-004712", "12.39 EUR"),
           journal_row(2, "21.11.2026 10:40:02", "Sofia Lindqvist", "Price changed", "OO-750", "10.49 to 9.99"),
           journal_row(3, "21.11.2026 10:38:51", "Anna Berger", "Refused", "T1-004710", "refund"),
           journal_row(4, "21.11.2026 10:38:20", "Anna Berger", "Ticket changed", "cancel the whole ticket", "42.10"),
           journal_row(5, "21.11.2026 10:31:00", "Jonas Weber", "Sign-in refused", "Jonas Weber", ""),
           journal_row(6, "21.11.2026 10:30:12", "", "Sync incident", "",
                       "the hub knows records of this terminal that are not here; it starts a new chain"),
           journal_row(7, "21.11.2026 09:58:40", "Sofia Lindqvist", "Setting changed", "receipt.footer", "Thank you"),
           journal_row(8, "21.11.2026 09:12:09", "Sofia Lindqvist", "Backup", "20261121-091201-3fa9c1", ""),
           journal_row(9, "21.11.2026 08:01:44", "Anna Berger", "Shift opened", "150.00", ""),
           journal_row(10, "21.11.2026 08:01:10", "Anna Berger", "Signed in", "Anna Berger", "")};
  s.journal.rows = rows;
  s.journal.terminals = {{sample_id(1), "Till 1"}, {sample_id(2), "Till 2, garden"}, {sample_id(3), "Bar"}};
  return s;
}

app::Snapshot with_journal_entry() {
  auto s = with_journal();
  app::JournalDetail detail;
  detail.row = (*s.journal.rows)[1];
  detail.number = "4711", detail.hash = "8F3A-91C2-04DD", detail.approved_by = "Jonas Weber";
  detail.changes = {{"Product", "Olive oil extra virgin 750 ml", "Price", "10.49 EUR", "9.99 EUR"},
                    {"Product", "Olive oil extra virgin 750 ml", "Available", "no", "yes", true, true},
                    {"Customer", "Margarete Vogt", "Phone", "", "", false, false, false},
                    {"Product", "Focaccia rosemary", "Name", "", "Focaccia rosemary", false, false, true, true}};
  s.journal.shown = detail;
  return s;
}

app::Snapshot with_journal_check(bool good) {
  auto s = with_journal();
  s.journal.is_good = good;
  s.journal.outcome =
      good ? "48112 entries, all as they were written" : "entry 4711 is not as it was written; and 1 more";
  if (good)
    s.journal.findings = {{"Till 1", "entries up to 18000 were pruned; a checkpoint stands for them"},
                          {"Bar", "goes on twice from entry 812: a backup was restored, and what was lost came home"}};
  if (!good)
    s.journal.findings = {
        {"Till 1", "entry 4711 is not as it was written"},
        {"Till 2, garden",
         "Z report 12, 2026-11-20 20:04, #812: another entry is here now; the journal was rewritten"}};
  return s;
}

app::Snapshot with_printer_jobs() {
  auto s = after_sale();
  s.printer.jobs = {
      {41, "Receipt T1-004711", "2 min", "the printer at 192.168.1.60 does not answer; check its cable and power"},
      {42, "Receipt T1-004712", "1 min", "waits for the one before it"}};
  return s;
}

app::Snapshot asking() {
  auto s = busy_shop();
  s.question = app::Question{"Take the payment back?",
                             "The card payment of 20.00 was already taken on the terminal. Give the money back there "
                             "first, then confirm it here.",
                             "It was given back", "Keep it"};
  return s;
}

app::Snapshot approving() {
  auto s = busy_shop();
  s.approval = app::Approval{"Discount of 25 %",
                             "A discount above 10 % needs a manager. Enter a manager's PIN to allow it this once.",
                             "Anna Berger",
                             {s.users[2], s.users[3]}};
  return s;
}

app::Snapshot closed_shift() {
  auto s = open_shop();
  s.shift = {};
  return s;
}

app::Snapshot with_closed_shifts() {
  auto s = open_shop();
  s.shift.sync_state = "sent";
  for (int i = 0; i < 12; ++i) {
    const bool here = i % 2 == 0;
    s.shift.closed.push_back({std::to_string(here ? 217 - i / 2 : 194 - i / 2),
                              std::to_string(20 - i / 2) + ".09. 20:0" + std::to_string(i % 10),
                              here ? "Till 1" : "Garden", "Anna Berger", i == 0 ? "waiting" : "confirmed"});
  }
  return s;
}

app::Snapshot z_printed() {
  auto s = closed_shift();
  s.shift.report =
      "            Z REPORT 218\n        Corner Market & Cafe\n------------------------------------------\nOpened      "
      "              2026-09-21 07:55\nClosed                    2026-09-21 20:04\nReceipts                            "
      "   143\nCash                                462.35\nCard                              "
      "1,208.90\n------------------------------------------\nFloat                               150.00\nExpected      "
      "                      612.35\nCounted                             612.30\nDifference                           "
      "-0.05\n";
  return s;
}

std::function<void(Stage&)> opens(Sheet sheet) {
  return [sheet](Stage& stage) { stage.open(sheet); };
}

std::function<void(Stage&)> opens_and_taps(Sheet sheet, std::vector<const char*> widgets) {
  return [sheet, widgets](Stage& stage) {
    stage.open(sheet);
    for (const char* widget : widgets) stage.tap(widget);
  };
}

void add_selling(std::vector<SceneSpec>& all) {
  auto wrong_pin = signed_out_shop();
  wrong_pin.sign_in_problem = "That PIN is not right. 3 tries left";
  auto card_paid = after_sale();
  card_paid.finished->change_due = false;
  card_paid.finished->given.clear();
  card_paid.finished->change.clear();
  auto paid_out = busy_shop();
  paid_out.ticket.refunding = true;
  all.push_back({"00_sign_in", wrong_pin});
  all.push_back({"01_sales_empty", open_shop()});
  all.push_back({"02_sales", busy_shop()});
  all.push_back({"03_change", after_sale()});
  all.push_back({"04_split", split_payment()});
  all.push_back({"05_paid", card_paid});
  all.push_back({"06_no_shift", closed_shift()});
  all.push_back({"07_refunding", paid_out});
}

void add_dialogs(std::vector<SceneSpec>& all) {
  all.push_back({"10_card", busy_shop(), opens(Sheet::card)});
  all.push_back({"11_card_keyboard", busy_shop(), opens_and_taps(Sheet::card, {"card.reference"})});
  all.push_back({"12_other", busy_shop(), opens(Sheet::tender)});
  all.push_back({"13_voucher", busy_shop(), opens_and_taps(Sheet::tender, {"other.kind.voucher", "other.number"})});
  all.push_back({"14_discount", busy_shop(), opens(Sheet::discount)});
  all.push_back({"15_park", busy_shop(), opens_and_taps(Sheet::park, {"park.name"})});
  all.push_back({"16_recall", busy_shop(), opens(Sheet::recall)});
  all.push_back({"17_no_sale", busy_shop(), opens(Sheet::no_sale)});
  all.push_back({"18_question", asking()});
  all.push_back({"19_approval", approving()});
  all.push_back({"20_lock", busy_shop(), opens(Sheet::lock)});
}

app::Snapshot somebody_waits() {
  auto s = offline_sync();
  s.sync.state = app::SyncState::connected, s.sync.word = "connected", s.sync.waiting = 0;
  s.sync.sentence = "Everything is exchanged.", s.sync.next_try.clear();
  auto waiting = device(6, "Garden stall", "0192f0c1", "waits to be let in", "", "", "");
  waiting.version.clear();
  waiting.waits = true, waiting.may_be_revoked = false;
  s.sync.devices.insert(s.sync.devices.begin() + 1, waiting);
  return s;
}

void add_sync(std::vector<SceneSpec>& all) {
  const auto tab = [&](const char* name, app::Snapshot snapshot, std::vector<const char*> taps) {
    all.push_back({name, std::move(snapshot), opens_and_taps(Sheet::sync, std::move(taps))});
  };
  auto alone = open_shop();
  alone.sync.state = app::SyncState::alone, alone.sync.word = "this till alone";
  alone.sync.sentence = "This till works alone. Join a hub to share sales and prices with other tills.";
  tab("44_sync", offline_sync(), {});
  tab("44_sync_exchanging", exchanging_sync(), {});
  tab("45_sync_devices", offline_sync(), {"sync.tab.devices"});
  tab("45_sync_revoke", offline_sync(), {"sync.tab.devices", "devices.revoke.Bar"});
  tab("45_sync_waiting", somebody_waits(), {"sync.tab.devices"});
  tab("46_sync_enrol", alone, {"enrol.code"});
  auto made_up = alone;
  made_up.notice = app::Notice{
      9, app::Notice::Level::error,
      "this folder holds made-up data of 'tillctl generate', which no other terminal can ever have, so it cannot join; "
      "begin with a new folder, or restore a backup from before"};
  tab("46_sync_enrol_made_up", made_up, {"sync.tab.enrol"});
  tab("46_sync_hub", offline_sync(), {"sync.tab.enrol"});
  tab("46_sync_other_hub", offline_sync(), {"sync.tab.enrol", "enrol.other"});
  tab("46_sync_let_in", offline_sync(), {"sync.tab.enrol", "approve.code"});
  auto newcomer = offline_sync();
  newcomer.sync.word = "waiting for keys", newcomer.sync.waiting = 0, newcomer.sync.approval_code = "K7QF-93MD-XW4T";
  newcomer.sync.next_try.clear(), newcomer.sync.problem.clear();
  tab("46_sync_waiting", newcomer, {"sync.tab.enrol"});
  tab("53_conflict", with_conflicts(), {});
  tab("53_conflict_of_three", with_conflict_of_three(), {});
  tab("54_conflict_deleted", with_conflicts(), {"conflict.row.PB41XW"});
  tab("55_conflict_settled", with_conflicts(), {"conflict.row.0A9TZE"});
  tab("56_no_conflicts", offline_sync(), {"sync.tab.conflicts"});
  tab("57_incidents", offline_sync(), {"sync.tab.incidents"});
  tab("58_sync_settings", offline_sync(), {"sync.tab.settings"});
  tab("59_sync_policy", offline_sync(), {"sync.tab.settings", "sync.policy.product.price"});
}

void add_panels(std::vector<SceneSpec>& all) {
  all.push_back({"30_customer", with_customers(), opens(Sheet::customer)});
  all.push_back(
      {"31_customer_new", with_customers(), opens_and_taps(Sheet::customer, {"customer.new", "customer.email"})});
  all.push_back({"32_refund_find", with_receipts(), opens(Sheet::refund)});
  all.push_back({"33_refund_lines", refunding(), opens_and_taps(Sheet::refund, {"refund.line1.plus"})});
  all.push_back({"34_reprint", with_receipts(), opens(Sheet::receipts)});
  all.push_back({"35_search", with_search(), [](Stage& stage) {
                   stage.shell->views().search.text = "ro";
                   stage.open(Sheet::search);
                 }});
  all.push_back({"36_product", open_shop(), [](Stage& stage) {
                   stage.shell->views().product.product = sample_id(2001);
                   stage.shell->views().product.price.set({490});
                   stage.open(Sheet::product);
                 }});
  all.push_back({"37_open_shift", closed_shift(), opens(Sheet::open_shift)});
  all.push_back({"38_close_shift", open_shop(), opens_and_taps(Sheet::close_shift, {"close_shift.pad.4"})});
  all.push_back({"39_close_shift_sum", open_shop(), opens_and_taps(Sheet::close_shift, {"close_shift.way.sum"})});
  all.push_back({"40_closed", open_shop(), [](Stage& stage) {
                   stage.open(Sheet::close_shift);
                   stage.tap("close_shift.confirm");
                   auto next = z_printed();
                   next.settings = stage.till->snapshot()->settings;
                   stage.till->show(next);
                 }});
  all.push_back({"41_cash", open_shop(), opens(Sheet::cash)});
  all.push_back({"42_report", open_shop(), opens(Sheet::report)});
  all.push_back({"42_report_closed", with_closed_shifts(), opens_and_taps(Sheet::report, {"report.shown.closed"})});
  all.push_back({"43_menu", busy_shop(), opens(Sheet::menu)});
  add_sync(all);
  auto no_entries = with_journal();
  no_entries.journal.rows = std::make_shared<std::vector<app::JournalRow>>();
  all.push_back({"60_journal", with_journal(), opens(Sheet::journal)});
  all.push_back({"61_journal_entry", with_journal_entry(), opens_and_taps(Sheet::journal, {"journal.row.1"})});
  all.push_back({"62_journal_person", with_journal(), opens_and_taps(Sheet::journal, {"journal.user"})});
  all.push_back({"63_journal_check", with_journal_check(true), opens(Sheet::journal)});
  all.push_back({"64_journal_rewritten", with_journal_check(false), opens(Sheet::journal)});
  all.push_back({"65_journal_none", no_entries, opens_and_taps(Sheet::journal, {"journal.text"})});
  all.push_back({"47_backup", backups(false), opens_and_taps(Sheet::backup, {"backup.row.g-0002"})});
  all.push_back({"70_import", importing(), opens(Sheet::data)});
  all.push_back({"71_import_no_file", open_shop(), opens(Sheet::data)});
  all.push_back({"72_import_column", importing(), opens_and_taps(Sheet::data, {"data.column.2"})});
  all.push_back({"73_import_problems", import_checked(false), opens(Sheet::data)});
  all.push_back({"74_import_checked", import_checked(true), opens(Sheet::data)});
  all.push_back({"75_import_running", import_running(), opens(Sheet::data)});
  all.push_back({"76_export", exported(true), opens_and_taps(Sheet::data, {"data.tab.export"})});
  all.push_back({"77_export_failed", exported(false), opens_and_taps(Sheet::data, {"data.tab.export"})});
  all.push_back({"48_backup_running", backups(true), opens(Sheet::backup)});
  all.push_back(
      {"49_backup_restore", backups(false), opens_and_taps(Sheet::backup, {"backup.row.g-0002", "backup.restore"})});
  all.push_back({"90_backup_damaged", damaged_backups(), opens_and_taps(Sheet::backup, {"backup.row.g-0003"})});
  all.push_back({"90_backup_damaged_restore", damaged_backups(),
                 opens_and_taps(Sheet::backup, {"backup.row.g-0003", "backup.restore"})});
  all.push_back({"91_backup_no_drill", no_room_for_a_drill(), opens(Sheet::backup)});
  all.push_back({"91_backup_drill_running", drilling(), opens(Sheet::backup)});
  all.push_back({"80_backup_schedule", backups(false), opens_and_taps(Sheet::backup, {"backup.tab.plan"})});
  all.push_back({"81_backup_create", backups(false), opens_and_taps(Sheet::backup, {"backup.now"})});
  all.push_back(
      {"82_backup_verify", backups(false), opens_and_taps(Sheet::backup, {"backup.row.g-0002", "backup.verify"})});
  all.push_back({"83_backup_add", first_backup(), opens_and_taps(Sheet::backup, {"backup.add"})});
  all.push_back(
      {"83_backup_add_hub", first_backup(), opens_and_taps(Sheet::backup, {"backup.add", "backup.kind.hub"})});
  all.push_back({"84_backup_no_stick", backups_without_stick(), opens(Sheet::backup)});
  all.push_back({"85_backup_first", first_backup(), opens(Sheet::backup)});
  all.push_back(
      {"86_backup_remove", backups(false), opens_and_taps(Sheet::backup, {"backup.tab.plan", "backup.remove"})});
  all.push_back({"87_backup_probe", backups(false), opens_and_taps(Sheet::backup, {"backup.probe"})});
  all.push_back({"87_backup_probe_running", checking_capacity(), opens(Sheet::backup)});
  all.push_back({"87_backup_probe_good", capacity_checked(true), opens(Sheet::backup)});
  all.push_back({"87_backup_probe_fake", capacity_checked(false), opens(Sheet::backup)});
  all.push_back({"50_printers", with_printer_jobs(), opens(Sheet::printers)});
  all.push_back({"51_settings", open_shop(), opens(Sheet::settings)});
  all.push_back({"52_about", open_shop(), opens(Sheet::about)});
}

}  // namespace

std::vector<SceneSpec> scenes() {
  std::vector<SceneSpec> all;
  add_selling(all);
  add_dialogs(all);
  add_panels(all);
  return all;
}

namespace {

SceneSpec spec_of(const std::string& name) {
  for (auto& spec : scenes())
    if (spec.name == name) return std::move(spec);
  throw std::runtime_error("no scene " + name);
}

}  // namespace

std::unique_ptr<Stage> scene(const std::string& name) {
  return Stage::create({1024, 768}, "light", spec_of(name));
}

app::Snapshot snapshot_of(const std::string& name) {
  return spec_of(name).snapshot;
}

bool has(const Stage& stage, const char* widget) {
  return stage.window->frame().registry().find(widget) != nullptr;
}

}  // namespace till::ui::test
