// New keys for two terminals over a real hub: announced, held by both, used by both; withheld from who is locked out.
#include "app/key_epochs.hpp"

#include <algorithm>

#include "app/catalogue.hpp"
#include "app/devices.hpp"
#include "app/held_keys.hpp"
#include "app/key_passphrase.hpp"
#include "app/key_replacement.hpp"
#include "app/sync_service.hpp"
#include "journal_told.hpp"
#include "two_terminals.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;
using security::EpochNumber;

EpochNumber current(Shop& shop) {
  return shop.state().keys->with_ring([](security::RingFile& file) { return file.ring.current_epoch(); });
}

class SharedKeys : public TwoTerminals {
 protected:
  void SetUp() override {
    TwoTerminals::SetUp();
    for (int i = 0; i < 2; ++i) join(i);
    EXPECT_TRUE(exchange([&] {
      return std::ranges::all_of(shops_, [](auto& shop) { return value_of(list_devices(*shop)).size() == 2; });
    }));
  }
  std::int64_t price(int i) { return value_of(product_by_code(*shops_[i], kPens)).price.minor; }
  void change(int i, std::int64_t minor) {
    EXPECT_DONE(change_price(*shops_[i], anna(i), value_of(product_by_code(*shops_[i], kPens)).id, {minor}));
  }
};

TEST_F(SharedKeys, a_new_key_is_used_when_both_hold_it_and_reads_on_both) {
  disconnect();
  const auto next = value_of(rotate_keys(*shops_[0], anna(0)));
  EXPECT_EQ(current(*shops_[0]), 1U) << "the other one does not have it yet";
  EXPECT_TRUE(exchange([&] { return current(*shops_[0]) == next && current(*shops_[1]) == next; }));
  const auto number = std::to_string(next);
  EXPECT_EQ(told(*shops_[0], "keys.rotate"), Told{"Anna: " + number});
  EXPECT_EQ(told(*shops_[1], "keys.received").back(), ": " + number);
  for (const auto& shop : shops_) EXPECT_EQ(told(*shop, "keys.in-use"), Told{": " + number});
  change(0, 160);
  EXPECT_TRUE(exchange([&] { return price(1) == 160; }));
  change(1, 170);
  EXPECT_TRUE(exchange([&] { return price(0) == 170; }));
}

TEST_F(SharedKeys, who_was_away_gets_the_key_with_what_was_sealed_under_it) {
  disconnect();
  const auto next = value_of(rotate_keys(*shops_[0], anna(0), FirstUse::at_once));
  EXPECT_TRUE(exchange([&] { return current(*shops_[0]) == next; }, 1));
  change(0, 165);
  EXPECT_TRUE(exchange([&] { return services_[0]->report().status.waiting_total() == 0; }, 1));
  EXPECT_EQ(current(*shops_[1]), 1U);
  EXPECT_TRUE(exchange([&] { return price(1) == 165; }));
  EXPECT_EQ(current(*shops_[1]), next);
}

TEST_F(SharedKeys, two_that_rotate_at_the_same_time_still_read_each_other) {
  disconnect();
  EXPECT_EQ(value_of(rotate_keys(*shops_[0], anna(0))), value_of(rotate_keys(*shops_[1], anna(1))));
  EXPECT_TRUE(exchange([&] { return current(*shops_[0]) == 2 && current(*shops_[1]) == 2; }));
  change(0, 160);
  EXPECT_TRUE(exchange([&] { return price(1) == 160; }));
  change(1, 170);
  EXPECT_TRUE(exchange([&] { return price(0) == 170; }));
}

TEST_F(SharedKeys, a_terminal_that_is_locked_out_is_not_given_the_next_key) {
  const auto garden = shops_[1]->state().device();
  EXPECT_DONE(revoke_device(*shops_[0], anna(0), garden));
  EXPECT_TRUE(exchange([&] { return current(*shops_[0]) > 1; }, 1));
  for (const auto& [key, value] : shops_[0]->state().settings()->raw) {
    const bool is_for_garden = key.starts_with("key.offer.") && key.ends_with(to_string(garden));
    EXPECT_FALSE(is_for_garden) << key;
  }
  EXPECT_EQ(current(*shops_[1]), 1U);
}

TEST_F(SharedKeys, a_newcomer_that_was_not_given_an_announced_key_could_not_read_what_was_sealed_under_it) {
  disconnect();
  const auto next = value_of(rotate_keys(*shops_[0], anna(0)));
  EXPECT_TRUE(exchange([&] { return services_[0]->report().status.waiting_total() == 0; }, 1));
  ASSERT_EQ(current(*shops_[0]), 1U) << "announced, and Garden does not have it yet";
  const auto kitchen = new_tiny_shop(temp_.file("kitchen"));
  app::join(*kitchen, value_of(actor_named(*kitchen, "Anna")), hub_, "Corner", shops_[0].get());
  {
    const auto joined = value_of(membership(*kitchen));
    net::HubClient hub(address_of(*joined), credentials_of(*kitchen), kitchen->state().clock, kitchen->state().random);
    ASSERT_TRUE(value_of(collect_keys(*kitchen, hub)));
  }
  EXPECT_EQ(current(*kitchen), 1U) << "it does not begin to use what the others do not use";
  EXPECT_TRUE(value_of(use_what_is_held(kitchen->state()))) << "it was given what is announced";
  EXPECT_EQ(current(*kitchen), next);
  const auto key_of = [&](Shop& shop) {
    const auto held = value_of(announced_keys(shop.state()));
    return shop.state().keys->with_ring(
        [&](security::RingFile& file) { return to_hex(value_of((held ? *held : file.ring).key_for(next))->view()); });
  };
  EXPECT_EQ(key_of(*kitchen), key_of(*shops_[0]));
}

TEST_F(SharedKeys, a_terminal_that_was_not_heard_of_when_a_key_was_announced_is_offered_it) {
  disconnect();
  const auto kitchen = new_tiny_shop(temp_.file("kitchen"));
  app::join(*kitchen, value_of(actor_named(*kitchen, "Anna")), hub_, "Corner", shops_[1].get());
  const auto next = value_of(rotate_keys(*shops_[0], anna(0)));
  auto service = value_of(SyncService::start(*kitchen, {}));
  const auto and_kitchen = [&](auto&& done) {
    return [&service, &done] {
      static_cast<void>(service->run_once(3s));
      return done();
    };
  };
  const auto is_given = [&] { return told(*kitchen, "keys.received").back() == ": " + std::to_string(next); };
  EXPECT_TRUE(exchange(and_kitchen(is_given), 1)) << "while Garden is away";
  EXPECT_EQ(told(*shops_[0], "keys.offer"), Told{": " + std::to_string(next)});
  const auto all_use_it = [&] {
    return current(*shops_[0]) == next && current(*shops_[1]) == next && current(*kitchen) == next;
  };
  EXPECT_TRUE(exchange(and_kitchen(all_use_it)));
}

TEST_F(SharedKeys, a_replaced_master_reaches_the_other_terminal_which_forgets_the_passphrase_that_was_known) {
  disconnect();
  EXPECT_DONE(settle_passphrase(shops_[1]->state(), "violet ladder under seven oaks"));
  Task task;
  const auto done =
      value_of(replace_keys(*shops_[0], anna(0), temp_.file("stick"), "eleven quiet herons at the mill", task));
  EXPECT_TRUE(exchange([&] { return current(*shops_[0]) == done.epoch && current(*shops_[1]) == done.epoch; }));
  const auto derived = [&](int i) {
    return shops_[i]->state().keys->with_ring([](security::RingFile& file) { return file.ring.derive("backup"); });
  };
  const auto has_passphrase = [&](int i) {
    return shops_[i]->state().keys->with_ring([](security::RingFile& file) { return file.has_passphrase(); });
  };
  EXPECT_EQ(derived(0), derived(1));
  EXPECT_TRUE(has_passphrase(0));
  EXPECT_FALSE(has_passphrase(1));
  change(1, 175);
  EXPECT_TRUE(exchange([&] { return price(0) == 175; }));
  disconnect();
  const auto folder = shops_[1]->folder();
  shops_[1].reset();
  ShopOptions options;
  options.folder = folder;
  shops_[1] = value_of(Shop::open(options));
  EXPECT_EQ(price(1), 175) << "its database opens under the new master";
}

TEST_F(SharedKeys, what_the_terminals_write_about_keys_is_nobodys_to_change) {
  EXPECT_REFUSED(change_setting(*shops_[0], anna(0), "key.at_once", "99"), invalid, "keys-rotate");
}

class NotYetMet : public TwoTerminals {};

// Garden was approved and given the ring of key 1; Front renews the key before Garden's row has come to it.
TEST_F(NotYetMet, a_terminal_that_was_approved_but_not_heard_of_could_not_read_anything_after_the_key_was_renewed) {
  for (int i = 0; i < 2; ++i) join(i);
  const auto next = value_of(rotate_keys(*shops_[0], anna(0)));
  EXPECT_TRUE(exchange([&] { return current(*shops_[0]) == next && current(*shops_[1]) == next; }));
  EXPECT_EQ(told(*shops_[1], "keys.received").back(), ": " + std::to_string(next));
}

class KeysAlone : public ShopTest {};

TEST_F(KeysAlone, a_till_alone_renews_its_key_after_thirty_days_or_as_it_is_set) {
  EXPECT_EQ(current(*shop_), 1U);
  clock_.advance(std::chrono::hours(24 * 31));
  reopen();
  EXPECT_EQ(current(*shop_), 2U);
  EXPECT_DONE(change_setting(*shop_, owner(), kRotationDaysKey, "0"));
  clock_.advance(std::chrono::hours(24 * 400));
  reopen();
  EXPECT_EQ(current(*shop_), 2U);
}

}  // namespace
}  // namespace till::app
