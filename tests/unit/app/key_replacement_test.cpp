// After the keys became known: what opens with what.
#include "app/key_replacement.hpp"

#include <filesystem>

#include "app/backups.hpp"
#include "app/ctl/ctl.hpp"
#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/key_files.hpp"
#include "app/restores.hpp"
#include "backup/keys.hpp"
#include "plain_folder.hpp"
#include "shop_fixture.hpp"
#include "storage/folder_store.hpp"
#include "storage/seal_database.hpp"

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
  CtlOutput tillctl(std::vector<std::string> words) {
    CtlRequest request;
    request.folder = temp_.file("elsewhere");
    request.working_folder = temp_.file("");
    request.words = {"--data", folder()};
    request.words.insert(request.words.end(), words.begin(), words.end());
    return run_ctl(request, nullptr);
  }
  CtlOutput replace_by_tillctl(const std::string& place) {
    write_file("phrase", std::string(kNew) + "\n");
    return tillctl({"keys-replace", "--at", place, "--new-passphrase-file", "phrase", "--user", "Anna"});
  }
  void expect_said_and_done(const CtlOutput& output, const std::string& reason) {
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_NE(output.out.find("the shop's keys are replaced"), std::string::npos) << output.out << output.err;
    for (const auto& part : {std::string("not sealed with the new one yet"), reason, std::string("Nothing is lost")})
      EXPECT_NE(output.err.find(part), std::string::npos) << output.err;
    EXPECT_TRUE(fs::exists(folder() + "/keys/database-next"));
  }
  void expect_sealed_anew_by_the_next_start(const security::SecretBytes& known) {
    EXPECT_EQ(tillctl({"health"}).exit_code, 0);
    EXPECT_FALSE(opens_with(known));
    open();
    EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
    EXPECT_TRUE(value_of(verify_journal(*shop_)).good);
  }
  bool opens_with(const security::SecretBytes& key) {
    return value_of(storage::is_sealed_with(folder() + "/till.db", {}, key));
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

TEST_F(KeyReplacementTest, the_data_on_the_stick_is_sealed_anew_at_the_next_start_and_the_old_key_opens_it_no_more) {
  const auto known = database_key_of(folder());
  value_of(replace(owner()));
  EXPECT_NE(shop_->startup_warning().find("start the program again"), std::string::npos) << shop_->startup_warning();
  sell({kBread});
  close();
  EXPECT_TRUE(opens_with(known)) << "a till that runs goes on with its data as it is";
  open();
  EXPECT_EQ(shop_->startup_warning().find("again"), std::string::npos) << shop_->startup_warning();
  EXPECT_FALSE(fs::exists(folder() + "/keys/database-next"));
  EXPECT_EQ(journalled("terminal.new-life"), 0) << "the folder is no copy, its database is another file now";
  EXPECT_FALSE(fs::exists(folder() + "/kept-images")) << "sealed with the old key";
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 2);
  Task task;
  const auto next = value_of(create_backup(*shop_, owner(), target(), kNew, task)).manifest;
  EXPECT_EQ(next.kind, backup::GenerationKind::incremental) << "the chain goes on";
  close();
  EXPECT_FALSE(opens_with(known));
  EXPECT_TRUE(opens_with(database_key_of(folder())));
  {
    const auto thief = value_of(storage::FolderSeal::establish(folder(), known));
    const auto conn = storage::Connection::open(folder() + "/till.db", storage::Access::read_only);
    EXPECT_FALSE(conn && (*conn)->integer("SELECT count(*) FROM sale")) << "with the key that became known";
  }
  EXPECT_EQ(value_of(restore_elsewhere("next", "latest", kNew)).sales, 2U);
}

TEST_F(KeyReplacementTest, without_a_running_till_the_data_is_sealed_anew_at_once) {
  const auto known = database_key_of(folder());
  close();
  const auto output = replace_by_tillctl(target());
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(output.out.find("Start the till again"), std::string::npos) << output.out;
  EXPECT_FALSE(opens_with(known));
  open();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
  EXPECT_EQ(journalled("keys.replace"), 1);
}

TEST_F(KeyReplacementTest, tillctl_said_nothing_when_the_data_could_not_be_sealed_anew_at_once) {
  const auto known = database_key_of(folder());
  close();
  fs::create_directories(folder() + "/before-upgrade-1.db");  // a copy that cannot be read now, so not sealed either
  const auto output = replace_by_tillctl(target());
  expect_said_and_done(output, "make room");
  EXPECT_TRUE(opens_with(known));
  EXPECT_EQ(tillctl({"doctor"}).err.find("keys were replaced"), std::string::npos) << "that start has tried it already";
  fs::remove(folder() + "/before-upgrade-1.db");
  expect_sealed_anew_by_the_next_start(known);
}

TEST_F(KeyReplacementTest, tillctl_said_nothing_when_the_shop_could_not_be_opened_again_for_the_new_key) {
  const auto known = database_key_of(folder());
  close();
  const auto in_the_way = folder() + "/receipts/stick.part";  // opening removes what it takes for an unfinished file
  expect_said_and_done(replace_by_tillctl(in_the_way), "stick.part");
  EXPECT_TRUE(opens_with(known));
  fs::rename(in_the_way, temp_.file("stick.part"));
  expect_sealed_anew_by_the_next_start(known);
}

TEST_F(KeyReplacementTest, keys_that_are_replaced_again_before_the_next_start_still_change_the_datas_key_once_more) {
  const auto known = database_key_of(folder());
  value_of(replace(owner()));
  value_of(replace(owner(), "seven more lanterns over the weir"));
  reopen();
  EXPECT_FALSE(opens_with(known));
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
  const auto journal = value_of(verify_journal(*shop_));
  EXPECT_TRUE(journal.good) << journal.sentence;
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
