// Rows that `tillctl generate` made are in no log: a folder that holds them stays alone.
#include "app/made_up_rows.hpp"

#include "app/ctl/ctl.hpp"
#include "app/demo_generator.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"
#include "two_terminals.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

constexpr const char* kRefusal = "no other terminal can ever have";

class MadeUpRows : public TwoTerminals {
 protected:
  void generate(std::vector<std::string> what) {
    CtlRequest request;
    request.words = {"generate"};
    request.words.insert(request.words.end(), what.begin(), what.end());
    const auto output = run_ctl(request, shops_[0].get());
    EXPECT_EQ(output.exit_code, 0) << output.err;
  }
  Result<HubMembership> join_hub() {
    return enrol(*shops_[0], anna(0), hub_.url(), hub_.code("Corner"), hub_.ca_file());
  }
  bool found() {
    return value_of(shops_[0]->state().db->read([](storage::Connection& conn) { return has_made_up_rows(conn); }));
  }
  // As a program left it that noted nothing.
  void forget_the_note() {
    EXPECT_DONE(
        shops_[0]->state().db->write([](storage::Transaction& tx) { return storage::remove_meta(tx, "generated"); }));
  }
  void put(const domain::Product& product) {
    EXPECT_DONE(change(shops_[0]->state(),
                       [&](storage::Transaction& tx) { return shops_[0]->state().replica->put(tx, product); }));
  }
};

TEST_F(MadeUpRows, a_shop_with_made_up_sales_joined_a_hub_and_held_what_no_other_terminal_could_have) {
  generate({"--days", "2", "--sales-per-day", "3"});
  EXPECT_REFUSED(join_hub(), invalid, kRefusal);
  EXPECT_FALSE(value_of(membership(*shops_[0])));
  forget_the_note();
  EXPECT_REFUSED(join_hub(), invalid, kRefusal);
}

TEST_F(MadeUpRows, a_shop_with_made_up_products_joined_a_hub_and_sold_what_no_other_terminal_could_have) {
  generate({"--products", "3"});
  EXPECT_REFUSED(join_hub(), invalid, kRefusal);
  forget_the_note();
  EXPECT_REFUSED(join_hub(), invalid, kRefusal);
}

TEST_F(MadeUpRows, the_last_product_that_can_be_made_up_is_known_without_a_note_too) {
  auto product = pens(0);
  ManualClock last({kMadeUpProductsAt.us + static_cast<std::int64_t>(kMostMadeUpProducts)});
  product.id = new_id(last, shops_[0]->state().random);
  product.barcodes = {}, product.sku = "G10000000";
  EXPECT_DONE(shops_[0]->state().db->write([&](storage::Transaction& tx) { return storage::store(tx, product); }));
  EXPECT_TRUE(found());
}

TEST_F(MadeUpRows, work_that_looks_like_them_is_not_taken_for_them) {
  auto product = pens(0);
  ManualClock new_year({kMadeUpProductsAt.us + 1});
  product.id = new_id(new_year, shops_[0]->state().random);
  product.barcodes = {}, product.sku = "G0000001";
  put(product);
  EXPECT_DONE(open_shift(*shops_[0], anna(0), {10000}));
  EXPECT_FALSE(found());
  EXPECT_FALSE(value_of(join_hub()).keys_pending);
}

TEST_F(MadeUpRows, a_generation_that_was_refused_leaves_the_shop_free_to_join) {
  CtlRequest request;
  request.words = {"generate", "--products", "3", "--user", "Mia"};
  EXPECT_NE(run_ctl(request, shops_[0].get()).exit_code, 0);
  EXPECT_FALSE(value_of(join_hub()).keys_pending);
}

using TheEnrolmentDialog = WorkerTest;

TEST_F(TheEnrolmentDialog, says_why_a_folder_with_made_up_rows_does_not_join) {
  till_.reset();
  open();
  EXPECT_DONE(shop_->state().db->write([](storage::Transaction& tx) { return note_made_up_rows(tx); }));
  start();
  sign_in_as("Anna", "2580");
  const auto seen = act(Enrol{"https://127.0.0.1:1", "ABCD-EFGH-JKMN", ""});
  ASSERT_TRUE(seen->notice);
  EXPECT_NE(seen->notice->text.find(kRefusal), std::string::npos) << seen->notice->text;
  EXPECT_NE(seen->notice->text.find("restore a backup"), std::string::npos);
}

}  // namespace
}  // namespace till::app
