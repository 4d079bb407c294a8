// Two terminals, of which the second hears of the first in signed segments, with damage done to its tables behind the
// product's back.
#pragma once

#include "entity_exchange.hpp"
#include "security/key_ring.hpp"
#include "security/signing.hpp"
#include "storage/healing_run.hpp"
#include "storage/sync_digests.hpp"
#include "sync/apply.hpp"
#include "sync/ring_keys.hpp"

namespace till::storage {

class HealingFixture : public EntityExchange {
 protected:
  void SetUp() override {
    const auto key = a_signing_.public_key();
    for (auto* keys : {&a_keys_, &b_keys_}) keys->set_device(a_.device, Bytes(key.begin(), key.end()));
  }

  // All that A has written since, as segments of at most `records` each.
  void deliver(std::size_t records = 256) {
    for (;;) {
      std::vector<Bytes> segments;
      EXPECT_DONE(a_.database->write([&](Transaction& tx) -> Status {
        SyncStore store(tx);
        for (const auto& own : TRY(store.own_feeds())) {
          const auto uncut = TRY(store.uncut(own.feed, records));
          if (uncut.empty()) continue;
          segments.push_back(TRY(sync::seal_segment(tenant_, own.feed, own.cut + 1, own.cut_hash, uncut, a_keys_)));
          TRY(store.store_own_segment(
              {own.feed, own.cut + 1, own.cut + uncut.size(), own.cut_hash, uncut.back().hash, segments.back()}));
        }
        return {};
      }));
      if (segments.empty()) return;
      take(segments);
    }
  }
  void take(const std::vector<Bytes>& segments) {
    EXPECT_DONE(b_.database->write([&](Transaction& tx) -> Status {
      SyncStore store(tx);
      sync::Applier applier(tenant_, b_keys_);
      TRY(applier.begin_step(store));
      for (const auto& segment : segments) {
        const auto taken = TRY(applier.take(store, segment, clock_.now()));
        EXPECT_EQ(taken.taken, sync::Taken::applied) << taken.cause;
      }
      return {};
    }));
  }

  // Behind the product's back.
  template <class... Args>
  void damage(std::string_view sql, const Args&... args) {
    EXPECT_DONE(b_.database->write([&](Transaction& tx) { return tx.run(sql, args...); }));
  }

  struct Surgeon final : HealingShop {
    explicit Surgeon(WritingTill& writer) : writer_(writer) {}
    Status read(const std::function<Status(Connection&)>& job) override {
      before_each(++reads);
      return writer_.database->read(job);
    }
    Status write(const std::function<Status(Transaction&)>& job) override {
      ++writes;
      return writer_.database->write(job);
    }
    Status corrected(Transaction&, const std::vector<RowDifference>& rows) override {
      told.insert(told.end(), rows.begin(), rows.end());
      most_at_once = std::max(most_at_once, rows.size());
      return {};
    }
    bool must_stop() override { return stop_after > 0 && reads >= stop_after; }
    std::function<void(int)> before_each = [](int) {};
    std::vector<RowDifference> told;
    std::size_t most_at_once = 0;
    int reads = 0, writes = 0, stop_after = 0;
    WritingTill& writer_;
  };

  Result<HealReport> heal_with(Surgeon& surgeon, std::set<sync::EntityNumber> entities, bool dry_run = false) {
    return heal(surgeon, b_keys_, {b_.folder.file(ScratchTables::kFile), std::move(entities), dry_run});
  }
  HealReport heal_b(std::set<sync::EntityNumber> entities, bool dry_run = false) {
    Surgeon surgeon(b_);
    return value_of(heal_with(surgeon, std::move(entities), dry_run));
  }
  std::set<sync::EntityNumber> damaged() {
    Surgeon surgeon(b_);
    const auto all = replicated_entities();
    return value_of(damaged_tables(surgeon, {all.begin(), all.end()}));
  }
  // What all of it adds up to, counted from the rows.
  std::vector<sync::TableDigest> counted() {
    return b_.read([](Connection& conn) -> Result<std::vector<sync::TableDigest>> {
      std::vector<sync::TableDigest> digests;
      for (const auto entity : replicated_entities()) digests.push_back(TRY(counted_digest(conn, entity)));
      return digests;
    });
  }

  domain::Product product(const std::string& name, std::vector<std::string> barcodes = {}) {
    domain::Product p;
    p.id = id();
    p.name = name;
    p.sku = "SKU " + name;
    p.price = {395};
    p.barcodes = std::move(barcodes);
    return p;
  }
  domain::StockMove move(const Id& product, std::int64_t delta_milli) {
    domain::StockMove m;
    m.id = id();
    m.product = product;
    m.delta_milli = delta_milli;
    return m;
  }
  domain::Sale sale(std::int64_t total_minor) {
    domain::Sale s;
    s.id = id();
    s.series = "K7QF";
    s.number = total_minor;
    s.receipt = "K7QF-" + std::to_string(total_minor);
    s.at = clock_.now();
    s.total = s.due = s.paid = {total_minor};
    domain::SaleLine line;
    line.line_id = "a";
    line.name = "Tea";
    line.total = s.total;
    s.lines = {line};
    return s;
  }

  const Id tenant_{{0x7e}};
  security::KeyRing ring_ = security::KeyRing::generate(tenant_, clock_, random_);
  security::SigningKey a_signing_ = value_of(security::SigningKey::generate(random_));
  security::SigningKey b_signing_ = value_of(security::SigningKey::generate(random_));
  sync::RingKeys a_keys_{ring_, a_signing_, random_}, b_keys_{ring_, b_signing_, random_};
};

}  // namespace till::storage
