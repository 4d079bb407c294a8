// Conflicts between tills: what waits for a person, what a rule settles, by whom, and that it ends.
#include "storage/conflicts.hpp"

#include "conflict_fixture.hpp"

namespace till::storage {
namespace {

using sync::FieldKind;
using sync::Judgement;
using sync::Policy;
using Prices = std::vector<std::int64_t>;

TEST_F(ConflictTest, AFieldForPeopleIsOpenOnBothTillsAndNothingIsWritten) {
  set_policy(kPrice, Policy::manual, FieldKind::number);
  const auto product = shared_tea();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) {
    EXPECT_EQ(till->open(), 1U);
    ASSERT_EQ(till->conflicts().size(), 1U);
    EXPECT_EQ(till->conflicts()[0].verdict, Judgement::open);
    EXPECT_EQ(till->conflicts()[0].candidates[0].value, encode(domain::Money{310}));
    EXPECT_EQ(till->conflicts()[0].candidates[1].value, encode(domain::Money{300}));
    EXPECT_EQ(till->settled, 0U);
  }
}

TEST_F(ConflictTest, TheLatestWinsByRuleAndTheOtherValueStaysVisible) {
  const auto product = shared_tea();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  EXPECT_EQ(prices(product.id), (Prices{310, 310}));
  for (auto& till : tills_) {
    EXPECT_EQ(till->open(), 0U) << "nobody has to decide";
    ASSERT_EQ(till->conflicts().size(), 1U);
    EXPECT_EQ(till->conflicts()[0].verdict, Judgement::by_rule);
  }
}

TEST_F(ConflictTest, UseLocalIsSettledByTheWinnersAuthorAlone) {
  set_policy(kPrice, Policy::use_local, FieldKind::number);
  const auto product = shared_tea();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  EXPECT_EQ(prices(product.id), (Prices{310, 310}));
  EXPECT_EQ(a().settled, 0U);
  EXPECT_EQ(b().settled, 1U);
  for (auto& till : tills_) {
    EXPECT_TRUE(till->conflicts().empty());
    EXPECT_EQ(till->news_count(), 1U) << "the decision is known on both";
  }
}

TEST_F(ConflictTest, UseRemoteTakesTheOtherSidesValue) {
  set_policy(kPrice, Policy::use_remote, FieldKind::number);
  const auto product = shared_tea();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  EXPECT_EQ(prices(product.id), (Prices{300, 300}));
  EXPECT_TRUE(a().conflicts().empty());
}

TEST_F(ConflictTest, MergeAddsWhatBothDidToTheSameBase) {
  set_policy(kPrice, Policy::merge, FieldKind::number);
  set_policy(kBarcodes, Policy::merge, FieldKind::texts);
  const auto product = shared_tea();
  auto here = product, there = product;
  here.price = {300};
  here.barcodes = {"1", "2"};
  there.price = {310};
  there.barcodes = {"3"};
  a().put(here);
  b().put(there);
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) {
    EXPECT_EQ(till->product(product.id)->price.minor, 360);
    EXPECT_EQ(till->product(product.id)->barcodes, (std::vector<std::string>{"3", "2"}));
    EXPECT_TRUE(till->conflicts().empty());
  }
  const auto resolutions = a().ask([](Connection& conn) { return last_resolutions(conn, 10); });
  ASSERT_EQ(resolutions.size(), 2U);
  EXPECT_TRUE(resolutions[0].base_known);
  EXPECT_EQ(resolutions[0].user_name, "");
}

TEST_F(ConflictTest, MergeOfSeveralEditsInARowGoesBackToWhereTheyParted) {
  set_policy(kPrice, Policy::merge, FieldKind::number);
  const auto product = shared_tea();
  price(product, {260, 300});
  price(product, {270});
  price(product, {280});
  EXPECT_TRUE(exchange());
  EXPECT_EQ(prices(product.id), (Prices{330, 330})) << "250 and 30 and 50";
}

TEST_F(ConflictTest, MergeWithoutTheBaseIsLeftToAPerson) {
  set_policy(kPrice, Policy::merge, FieldKind::number);
  const auto product = shared_tea();
  log_.bodies.clear();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  EXPECT_EQ(prices(product.id), (Prices{310, 310}));
  EXPECT_EQ(b().open(), 1U);
}

TEST_F(ConflictTest, ThreeTillsApartAreMergedToOneSumInWhateverOrderTheyHear) {
  set_policy(kPrice, Policy::merge, FieldKind::number);
  add_tills(3);
  for (int order = 0; order < 6; ++order) {
    const auto product = shared_tea();
    price(product, {260, 270, 280});
    send();
    for (std::size_t i = 0; i < 3; ++i) {
      auto& inbox = tills_[(i + static_cast<std::size_t>(order)) % 3]->inbox;
      if (order % 2 == 0) std::reverse(inbox.begin(), inbox.end());
    }
    EXPECT_TRUE(exchange());
    EXPECT_EQ(prices(product.id), (Prices{310, 310, 310}));
  }
}

// Each settlement crosses the other's on the way: without a bound both would go on for ever.
TEST_F(ConflictTest, SettlementsThatCrossEachOtherComeToAnEnd) {
  add_tills(4);
  for (const auto policy : {Policy::use_local, Policy::use_remote, Policy::merge}) {
    set_policy(kPrice, policy, FieldKind::number);
    const auto product = shared_tea();
    for (const std::size_t i : {2U, 3U, 0U, 1U}) {
      auto changed = product;
      changed.price.minor += 10 * static_cast<std::int64_t>(i + 1);
      tills_[i]->put(changed);
    }
    send();
    // Each of two hears of one rival that is lower than its own, so both settle; then everybody is one round late.
    take_from(a(), tills_[2]->device);
    take_from(b(), tills_[3]->device);
    for (int round = 0; round < 30; ++round) {
      std::vector<std::deque<sync::Record>> late(tills_.size());
      for (std::size_t i = 0; i < late.size(); ++i) late[i].swap(tills_[i]->inbox);
      send();
      for (std::size_t i = 0; i < late.size(); ++i)
        for (const auto& record : late[i]) tills_[i]->take(record);
    }
    EXPECT_TRUE(exchange());
    std::uint64_t settled = 0;
    for (auto& till : tills_) settled += std::exchange(till->settled, 0);
    EXPECT_GE(settled, 2U);
    EXPECT_LE(settled, 8U);
    const auto all = prices(product.id);
    EXPECT_EQ(all, Prices(4, all[0])) << sync::to_string(policy);
    if (policy == Policy::merge) {
      EXPECT_EQ(all[0], 350);
    }
  }
}

TEST_F(ConflictTest, AnythingInAnyOrderEndsAndEndsAlike) {
  set_policy(kPrice, Policy::merge, FieldKind::number);
  set_policy(kName, Policy::use_local, FieldKind::text);
  set_policy(kBarcodes, Policy::use_remote, FieldKind::texts);
  add_tills(3);
  const auto product = shared_tea();
  for (int i = 0; i < 60; ++i) {
    auto& till = *tills_[random_.below(3)];
    if (random_.below(3) == 0) {
      auto changed = *till.product(product.id);
      changed.price.minor += static_cast<std::int64_t>(random_.below(50));
      changed.name = "Tea " + std::to_string(random_.below(9));
      changed.barcodes = {std::to_string(random_.below(9))};
      till.put(changed);
    } else if (!till.inbox.empty()) {
      till.take(till.inbox.front());
      till.inbox.pop_front();
    }
    send();
  }
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) {
    EXPECT_EQ(to_fields(*till->product(product.id)), to_fields(*a().product(product.id)));
    EXPECT_EQ(till->news_count(), a().news_count());
    for (const auto& conflict : till->conflicts()) EXPECT_EQ(conflict.verdict, Judgement::by_rule);
  }
}

sync::Settlement decision(const ConflictRow& conflict, Bytes value) {
  sync::Settlement settlement;
  settlement.place = conflict.place;
  settlement.candidates = conflict.candidates;
  settlement.value = std::move(value);
  return settlement;
}

TEST_F(ConflictTest, APersonsDecisionHoldsOnAllTillsEvenForTheValueThatWonAnyway) {
  set_policy(kPrice, Policy::manual, FieldKind::number);
  for (const std::int64_t wanted : {300, 310, 333}) {
    const auto product = shared_tea();
    price(product, {300, 310});
    EXPECT_TRUE(exchange());
    auto settlement = decision(a().conflicts().at(0), encode(domain::Money{wanted}));
    EXPECT_DONE(a().change([&](Transaction& tx) {
      SyncStore store(tx);
      SyncConflicts book(tx, clock_, random_, {"Sofia", "Till 1", a().device, {}});
      return sync::write_settlement(store, book, a().replica->log(), settlement);
    }));
    EXPECT_TRUE(exchange());
    EXPECT_EQ(prices(product.id), (Prices{wanted, wanted}));
    for (auto& till : tills_) {
      EXPECT_TRUE(till->conflicts().empty());
      EXPECT_EQ(till->open(), 0U);
      const auto known = till->ask([&](Connection& conn) { return resolutions_of(conn, settlement.place); });
      ASSERT_EQ(known.size(), 1U);
      EXPECT_EQ(known[0].user_name, "Sofia");
      EXPECT_EQ(known[0].candidates.size(), 2U);
    }
  }
}

TEST_F(ConflictTest, ALaterEditSettlesItToo) {
  set_policy(kPrice, Policy::manual, FieldKind::number);
  const auto product = shared_tea();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  price(product, {320});
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) EXPECT_TRUE(till->conflicts().empty());
}

TEST_F(ConflictTest, OtherPoliciesJudgeAnew) {
  set_policy(kPrice, Policy::manual, FieldKind::number);
  const auto product = shared_tea();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  EXPECT_EQ(b().open(), 1U);
  EXPECT_EQ(b().settle(), 0U) << "judged once";
  set_policy(kPrice, Policy::use_remote, FieldKind::number);
  EXPECT_EQ(b().settle(), 1U);
  EXPECT_TRUE(exchange());
  EXPECT_EQ(prices(product.id), (Prices{300, 300}));
}

TEST_F(ConflictTest, ManyAtOnceAreSettledInBoundedParts) {
  set_policy(kPrice, Policy::use_remote, FieldKind::number);
  std::vector<domain::Product> products;
  for (int i = 0; i < 70; ++i) products.push_back(tea());
  EXPECT_DONE(a().change([&](Transaction& tx) -> Status {
    for (const auto& product : products) TRY(a().replica->put(tx, product));
    return {};
  }));
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) {
    EXPECT_DONE(till->change([&](Transaction& tx) -> Status {
      for (auto product : products) {
        product.price = {till == tills_[0] ? 300 : 310};
        TRY(till->replica->put(tx, product));
      }
      return {};
    }));
  }
  send();
  b().take(b().inbox.front());
  b().inbox.clear();
  EXPECT_EQ(b().settled, sync::kMaxSettledPerCall);
  EXPECT_EQ(b().settle(), 6U);
  EXPECT_EQ(b().settle(), 0U);
}

TEST_F(ConflictTest, AnEditOfWhatAnotherTillHasDeletedIsListedAndCanBringItBack) {
  const auto product = shared_tea();
  auto gone = product, dearer = product;
  gone.lifecycle = domain::Lifecycle::deleted;
  dearer.price = {300};
  a().put(gone);
  b().put(dearer);
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) {
    EXPECT_EQ(till->product(product.id)->lifecycle, domain::Lifecycle::deleted);
    EXPECT_EQ(till->product(product.id)->price.minor, 300) << "both changes are kept";
    EXPECT_EQ(till->open(), 0U);
    ASSERT_EQ(till->conflicts().size(), 1U);
    EXPECT_TRUE(till->conflicts()[0].edited_after_deletion);
    EXPECT_EQ(till->conflicts()[0].candidates[1].order.device, b().device);
  }
  auto back = gone;
  back.price = {300};
  back.lifecycle = domain::Lifecycle::active;
  b().put(back);
  EXPECT_TRUE(exchange());
  for (auto& till : tills_) EXPECT_TRUE(till->conflicts().empty());
}

TEST_F(ConflictTest, TheListKnowsWhenItIsAnother) {
  const auto version = [&] { return a().ask([](Connection& conn) { return conflicts_version(conn); }); };
  const auto product = shared_tea();
  const auto before = version();
  price(product, {300, 310});
  EXPECT_TRUE(exchange());
  EXPECT_NE(version(), before);
}

}  // namespace
}  // namespace till::storage
