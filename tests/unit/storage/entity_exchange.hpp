// Two terminals that write through their replicas, and a third that hears of everything in every order. No engine and
// no wire: records are taken out of one log and applied to another's data by the rules of sync/merge.hpp.
#pragma once

#include <algorithm>
#include <functional>
#include <numeric>

#include "storage/replica.hpp"
#include "storage/sync_store.hpp"
#include "storage_fixture.hpp"
#include "sync/merge.hpp"

namespace till::storage {

struct WritingTill {
  WritingTill(Clock& clock, const Id& own, std::uint64_t seed) : device(own), random(seed), replica(clock, random) {
    OpenOptions options;
    options.folder = folder.path();
    database = value_of(Database::open(*env, options));
    EXPECT_DONE(database->write([&](Transaction& tx) { return Replica::establish(tx, device, random); }));
  }

  template <class F>
  void change(F&& f) {
    EXPECT_DONE(database->write([&](Transaction& tx) -> Status {
      replica.abandon();
      TRY(f(tx));
      return replica.seal_group(tx);
    }));
  }
  template <class E>
  void put(const E& row) {
    change([&](Transaction& tx) { return replica.put(tx, row); });
  }
  template <class E>
  void add(const E& document) {
    change([&](Transaction& tx) { return replica.add(tx, document); });
  }
  template <class E>
  E get(const Id& id) {
    return value_of(database->read([&](Connection& conn) { return load<E>(conn, id); })).value();
  }
  template <class F>
  auto read(F&& f) {
    return value_of(database->read(std::forward<F>(f)));
  }

  // Its own records so far, oldest first.
  std::vector<sync::Record> records() {
    return read([&](Connection& conn) -> Result<std::vector<sync::Record>> {
      auto q = TRY(conn.query(
          "SELECT o.incarnation, u.lane, u.sequence, u.body FROM sync_uncut u "
          "JOIN sync_origin o ON o.number = u.origin WHERE o.device = ?1 ORDER BY u.stamp_ms, u.lane, u.sequence",
          device));
      std::vector<sync::Record> found;
      while (TRY(q.next())) {
        const sync::Feed feed{device, static_cast<sync::Incarnation>(q.integer(0)), q.as<sync::Lane>(1)};
        found.push_back(TRY(sync::decode_body(feed, static_cast<std::uint64_t>(q.integer(2)), q.blob(3))));
      }
      return found;
    });
  }

  static Status apply(Transaction& tx, const sync::Record& record) {
    SyncStore store(tx);
    for (const sync::Op& op : record.ops) {
      if (op.kind == sync::OpKind::add) {
        TRY(store.add_document(op.entity, op.row, op.fields));
        continue;
      }
      auto state = TRY(store.load_row(op.entity, op.row));
      const auto outcome = sync::merge(state, op, record.order());
      if (outcome.states_changed) TRY(store.save_row(op.entity, op.row, state, outcome));
    }
    return {};
  }
  void hear(const std::vector<sync::Record>& records) {
    EXPECT_DONE(database->write([&](Transaction& tx) -> Status {
      for (const auto& record : records) TRY(apply(tx, record));
      return {};
    }));
  }

  const Id device;
  SeededRandom random;
  TempFolder folder;
  std::unique_ptr<Env> env = make_real_env();
  std::unique_ptr<Database> database;
  Replica replica;
};

class EntityExchange : public testing::Test {
 protected:
  static constexpr std::size_t kMaxOrders = 120;
  using Dump = std::function<Result<Bytes>(Connection&)>;

  Id id() { return new_id(clock_, random_); }
  void later() { clock_.advance(std::chrono::milliseconds(7)); }

  template <class E>
  static Result<Bytes> rows(Connection& conn) {
    ByteWriter out;
    for (const E& row : TRY(load_all<E>(conn))) {
      out.raw(row.id.view());
      out.sized(encode(row));
    }
    return out.take();
  }

  // After both have heard of each other they show the same, and so does a third terminal that hears it all in each
  // order, each record twice.
  void expect_the_same_everywhere(const Dump& dump) {
    const auto of_a = a_.records(), of_b = b_.records();
    a_.hear(of_b);
    b_.hear(of_a);
    const Bytes wanted = a_.read(dump);
    EXPECT_EQ(b_.read(dump), wanted) << "the two writers differ";
    auto all = of_a;
    all.insert(all.end(), of_b.begin(), of_b.end());
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t round = 0; round < kMaxOrders; ++round) {
      EXPECT_EQ(heard_in(order, all, dump), wanted) << "heard in order " << testing::PrintToString(order);
      if (all.size() <= 5) {
        if (!std::next_permutation(order.begin(), order.end())) break;
      } else {
        for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random_.below(i)]);
      }
    }
  }

  // On the third terminal, which forgets it again.
  Bytes heard_in(const std::vector<std::size_t>& order, const std::vector<sync::Record>& all, const Dump& dump) {
    Bytes shown;
    const auto ended = c_.database->write([&](Transaction& tx) -> Status {
      for (int twice = 0; twice < 2; ++twice)
        for (const auto at : order) TRY(WritingTill::apply(tx, all[at]));
      shown = TRY(dump(tx));
      return invalid("forget it");
    });
    EXPECT_EQ(ended.error().message, "forget it");
    return shown;
  }

  // Made on A, heard by B; then each edits it without knowing of the other.
  template <class E>
  void expect_rows_converge(E row, const std::vector<std::function<void(E&)>>& at_a,
                            const std::vector<std::function<void(E&)>>& at_b) {
    row.id = id();
    a_.put(row);
    b_.hear(a_.records());
    for (const auto& edit : at_a) edit_at(a_, row.id, edit);
    for (const auto& edit : at_b) edit_at(b_, row.id, edit);
    expect_the_same_everywhere(rows<E>);
  }
  template <class E>
  void edit_at(WritingTill& writer, const Id& id, const std::function<void(E&)>& edit) {
    later();
    auto row = writer.get<E>(id);
    edit(row);
    writer.put(row);
  }

  ManualClock clock_;
  SeededRandom random_{5};
  WritingTill a_{clock_, Id{{0xa}}, 1}, b_{clock_, Id{{0xb}}, 2}, c_{clock_, Id{{0xc}}, 3};
};

}  // namespace till::storage
