// After the keys became known: what opens with what.
#include "app/key_replacement.hpp"

#include <filesystem>

#include "app/backups.hpp"
#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/key_files.hpp"
#include "app/restores.hpp"
#include "backup/keys.hpp"
#include "shop_fixture.hpp"
#include "storage/folder_store.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLeaked = "violet ladder under seven oaks";
constexpr const char* kNew = "eleven quiet herons at the mill";

class KeyReplacementTest : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    sell({kPens});
    Task task;
    before_ = value_of(create_backup(*shop_, owner(), target(), kLeaked, task)).manifest;
  }
  [[nodiscard]] std::string target() const { return temp_.file("stick"); }
  Result<KeyReplacement> replace(const Actor& actor, const std::string& passphrase = kNew) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return replace_keys(*shop_, actor, target(), passphrase, task);
  }
  security::KeyRing ring() {
    return shop_->state().keys->with_ring([](security::RingFile& file) { return file.ring.clone(); });
  }
  Result<RestoreReport> restore_elsewhere(const std::string& name, const std::string& generation,
                                          const std::string& passphrase) {
    RestoreWish wish;
    wish.folder = temp_.file(name);
    wish.target = target();
    wish.generation = generation;
    wish.passphrase = passphrase;
    wish.asked_by = "Anna";
    Task task;
    return restore_shop(wish, task);
  }
  backup::Manifest before_;
};

TEST_F(KeyReplacementTest, new_keys_a_new_passphrase_and_a_full_backup_in_one_go) {
  const auto leaked = ring();
  const auto done = value_of(replace(owner()));
  EXPECT_EQ(done.backup.manifest.kind, backup::GenerationKind::full);
  EXPECT_EQ(ring().current_epoch(), done.epoch);
  EXPECT_FALSE(ring().derive("backup") == leaked.derive("backup"));
  const auto env = storage::make_real_env();
  const auto store = value_of(storage::FolderStore::open(*env, target()));
  EXPECT_REFUSED(backup::find_backup(*store, backup::BackupKeys::from(leaked), done.backup.manifest.generation), denied,
                 "");
  EXPECT_FALSE(backup::ring_from_store(*store, kLeaked)) << "the leaked passphrase opens nothing of what lies there";
  EXPECT_TRUE(backup::ring_from_store(*store, kNew));
  const auto journal = value_of(verify_journal(*shop_));
  EXPECT_TRUE(journal.good) << journal.sentence;
  EXPECT_EQ(journalled("keys.replace"), 1);
  reopen();
  sell({kPens});
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 2);
}

TEST_F(KeyReplacementTest, both_the_new_backup_and_those_of_before_come_back_with_the_new_passphrase) {
  const auto done = value_of(replace(owner()));
  sell({kPens});
  Task task;
  const auto next = value_of(create_backup(*shop_, owner(), target(), kNew, task)).manifest;
  EXPECT_EQ(next.kind, backup::GenerationKind::incremental) << "the chain goes on behind the new full one";
  close();
  EXPECT_REFUSED(restore_elsewhere("thief", "latest", kLeaked), denied, "passphrase");
  EXPECT_EQ(value_of(restore_elsewhere("new", done.backup.manifest.generation, kNew)).sales, 1U);
  EXPECT_EQ(value_of(restore_elsewhere("next", "latest", kNew)).sales, 2U);
  EXPECT_EQ(value_of(restore_elsewhere("old", before_.generation, kNew)).sales, 1U);
}

TEST_F(KeyReplacementTest, the_leaked_passphrase_is_not_taken_again_and_a_refusal_changes_nothing) {
  const auto present = ring();
  EXPECT_REFUSED(replace(owner(), kLeaked), invalid, "present passphrase");
  EXPECT_REFUSED(replace(owner(), "short"), invalid, "");
  EXPECT_REFUSED(replace(cashier()), denied, "");
  EXPECT_EQ(ring().encode(), present.encode());
}

}  // namespace
}  // namespace till::app
