// Backups of a sealed folder: what is saved is plain pages under the backup's own keys, what lies in the folder is
// sealed, the kept image and every working copy with it.
#include <fstream>
#include <iterator>

#include "backup_shop_fixture.hpp"
#include "storage/folder_seal.hpp"
#include "storage/image_file.hpp"
#include "storage/scratch_tables.hpp"

namespace till::storage {
namespace {

namespace fs = std::filesystem;

const std::string kMarker = "Grandma's apple cake";  // what the fixture sells

class SealedBackups : public BackupOfShop {
 protected:
  void SetUp() override {
    fs::create_directories(shop_);
    seal_ = value_of(FolderSeal::establish(shop_, key_));
    BackupOfShop::SetUp();
    fill(2);
  }
  void TearDown() override { database_.reset(); }
  backup::Manifest saved() { return value_of(save()).manifest; }
  // Everything below the test's folder, the place of the backups too.
  std::vector<std::string> files_with(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(in)), {});
      if (bytes.find(text) != std::string::npos) found.push_back(entry.path().string());
    }
    return found;
  }
  void expect_nothing_readable() {
    EXPECT_EQ(files_with(kMarker), std::vector<std::string>{});
    EXPECT_EQ(files_with("SQLite format 3"), std::vector<std::string>{});
  }
  std::string kept_image() {
    for (const auto& entry : fs::directory_iterator(shop_ + "/kept-images")) return entry.path().string();
    return {};
  }

  security::SecretBytes key_ = security::SecretBytes::random(random_);
  std::unique_ptr<FolderSeal> seal_;
};

TEST_F(SealedBackups, a_chain_shows_nothing_and_comes_back_in_a_folder_of_another_key) {
  saved();
  sell(2);
  const auto tip = saved();
  EXPECT_EQ(tip.kind, backup::GenerationKind::incremental);
  EXPECT_LT(tip.new_bytes, 40'000U) << "pages that did not change must be equal under any seal";
  expect_nothing_readable();
  const auto other = folder_.file("other");
  fs::create_directories(other);
  const auto others = value_of(FolderSeal::establish(other, security::SecretBytes::random(random_)));
  Task task;
  value_of(restore_to_new_folder(*env_, *store_, keys(), tip, other, task));
  EXPECT_EQ(content(other).sales, 5);
  EXPECT_EQ(content(other).check, "ok");
  expect_nothing_readable();
}

TEST_F(SealedBackups, the_kept_image_is_sealed_and_believed) {
  saved();
  ASSERT_FALSE(kept_image().empty());
  expect_nothing_readable();
  fs::rename(folder_.file("stick"), folder_.file("away"));  // so that the parent's bytes are nowhere else
  fs::create_directories(folder_.file("stick"));
  Task task;
  BackupSource source(*env_, *database_, device_, task);
  const auto reader = value_of(open_image_reader(*env_, kept_image()));
  EXPECT_EQ(as_text(value_of(reader->read(0, 15))), "SQLite format 3");
}

TEST_F(SealedBackups, a_kept_image_of_an_older_program_is_not_believed_and_the_parent_is_read_from_the_place) {
  saved();
  sell(1);
  const auto kept = kept_image();
  Bytes plain;
  {
    const auto reader = value_of(open_image_reader(*env_, kept));
    plain = value_of(reader->read(0, value_of(reader->size())));
  }
  std::ofstream(kept, std::ios::binary | std::ios::trunc) << as_text(plain);
  const auto tip = saved();
  EXPECT_EQ(tip.kind, backup::GenerationKind::incremental);
  Task task;
  EXPECT_DONE(restore_drill(*env_, *store_, keys(), tip, shop_, task));
}

TEST_F(SealedBackups, a_backup_of_before_the_seal_is_restored_sealed) {
  database_.reset();
  seal_.reset();
  for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(shop_ + "/till.db" + suffix);
  open_shop();
  sell(4);
  store_now(product(kMarker, "CAKE"));
  const auto old = saved();
  sell(1);
  const auto old_tip = saved();
  database_.reset();
  EXPECT_NE(files_with(kMarker), std::vector<std::string>{}) << "it must begin with a plain one";
  fs::remove_all(shop_ + "/kept-images");
  for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(shop_ + "/till.db" + suffix);
  seal_ = value_of(FolderSeal::establish(shop_, key_));
  Task task;
  value_of(restore_to_new_folder(*env_, *store_, keys(), old_tip, shop_, task));
  EXPECT_EQ(content(shop_).sales, 5);
  EXPECT_EQ(content(shop_).check, "ok");
  expect_nothing_readable();
  value_of(restore_into(shop_, old));
  EXPECT_EQ(content(shop_).sales, 4);
  expect_nothing_readable();
  open_shop();
  sell(1);
  const auto next = saved();
  EXPECT_DONE(restore_drill(*env_, *store_, keys(), next, shop_, task));
  expect_nothing_readable();
}

TEST_F(SealedBackups, a_damaged_page_is_found_before_it_is_saved) {
  database_.reset();
  {
    std::fstream file(shop_ + "/till.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(5 * 4096 + 100);
    const char byte = static_cast<char>(file.get());
    file.seekp(5 * 4096 + 100);
    file.put(static_cast<char>(byte ^ 1));
  }
  auto refused = [&]() -> Status {
    OpenOptions o;
    o.folder = shop_;
    database_ = TRY(Database::open(*env_, o));
    TRY(save());
    return {};
  }();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt) << refused.error().message;
}

TEST_F(SealedBackups, scratch_tables_that_outgrow_the_memory_are_sealed_too) {
  std::string large(1 << 20, 'm');
  large += "MARK-OF-SCRATCH";
  const auto scratch = value_of(ScratchTables::open(shop_ + "/" + ScratchTables::kFile));
  for (int i = 0; i < 12; ++i) EXPECT_DONE(set_meta_text(scratch->tx(), "scratch " + std::to_string(i), large));
  EXPECT_GT(fs::file_size(shop_ + "/" + ScratchTables::kFile), 1U << 20) << "it must have spilled";
  EXPECT_EQ(files_with("MARK-OF-SCRATCH"), std::vector<std::string>{});
  EXPECT_EQ(files_with("mmmmmmmmmmmmmmmm"), std::vector<std::string>{});
}

}  // namespace
}  // namespace till::storage
