// Who may do what, the second person, and the PIN's throttle.
#include "app/catalogue.hpp"
#include "app/data/export.hpp"
#include "app/users.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

class Rights : public ShopTest {
 protected:
  Result<Actor> wrong_pin() {
    clock_.advance(std::chrono::milliseconds(10));
    return sign_in(*shop_, "Mia", "9999");
  }
};

TEST_F(Rights, what_a_cashier_may_not_do_is_refused_and_journalled) {
  open_the_shift();
  const auto sale = sell({kPens});
  const auto product = value_of(product_by_code(*shop_, kPens));
  EXPECT_REFUSED(refund(*shop_, cashier(), sale.receipt, {}), denied, "cashier");
  EXPECT_REFUSED(close_shift(*shop_, cashier(), {0}), denied, "cashier");
  EXPECT_REFUSED(move_cash(*shop_, cashier(), {100}, "x"), denied, "cashier");
  EXPECT_REFUSED(no_sale(*shop_, cashier(), "x"), denied, "cashier");
  EXPECT_REFUSED(change_price(*shop_, cashier(), product.id, {1}), denied, "cashier");
  Task task;
  EXPECT_REFUSED(export_text(*shop_, cashier(), {"sales", FileFormat::json, {}, {}}, task), denied, "cashier");
  EXPECT_EQ(journalled("refused"), 6);
  EXPECT_EQ(text("SELECT user_name || ' ' || detail FROM audit_entry WHERE action = 'refused' AND subject = '" +
                 sale.receipt + "'"),
            "Mia refund");
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

TEST_F(Rights, an_approval_by_a_manager_records_both) {
  open_the_shift();
  const auto sale = sell({kPens});
  EXPECT_DONE(refund(*shop_, allowed(domain::Right::refund), sale.receipt, {}));
  EXPECT_EQ(text("SELECT user_name || ' ' || approved_by FROM audit_entry WHERE action = 'refund'"), "Mia Jonas");
}

TEST_F(Rights, an_approver_needs_the_right_and_the_pin) {
  EXPECT_REFUSED(approved(*shop_, cashier(), "Tobias", "4826", domain::Right::catalogue_edit), denied, "supervisor");
  EXPECT_REFUSED(approved(*shop_, cashier(), "Jonas", "0000", domain::Right::refund), denied, "PIN");
  EXPECT_REFUSED(approved(*shop_, cashier(), "Nobody", "0000", domain::Right::refund), invalid, "Nobody");
}

TEST_F(Rights, a_supervisor_cannot_allow_what_a_supervisor_may_not_do) {
  auto both = cashier();
  both.approver = user("Tobias").user;
  both.approver_role = domain::Role::supervisor;
  EXPECT_EQ(require_right(*shop_, both, domain::Right::settings_edit).error().kind, ErrorKind::denied);
}

TEST_F(Rights, signing_in_and_its_refusal_are_journalled) {
  EXPECT_DONE(sign_in(*shop_, "mia", "1357"));
  EXPECT_FALSE(wrong_pin());
  EXPECT_EQ(journalled("sign-in"), 1);
  EXPECT_EQ(journalled("sign-in.refused"), 1);
}

TEST_F(Rights, a_lockout_after_wrong_pins_survives_reopening) {
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(wrong_pin());
  const auto right_one = sign_in(*shop_, "Mia", "1357");
  ASSERT_FALSE(right_one) << "twenty wrong PINs and no pause";
  reopen();
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "");
  EXPECT_DONE(sign_in(*shop_, "Jonas", "1470"));
  clock_.advance(std::chrono::hours(48));
  EXPECT_DONE(sign_in(*shop_, "Mia", "1357"));
}

TEST_F(Rights, a_manager_unlocks_a_cashier_and_nobody_themselves_or_somebody_above) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(wrong_pin());
    clock_.advance(std::chrono::minutes(2));
  }
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "a manager can unlock it");
  EXPECT_REFUSED(unlock_user(*shop_, cashier(), user("Jonas").user), denied, "cashier");
  EXPECT_REFUSED(unlock_user(*shop_, user("Jonas"), user("Jonas").user), invalid, "themselves");
  EXPECT_REFUSED(unlock_user(*shop_, user("Jonas"), user("Anna").user), denied, "owner");
  EXPECT_DONE(unlock_user(*shop_, user("Jonas"), user("Mia").user));
  EXPECT_DONE(sign_in(*shop_, "Mia", "1357"));
  EXPECT_EQ(journalled("user.unlock"), 1);
}

TEST_F(Rights, a_clock_that_is_set_does_not_unlock) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(wrong_pin());
    clock_.advance(std::chrono::minutes(2));
  }
  clock_.set_utc({clock_.now().us - 365LL * 24 * 3600 * 1'000'000});
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "locked");
  reopen();
  EXPECT_REFUSED(sign_in(*shop_, "Mia", "1357"), denied, "locked");
}

TEST_F(Rights, scripts_that_name_nobody_act_as_the_owner) {
  EXPECT_EQ(value_of(actor_named(*shop_, "")).name, "Anna");
  EXPECT_REFUSED(actor_named(*shop_, "Nobody"), invalid, "Nobody");
}

}  // namespace
}  // namespace till::app
