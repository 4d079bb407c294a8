#include "storage/migrations.hpp"

#include "core/fields.hpp"
#include "storage/audit.hpp"
#include "storage/backup_source.hpp"
#include "storage/meta.hpp"
#include "storage/replica.hpp"
#include "storage/rows.hpp"
#include "storage/sync_digests.hpp"
#include "storage/waiting_documents.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class MigrationTest : public StorageTest {
 protected:
  // The released schema and one more step.
  Result<std::unique_ptr<Database>> open_with(std::function<Status(Connection&)> step) {
    database_.reset();
    auto wanted = options();
    const int next = wanted.migrations.back().version + 1;
    wanted.migrations.push_back({next, "one more", std::move(step)});
    return Database::open(*env_, wanted);
  }
  std::string snapshot() {
    return folder_.file("before-upgrade-" + std::to_string(schema_list().back().version) + ".db");
  }
};

TEST_F(MigrationTest, an_upgrade_keeps_the_data_and_a_copy_of_before) {
  EXPECT_DONE(write([](Transaction& tx) { return set_meta_integer(tx, "a", 1); }));
  auto upgraded = open_with([](Connection& conn) { return conn.exec("CREATE TABLE fresh(a)"); });
  ASSERT_TRUE(upgraded) << upgraded.error().message;
  EXPECT_EQ((*upgraded)->schema_version(), schema_list().back().version + 1);
  EXPECT_EQ(value_of((*upgraded)->read([](Connection& conn) { return meta_integer(conn, "a"); })), 1);
  auto copy = value_of(Connection::open(snapshot(), Access::read_only));
  EXPECT_EQ(value_of(meta_integer(*copy, "a")), 1);
  EXPECT_EQ(value_of(copy->integer("PRAGMA user_version")), schema_list().back().version);
}

TEST_F(MigrationTest, a_step_that_fails_leaves_everything_as_it_was) {
  EXPECT_DONE(write([](Transaction& tx) { return set_meta_integer(tx, "a", 1); }));
  const auto refused = open_with([](Connection& conn) -> Status {
    TRY(conn.exec("DROP TABLE meta; CREATE TABLE fresh(a)"));
    return conn.exec("INSERT INTO nowhere VALUES(1)");
  });
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("everything is as it was"), std::string::npos);
  open();
  EXPECT_EQ(read([](Connection& conn) { return meta_integer(conn, "a"); }), 1);
  EXPECT_EQ(
      read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'fresh'"); }),
      0);
}

TEST_F(MigrationTest, a_step_that_throws_leaves_everything_as_it_was) {
  EXPECT_FALSE(open_with([](Connection&) -> Status { throw std::runtime_error("surprise"); }));
  open();
  EXPECT_EQ(database_->schema_version(), schema_list().back().version);
}

TEST_F(MigrationTest, a_folder_of_a_newer_program_is_refused_and_not_touched) {
  const int known = schema_list().back().version;
  EXPECT_TRUE(open_with([](Connection&) -> Status { return {}; }));
  const auto refused = Database::open(*env_, options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "this folder was last used by a newer Tillstick (schema " +
                                         std::to_string(known + 1) + ", this program knows " + std::to_string(known) +
                                         "); use the newer program");
}

TEST_F(MigrationTest, a_database_of_another_program_is_refused_and_not_touched) {
  TempFolder other;
  {
    auto conn = value_of(Connection::open(other.file("till.db"), Access::read_write));
    EXPECT_DONE(conn->exec("CREATE TABLE theirs(a); PRAGMA user_version=1"));
  }
  const auto before = value_of(env_->read_file(other.file("till.db"), 1 << 20));
  auto wanted = options();
  wanted.folder = other.path();
  const auto refused = Database::open(*env_, wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "this is not a Tillstick database");
  EXPECT_EQ(value_of(env_->read_file(other.file("till.db"), 1 << 20)), before);
}

TEST_F(MigrationTest, a_file_that_is_no_database_is_refused) {
  TempFolder other;
  EXPECT_DONE(env_->write_atomic(other.file("till.db"), view(std::string(5000, 'x'))));
  auto wanted = options();
  wanted.folder = other.path();
  const auto refused = Database::open(*env_, wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "this is not a Tillstick database");
}

TEST_F(MigrationTest, an_older_folder_is_not_changed_by_who_only_reads) {
  database_.reset();
  auto wanted = options();
  wanted.access = Access::read_only;
  wanted.migrations.push_back(
      {wanted.migrations.back().version + 1, "one more", [](Connection&) -> Status { return {}; }});
  EXPECT_FALSE(Database::open(*env_, wanted));
}

// Before version 3 the chain lay in columns of its own, of the terminal's own entries only.
TEST_F(MigrationTest, a_journal_of_schema_2_goes_on_from_its_end_and_its_digest_is_the_tables) {
  TempFolder old;
  auto wanted = options();
  wanted.folder = old.path();
  while (wanted.migrations.back().version > 2) wanted.migrations.pop_back();
  const Id here = id(), there = id();
  {
    const auto database = value_of(Database::open(*env_, wanted));
    EXPECT_DONE(database->write([&](Transaction& tx) -> Status {
      const auto add = [&](const Id& device, std::int64_t sequence, bool own) -> Status {
        TRY(
            tx.run("INSERT INTO audit_entry(id, device, sequence, at, user_name, approved_by, action, subject, detail) "
                   "VALUES(?1, ?2, ?3, 0, 'Mia', '', 'sale', '', '')",
                   id(), device, sequence));
        if (!own) return {};
        return tx.run("UPDATE audit_entry SET canonical = x'01', hash = ?2 WHERE sequence = ?1 AND device = ?3",
                      sequence, Bytes(32, static_cast<std::uint8_t>(sequence)), device);
      };
      TRY(add(here, 1, true));
      TRY(add(here, 2, true));
      return add(there, 7, false);
    }));
    const auto marker = value_of(database->read([&](Connection& conn) { return content_marker(conn, here); }));
    EXPECT_EQ(marker.audit.sequence, 2u) << "a backup of it is compared before it is brought up";
  }
  wanted.migrations = schema_list();
  const auto upgraded = value_of(Database::open(*env_, wanted));
  EXPECT_DONE(upgraded->read([&](Connection& conn) -> Status {
    const auto head = TRY(audit_head(conn, here));
    EXPECT_EQ(head.sequence, 2);
    EXPECT_EQ(head.hash, Bytes(32, 2));
    EXPECT_TRUE(head.signature.empty());
    EXPECT_EQ(TRY(audit_head(conn, there)).sequence, 0);
    for (const auto& entry : TRY(load_all<domain::AuditEntry>(conn))) {
      EXPECT_TRUE(entry.changes.empty());
      EXPECT_TRUE(entry.chain_hash.empty());
    }
    constexpr auto kEntity = domain::AuditEntry::kEntity;
    EXPECT_EQ(TRY(kept_digest(conn, kEntity)).digest, TRY(counted_digest(conn, kEntity)).digest);
    EXPECT_EQ(TRY(kept_digest(conn, kEntity)).rows, 3u);
    return {};
  }));
}

// Before version 4 only sales knew how far they are on their way.
TEST_F(MigrationTest, documents_of_schema_3_that_wait_still_wait) {
  const Id device = id(), order = id(), shift = id();
  ManualClock clock;
  const auto sold = sale(1, clock.now());
  SeededRandom random{7};
  Replica replica(clock, random);
  EXPECT_DONE(database_->write([&](Transaction& tx) { return Replica::establish(tx, device, random); }));
  EXPECT_DONE(database_->write([&](Transaction& tx) -> Status {
    domain::OrderEvent line;
    line.id = id();
    line.order = order;
    domain::ShiftEvent opened;
    opened.id = id();
    opened.shift = shift;
    TRY(replica.add(tx, line));
    TRY(replica.add(tx, opened));
    TRY(replica.add(tx, sold));
    TRY(replica.seal_group(tx));
    return tx.exec(
        "CREATE TABLE sync_waiting_sale (id BLOB PRIMARY KEY, origin INTEGER NOT NULL, sequence INTEGER NOT NULL) "
        "STRICT, WITHOUT ROWID;"
        "INSERT INTO sync_waiting_sale SELECT id, origin, sequence FROM sync_waiting_document WHERE id IN (SELECT id "
        "FROM sale); DROP TABLE sync_waiting_document; PRAGMA user_version = 3");
  }));
  database_.reset();
  open();
  EXPECT_EQ(read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sync_waiting_document"); }), 3);
  for (const Id& document : {order, shift, sold.id})
    EXPECT_EQ(read([&](Connection& conn) { return document_state(conn, document); }), DocumentState::waiting);
}

TEST_F(MigrationTest, an_order_that_cannot_be_read_kept_a_change_and_an_upgrade_from_being_made) {
  sync::Record record;
  record.sequence = 1;
  sync::Op line;
  line.kind = sync::OpKind::add;
  line.entity = domain::OrderEvent::kEntity;
  line.row = id();
  for (FieldNumber number = 1; number < 16; ++number) line.fields[number] = Bytes{0xff};
  sync::Op sold;
  sold.kind = sync::OpKind::add;
  sold.entity = domain::Sale::kEntity;
  sold.row = id();
  record.ops = {line, sold};
  EXPECT_DONE(database_->write([&](Transaction& tx) { return note_waiting_documents(tx, 1, record); }));
  EXPECT_EQ(read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sync_waiting_document"); }), 1);
}

TEST(Schema, its_versions_count_up_without_gap) {
  int version = 0;
  for (const auto& step : schema_list()) EXPECT_EQ(step.version, ++version);
}

template <class E>
void expect_a_column_per_field(Connection& conn, const std::string& table) {
  for (const auto& column : column_names<E>()) {
    const auto found = conn.integer("SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2", table, column);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, 1) << table << "." << column << " has no column: add a migration";
  }
}

TEST_F(MigrationTest, every_field_of_an_entity_has_its_column) {
  const auto conn = value_of(Connection::open(folder_.file("till.db"), Access::read_only));
  expect_a_column_per_field<domain::Product>(*conn, "product");
  expect_a_column_per_field<domain::Category>(*conn, "category");
  expect_a_column_per_field<domain::Tax>(*conn, "tax");
  expect_a_column_per_field<domain::Customer>(*conn, "customer");
  expect_a_column_per_field<domain::User>(*conn, "user");
  expect_a_column_per_field<domain::Setting>(*conn, "setting");
  expect_a_column_per_field<domain::Device>(*conn, "device");
  expect_a_column_per_field<domain::StockMove>(*conn, "stock_move");
  expect_a_column_per_field<domain::ShiftEvent>(*conn, "shift_event");
  expect_a_column_per_field<domain::AuditEntry>(*conn, "audit_entry");
  expect_a_column_per_field<domain::Supplier>(*conn, "supplier");
  expect_a_column_per_field<domain::Price>(*conn, "price");
  expect_a_column_per_field<domain::Store>(*conn, "store");
  expect_a_column_per_field<domain::Printer>(*conn, "printer");
  expect_a_column_per_field<domain::PrinterAssignment>(*conn, "printer_assignment");
  expect_a_column_per_field<domain::MediaFile>(*conn, "media_file");
  expect_a_column_per_field<domain::DiningTable>(*conn, "dining_table");
  expect_a_column_per_field<domain::Order>(*conn, "guest_order");
  expect_a_column_per_field<domain::OrderEvent>(*conn, "order_event");
  expect_a_column_per_field<domain::StockCount>(*conn, "stock_count");
}

}  // namespace
}  // namespace till::storage
