#include "crash_shop.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "app/journal_check.hpp"
#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop_init.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/series.hpp"
#include "storage/stock.hpp"
#include "support/source_dir.hpp"

namespace till::crash {
namespace {

namespace fs = std::filesystem;

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " / " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Bytes bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

domain::Basket ticket(app::Shop& shop, domain::Quantity pens) {
  domain::Basket basket(shop.state().settings()->rules);
  const auto lookup = app::catalogue_lookup(shop);
  domain::AddOptions options;
  options.quantity = pens;
  must(basket.add(must(domain::find_item(lookup, "4006381333931")), options));
  must(basket.add(must(domain::find_item(lookup, "BK-001"))));
  return basket;
}

// Each finds documents of which a part is missing, or there twice.
struct Question {
  const char* sentence;
  const char* sql;
};
constexpr Question kQuestions[] = {
    {"a document without its lines",
     "SELECT count(*) FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_line l WHERE l.sale = s.id)"},
    {"a document without its tender",
     "SELECT count(*) FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_tender t WHERE t.sale = s.id)"},
    {"a document without its taxes",
     "SELECT count(*) FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_tax t WHERE t.sale = s.id)"},
    {"a document whose receipt is not queued once",
     "SELECT count(*) FROM sale s WHERE (SELECT count(*) FROM print_job p WHERE p.document = s.id) <> 1"},
    {"a document that is not in the journal once",
     "SELECT count(*) FROM sale s WHERE (SELECT count(*) FROM audit_entry a WHERE a.subject = s.receipt AND "
     "a.action = CASE s.kind WHEN 0 THEN 'sale' ELSE 'refund' END) <> 1"},
    {"a document whose stock did not move once for each line",
     "SELECT count(*) FROM sale s WHERE (SELECT count(*) FROM stock_move m WHERE m.document = s.id) <> "
     "(SELECT count(*) FROM sale_line l WHERE l.sale = s.id)"},
    {"stock moves of a document that is not there",
     "SELECT count(*) FROM stock_move m WHERE m.reason IN ('sale', 'refund') AND NOT EXISTS (SELECT 1 FROM sale s "
     "WHERE s.id = m.document)"},
    {"a level that is not the sum of its moves",
     "SELECT count(*) FROM stock_level l WHERE l.level_milli <> (SELECT sum(m.delta_milli) FROM stock_move m WHERE "
     "m.product = l.product)"},
    {"a document that does not wait to be sent exactly once",
     "SELECT count(*) FROM sale s WHERE (SELECT count(*) FROM sync_waiting_document w JOIN sync_uncut u ON "
     "u.origin = w.origin AND u.lane = w.lane AND u.lane = 0 AND u.sequence = w.sequence AND instr(u.body, s.id) > 0 "
     "WHERE w.id = s.id) <> 1"},
    {"a document that is in the log more than once",
     "SELECT count(*) FROM sale s WHERE (SELECT count(*) FROM sync_uncut u WHERE u.lane = 0 AND instr(u.body, s.id) > "
     "0) <> "
     "1 + (SELECT count(*) FROM sale r WHERE r.cites = s.id)"},
    {"a log record of a document that is not there",
     "SELECT count(*) FROM sync_waiting_document w WHERE NOT EXISTS (SELECT 1 FROM sale s WHERE s.id = w.id) AND "
     "NOT EXISTS (SELECT 1 FROM shift_event e WHERE e.shift = w.id)"},
    {"a log with a gap",
     "SELECT count(*) FROM sync_own_feed f WHERE f.head <> (SELECT coalesce(max(u.sequence), f.cut) FROM sync_uncut u "
     "WHERE "
     "u.origin = f.origin AND u.lane = f.lane) OR f.head - f.cut <> (SELECT count(*) FROM sync_uncut u WHERE u.origin "
     "= f.origin "
     "AND u.lane = f.lane)"},
    {"a shift's end that is not in the journal once",
     "SELECT count(*) FROM shift_event e WHERE e.kind = 3 AND (SELECT count(*) FROM audit_entry a WHERE a.action = "
     "'shift.close' "
     "AND a.subject = 'Z ' || e.z_number) <> 1"},
    {"a shift's end whose Z is not queued once",
     "SELECT count(*) FROM shift_event e WHERE e.kind = 3 AND (SELECT count(*) FROM print_job p WHERE p.document = "
     "e.id) <> 1"},
    {"a number that was given twice", "SELECT count(*) - count(DISTINCT receipt) FROM sale"},
};

Status count_books(storage::Connection& conn, Books& books) {
  const auto number = [&](const char* sql) -> Result<std::int64_t> { return TRY(conn.integer(sql)).value_or(-1); };
  books.sales = TRY(number("SELECT count(*) FROM sale WHERE kind = 0"));
  books.refunds = TRY(number("SELECT count(*) FROM sale WHERE kind = 1"));
  books.closings = TRY(number("SELECT count(*) FROM shift_event WHERE kind = 3"));
  books.open_tickets = TRY(number("SELECT count(*) FROM open_basket"));
  for (const auto& question : kQuestions)
    if (const auto found = TRY(number(question.sql)); found != 0) books.wrong.push_back(question.sentence);
  auto rows = TRY(conn.query("PRAGMA integrity_check"));
  if (!TRY(rows.next()) || rows.text(0) != "ok") books.wrong.push_back("the file is damaged");
  if (!TRY(storage::receipt_gaps(conn)).empty()) books.wrong.push_back("a receipt number is missing");
  if (!TRY(storage::doubled_receipts(conn)).empty()) books.wrong.push_back("a receipt number was given twice");
  if (!TRY(storage::wrong_stock_levels(conn)).empty()) books.wrong.push_back("stock is not the sum of its moves");
  return {};
}

}  // namespace

CrashShop::CrashShop() {
  log::set_console_level(log::Level::error);  // each stop warns of the closing that failed
  ::setenv("TILLSTICK_PC_KEY", (root_ + "/pc/pc.key").c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", root_.c_str(), 1);
  app::NewShop wanted;
  wanted.folder = folder_;
  wanted.assets_folder = till::test::source_path("tests/unit/app/tiny_shop");
  must(app::init_shop(wanted));
  {
    app::ShopOptions options;
    options.folder = folder_;
    const auto shop = must(app::Shop::open(options));
    must(app::open_shift(*shop, cashier(*shop), {10000}));
    must(app::finalise(*shop, cashier(*shop), ticket(*shop, {1000}), {{}}));
    clock_.set_utc(shop->state().clock.now());
  }
  remember_files();
}

void CrashShop::remember_files() {
  for (const auto* path : {"/data/keys/ring", "/data/keys/device", "/data/keys/database", "/pc/pc.key"})
    files_.push_back({root_ + path, bytes_of(root_ + path)});
  const auto database = folder_ + "/till.db";
  image_[database] = bytes_of(database);
  files_.push_back({database, Bytes(1)});  // on the crash disk; here it only says that there is one
}

void CrashShop::prepare(const std::function<void(app::Shop&)>& work) {
  start_over(0);
  {
    const auto shop = open();
    work(*shop);
  }
  image_ = disk.image();
}

void CrashShop::start_over(std::uint64_t stop_at) {
  disk.load(image_);
  disk.stop_at(stop_at);
  env_ = std::make_unique<storage::MemoryEnv>();
  for (const auto& file : files_) {
    must(env_->make_dirs(storage::parent_folder(file.path)));
    must(env_->write_atomic(file.path, file.bytes));
  }
  random_ = std::make_unique<SeededRandom>(1);
}

std::unique_ptr<app::Shop> CrashShop::open() {
  clock_.advance(std::chrono::seconds(1));
  app::ShopOptions options;
  options.folder = folder_;
  options.clock = &clock_;
  options.random = random_.get();
  options.env = env_.get();
  options.vfs = disk.name();
  auto shop = app::Shop::open(options);
  if (!shop && !disk.stopped()) throw std::runtime_error(shop.error().message + " / " + shop.error().cause);
  return shop ? std::move(*shop) : nullptr;
}

void CrashShop::cut_power(Loss loss, std::uint64_t seed) {
  disk.crash(loss, seed);
  disk.stop_at(0);
  must(env_->remove(folder_ + "/clean-shutdown"));
}

app::Actor cashier(app::Shop& shop) {
  return must(app::actor_named(shop, "Mia"));
}
app::Actor owner(app::Shop& shop) {
  return must(app::actor_named(shop, "Anna"));
}
domain::Basket ticket_of(app::Shop& shop) {
  return ticket(shop, {3000});
}

Books read_books(app::Shop& shop) {
  Books books;
  must(shop.state().db->read([&](storage::Connection& conn) { return count_books(conn, books); }));
  const auto journal = must(app::verify_journal(shop));
  if (!journal.good) books.wrong.push_back("the journal: " + journal.sentence);
  return books;
}

}  // namespace till::crash
