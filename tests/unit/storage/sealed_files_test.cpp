// Everything that a sealed folder's databases leave on the disk, searched as bytes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/random.hpp"
#include "security/page_seal.hpp"
#include "storage/folder_seal.hpp"
#include "storage/seal_database.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

namespace fs = std::filesystem;

const std::string kMarker = "Ottilie-Zweigelt-4711";

class SealedFiles : public ::testing::Test {
 protected:
  SealedFiles() { seal_ = value_of(FolderSeal::establish(root(), key_)); }

  [[nodiscard]] std::string root() const { return folder_.file("shop"); }
  [[nodiscard]] std::string path() const { return root() + "/till.db"; }

  static std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // The names of the files in which these bytes can be read.
  [[nodiscard]] std::vector<std::string> files_with(const std::string& text) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(root()))
      if (entry.is_regular_file() && bytes_of(entry.path()).find(text) != std::string::npos)
        names.push_back(entry.path().filename());
    return names;
  }
  static void fill(Connection& conn) {
    EXPECT_DONE(
        conn.exec("CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT);"
                  "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(text)"));
    fill_notes(conn);
    for (int i = 0; i < 20; ++i) EXPECT_DONE(conn.run("INSERT INTO words(text) VALUES(?1)", kMarker));
  }
  static void fill_notes(Connection& conn) {
    EXPECT_DONE(conn.exec("CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, text TEXT)"));
    EXPECT_DONE(conn.exec("SAVEPOINT many"));
    for (int i = 0; i < 200; ++i)
      EXPECT_DONE(conn.run("INSERT INTO note(text) VALUES(?1)", kMarker + std::string(300, 'x')));
    EXPECT_DONE(conn.exec("RELEASE many"));
  }
  static std::int64_t rows(Connection& conn) {
    return value_of(conn.integer("SELECT count(*) FROM note WHERE text LIKE '" + kMarker + "%'")).value_or(-1);
  }
  void flip(std::uint64_t at) const {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 1));
  }

  TempFolder folder_;
  SystemRandom random_;
  security::SecretBytes key_ = security::SecretBytes::random(random_);
  std::unique_ptr<Env> env_ = make_real_env();
  const bool made_ = fs::create_directories(root());
  std::unique_ptr<FolderSeal> seal_;
};

TEST_F(SealedFiles, nothing_can_be_read_in_the_database_nor_in_its_log) {
  {
    auto conn = value_of(Connection::open(path(), Access::read_write));
    EXPECT_DONE(conn->exec("PRAGMA journal_mode=WAL"));
    fill(*conn);
    EXPECT_GT(fs::file_size(path() + "-wal"), 100'000U);
    EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
    EXPECT_DONE(conn->exec("PRAGMA wal_checkpoint(FULL)"));
    EXPECT_EQ(rows(*conn), 200);
  }
  EXPECT_GT(fs::file_size(path()), 50'000U);
  EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
  EXPECT_EQ(files_with("SQLite format"), std::vector<std::string>{});
  auto again = value_of(Connection::open(path(), Access::read_only));
  EXPECT_EQ(rows(*again), 200);
  EXPECT_EQ(value_of(again->integer("SELECT count(*) FROM words WHERE words MATCH 'Zweigelt'")), 20);
}

TEST_F(SealedFiles, a_log_that_was_left_behind_is_recovered) {
  const auto copy = folder_.file("copy");
  {
    auto conn = value_of(Connection::open(path(), Access::read_write));
    EXPECT_DONE(conn->exec("PRAGMA journal_mode=WAL"));
    fill(*conn);
    fs::create_directories(copy);
    for (const auto* end : {"", "-wal"}) fs::copy_file(path() + end, copy + "/till.db" + end);
  }
  const auto seal = value_of(FolderSeal::establish(copy, key_));
  auto conn = value_of(Connection::open(copy + "/till.db", Access::read_write));
  EXPECT_EQ(rows(*conn), 200);
}

TEST_F(SealedFiles, a_log_torn_at_its_end_gives_what_was_committed_before) {
  const auto copy = folder_.file("copy");
  {
    auto conn = value_of(Connection::open(path(), Access::read_write));
    EXPECT_DONE(conn->exec("PRAGMA journal_mode=WAL"));
    fill(*conn);
    fs::create_directories(copy);
    for (const auto* end : {"", "-wal"}) fs::copy_file(path() + end, copy + "/till.db" + end);
  }
  fs::resize_file(copy + "/till.db-wal", fs::file_size(copy + "/till.db-wal") - 2000);
  std::ofstream(copy + "/till.db-wal", std::ios::binary | std::ios::app) << std::string(2000, 'z');
  const auto seal = value_of(FolderSeal::establish(copy, key_));
  auto conn = value_of(Connection::open(copy + "/till.db", Access::read_write));
  EXPECT_EQ(rows(*conn), 200);
  EXPECT_EQ(value_of(conn->integer("SELECT count(*) FROM words WHERE words MATCH 'Zweigelt'")), 19);
}

TEST_F(SealedFiles, a_first_page_that_a_power_cut_tore_in_a_checkpoint_is_read_from_the_log) {
  auto conn = value_of(Connection::open(path(), Access::read_write));
  EXPECT_DONE(conn->exec("PRAGMA journal_mode=WAL"));
  fill(*conn);
  EXPECT_DONE(conn->exec("PRAGMA wal_checkpoint(FULL); CREATE TABLE later(id INTEGER)"));
  const auto place = root() + "/torn";
  fs::create_directories(place);
  for (const auto* suffix : {"", "-wal"}) fs::copy_file(path() + suffix, place + "/till.db" + suffix);
  {
    std::fstream file(place + "/till.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(512);
    file << std::string(512, 'x');
  }
  {
    auto torn = value_of(Connection::open(place + "/till.db", Access::read_write));
    EXPECT_EQ(rows(*torn), 200);
    EXPECT_EQ(value_of(torn->integer("SELECT count(*) FROM later")), 0);
    auto checked = value_of(torn->query("PRAGMA integrity_check"));
    EXPECT_TRUE(value_of(checked.next()) && checked.text(0) == "ok");
  }
  fs::remove(place + "/till.db-wal");
  fs::copy_file(path(), place + "/till.db", fs::copy_options::overwrite_existing);
  {
    std::fstream file(place + "/till.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(512);
    file << std::string(512, 'x');
  }
  auto without = Connection::open(place + "/till.db", Access::read_write);
  const auto read = without ? (*without)->integer("SELECT count(*) FROM note") : Result<std::optional<std::int64_t>>(0);
  EXPECT_FALSE(without && read) << "without the log it is damage, never an empty database";
}

TEST_F(SealedFiles, a_rollback_journal_is_sealed_and_undoes_what_was_not_committed) {
  const auto copy = folder_.file("copy");
  {
    auto conn = value_of(Connection::open(path(), Access::read_write));
    EXPECT_DONE(conn->exec("PRAGMA journal_mode=TRUNCATE; PRAGMA cache_size=5"));
    EXPECT_DONE(conn->exec("BEGIN"));
    fill(*conn);
    EXPECT_DONE(conn->exec("COMMIT; BEGIN; UPDATE note SET text = 'changed' || id"));
    EXPECT_GT(fs::file_size(path() + "-journal"), 20'000U);
    EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
    fs::create_directories(copy);
    for (const auto* end : {"", "-journal"}) fs::copy_file(path() + end, copy + "/till.db" + end);
    EXPECT_DONE(conn->exec("ROLLBACK"));
    EXPECT_EQ(rows(*conn), 200);
  }
  const auto seal = value_of(FolderSeal::establish(copy, key_));
  auto conn = value_of(Connection::open(copy + "/till.db", Access::read_write));
  EXPECT_EQ(rows(*conn), 200);
}

TEST_F(SealedFiles, one_changed_bit_is_damage_and_never_another_value) {
  {
    auto conn = value_of(Connection::open(path(), Access::read_write));
    fill_notes(*conn);
  }
  flip(2 * security::kPageSize + 77);
  auto conn = value_of(Connection::open(path(), Access::read_only));
  auto read = conn->integer("SELECT sum(length(text)) FROM note");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
}

TEST_F(SealedFiles, pages_that_changed_places_are_damage) {
  {
    auto conn = value_of(Connection::open(path(), Access::read_write));
    fill_notes(*conn);
  }
  auto bytes = value_of(env_->read_file(path(), 1 << 20));
  std::swap_ranges(bytes.begin() + 3 * 4096, bytes.begin() + 4 * 4096, bytes.begin() + 4 * 4096);
  EXPECT_DONE(env_->write_atomic(path(), bytes));
  auto conn = value_of(Connection::open(path(), Access::read_only));
  auto checked = conn->integer("SELECT sum(length(text)) FROM note");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::corrupt);
}

TEST_F(SealedFiles, another_key_opens_nothing) {
  { fill(*value_of(Connection::open(path(), Access::read_write))); }
  seal_.reset();
  const auto other = value_of(FolderSeal::establish(root(), security::SecretBytes::random(random_)));
  auto conn = Connection::open(path(), Access::read_only);
  auto read = conn ? (*conn)->integer("SELECT count(*) FROM note") : Result<std::optional<std::int64_t>>(0);
  ASSERT_FALSE(conn.has_value() && read.has_value());
}

TEST_F(SealedFiles, a_plain_database_is_not_taken_for_a_sealed_one_and_can_be_sealed) {
  seal_.reset();
  {
    OpenOptions options;
    options.folder = root();
    const auto plain = value_of(Database::open(*env_, options));
    EXPECT_DONE(plain->write([](Transaction& tx) -> Status {
      fill(tx);
      return {};
    }));
  }
  EXPECT_NE(files_with(kMarker), std::vector<std::string>{});
  EXPECT_TRUE(value_of(is_plain_database(path(), {})));
  seal_ = value_of(FolderSeal::establish(root(), key_));
  {
    const auto refused = Connection::open(path(), Access::read_only);
    EXPECT_FALSE(refused && (*refused)->integer("SELECT count(*) FROM note"));
  }
  EXPECT_DONE(seal_database(*env_, path()));
  EXPECT_FALSE(value_of(is_plain_database(path(), {})));
  EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
  OpenOptions options;
  options.folder = root();
  const auto sealed = value_of(Database::open(*env_, options));
  EXPECT_EQ(value_of(sealed->read([](Connection& conn) { return Result<std::int64_t>(rows(conn)); })), 200);
}

TEST_F(SealedFiles, a_database_of_a_newer_program_is_not_sealed) {
  seal_.reset();
  {
    OpenOptions options;
    options.folder = root();
    const auto plain = value_of(Database::open(*env_, options));
    EXPECT_DONE(plain->write([](Transaction& tx) { return tx.exec("PRAGMA user_version=900"); }));
  }
  const auto before = value_of(env_->read_file(path(), 4 << 20));
  seal_ = value_of(FolderSeal::establish(root(), key_));
  const auto sealed = seal_database(*env_, path());
  ASSERT_FALSE(sealed);
  EXPECT_NE(sealed.error().message.find("newer"), std::string::npos) << sealed.error().message;
  EXPECT_EQ(value_of(env_->read_file(path(), 4 << 20)), before);
}

TEST_F(SealedFiles, an_image_is_read_plain_and_written_sealed) {
  { fill(*value_of(Connection::open(path(), Access::read_write))); }
  Bytes image;
  {
    const auto reader = value_of(open_image_reader(*env_, path()));
    const auto size = value_of(reader->size());
    for (std::uint64_t at = 0; at < size; at += 5000) {  // across the borders of pages
      const auto part = value_of(reader->read(at, 5000));
      image.insert(image.end(), part.begin(), part.end());
    }
    EXPECT_EQ(image.size(), size);
  }
  EXPECT_EQ(as_text(image).substr(0, 15), "SQLite format 3");
  EXPECT_NE(as_text(image).find(kMarker), std::string_view::npos);
  const auto copy = root() + "/copy.db";
  {
    const auto writer = value_of(open_image_writer(*env_, copy));
    for (std::size_t at = 0; at < image.size(); at += 7000)
      EXPECT_DONE(writer->append(ByteView(image).subspan(at, std::min<std::size_t>(7000, image.size() - at))));
    EXPECT_DONE(writer->sync());
    EXPECT_DONE(writer->close());
  }
  EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
  auto conn = value_of(Connection::open(copy, Access::read_only));
  EXPECT_EQ(rows(*conn), 200);
}

TEST_F(SealedFiles, a_copy_before_an_upgrade_is_sealed_too) {
  auto conn = value_of(Connection::open(path(), Access::read_write));
  fill(*conn);
  EXPECT_DONE(copy_database(*env_, *conn, root() + "/before-upgrade-1.db", {}));
  EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
  auto copy = value_of(Connection::open(root() + "/before-upgrade-1.db", Access::read_only));
  EXPECT_EQ(rows(*copy), 200);
}

TEST_F(SealedFiles, a_folder_is_sealed_however_its_name_is_spelled) {
  { fill(*value_of(Connection::open(root() + "/./deeper/../deeper.db", Access::read_write))); }
  { fill(*value_of(Connection::open(root() + "//other.db", Access::read_write))); }
  EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
}

}  // namespace
}  // namespace till::storage
