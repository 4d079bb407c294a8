// The merge is commutative, associative and idempotent for each kind of row and document there is, in the real tables: any
// values, any order, some of it twice. Each change reads the tables as the last one left them: that a part folded first
// gives the same as all together is shown with it.
#include <gtest/gtest.h>

#include <functional>

#include "storage/database.hpp"
#include "storage/replica.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_entities.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"
#include "unit/storage/storage_fixture.hpp"
#include "unit/sync/histories.hpp"

namespace till::sync {
namespace {

using storage::Connection;
using storage::SyncStore;
using storage::Transaction;

constexpr FieldNumber kOfANewerProgram = 900;

// Something in every field of a record, from few enough values that some meet again.
class Filler {
 public:
  explicit Filler(SeededRandom& random) : random_(random) {}
  template <class... T>
  void operator()(T&&... parts) {
    (fill(parts), ...);
  }

 private:
  template <class T>
  void fill(Field<T>& part) {
    fill(part.value);
  }
  void fill(std::string& text) { text = "text " + std::to_string(random_.below(4)); }
  void fill(bool& value) { value = random_.below(2) == 0; }
  void fill(Id& id) { id = id_of(0x33, static_cast<std::uint8_t>(random_.below(3))); }
  template <class T>
  void fill(std::vector<T>& list) {
    list.resize(random_.below(3));
    for (T& part : list) fill(part);
  }
  template <class K, class V>
  void fill(std::map<K, V>& list) {
    for (std::size_t n = random_.below(3); n > 0; --n) {
      K key{};
      fill(key);
      fill(list[key]);
    }
  }
  template <class T, std::size_t N>
  void fill(std::array<T, N>& list) {
    for (T& part : list) fill(part);
  }
  template <class T>
  void fill(std::optional<T>& value) {
    if (random_.below(2) == 0) fill(value.emplace());
  }
  void fill(UtcTime& time) { time.us = 1'790'000'000'000'000 + static_cast<std::int64_t>(random_.below(5)); }
  template <class T>
  void fill(T& value) {
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(random_.below(2));
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(random_.below(100));
    } else {
      value.serialize(*this);
    }
  }

  SeededRandom& random_;
};

template <class E>
E random_entity(SeededRandom& random) {
  E entity;
  Filler filler(random);
  entity.serialize(filler);
  return entity;
}

// Some fields of a row, and now and then one that this program does not know.
template <class E>
FieldMap some_fields(SeededRandom& random) {
  FieldMap fields = to_fields(random_entity<E>(random));
  const std::size_t wanted = 1 + random.below(3);
  while (fields.size() > wanted) fields.erase(std::next(fields.begin(), static_cast<long>(random.below(fields.size()))));
  if (random.below(6) == 0) fields[kOfANewerProgram] = to_bytes("newer " + std::to_string(random.below(2)));
  return fields;
}

using Changes = std::vector<Change>;
using Sequence = std::vector<std::size_t>;

class MergeAlgebra : public storage::StorageTest {
 protected:
  void SetUp() override {
    open();
    EXPECT_DONE(database_->write([&](Transaction& tx) { return storage::Replica::establish(tx, id_of(0xde), random_); }));
  }

  static Status apply(SyncStore& store, const Change& change) {
    if (change.op.kind == OpKind::add) {
      return as_status(store.add_document(change.op.entity, change.op.row, change.op.fields));
    }
    RowState row = TRY(store.load_row(change.op.entity, change.op.row));
    const MergeOutcome outcome = merge(row, change.op, change.order);
    if (!outcome.states_changed) return {};
    return store.save_row(change.op.entity, change.op.row, row, outcome);
  }
  template <class T>
  static Status as_status(const Result<T>& result) {
    return result ? Status{} : fail(result.error());
  }

  // What the tables hold after the changes in that order; nothing of it stays.
  template <class E>
  Result<Bytes> after(Transaction& tx, const Changes& changes, const Sequence& sequence) {
    SyncStore store(tx);
    TRY(store.savepoint());
    for (const std::size_t i : sequence) TRY(apply(store, changes[i]));
    const Bytes shown = TRY(shown_by<E>(tx));
    TRY(store.roll_back_to_savepoint());
    return shown;
  }
  template <class E>
  static Result<Bytes> shown_by(Transaction& tx) {
    ByteWriter out;
    for (const E& entity : TRY(storage::load_all<E>(tx))) {
      out.raw(entity.id.view());
      out.sized(encode(entity));
    }
    const TableDigest kept = TRY(storage::kept_digest(tx, E::kEntity));
    const TableDigest counted = TRY(storage::counted_digest(tx, E::kEntity));
    EXPECT_EQ(kept.digest, counted.digest) << "the digest that was kept is not that of the rows";
    out.u64(kept.digest);
    return out.take();
  }

  template <class E>
  Changes history(std::size_t count) {
    Changes changes;
    if (storage::is_document(E::kEntity)) {
      for (std::size_t i = 0; i < count; ++i) {
        Change add;
        add.op.kind = OpKind::add;
        add.op.row = id_of(0xd0, static_cast<std::uint8_t>(i));
        add.op.fields = to_fields(random_entity<E>(random_));
        changes.push_back(std::move(add));
      }
    } else {
      changes = random_history(random_, count, true, some_fields<E>);
    }
    for (Change& change : changes) change.op.entity = E::kEntity;
    return changes;
  }

  // Every order of six changes.
  template <class E>
  Status in_all_orders(Transaction& tx) {
    const Changes changes = history<E>(6);
    Sequence sequence = in_order(changes.size());
    const Bytes expected = TRY(after<E>(tx, changes, sequence));
    while (std::next_permutation(sequence.begin(), sequence.end())) {
      if (TRY(after<E>(tx, changes, sequence)) != expected) return fail(ErrorKind::corrupt, "the order decides");
    }
    return {};
  }
  template <class E>
  Status longer_ones_shuffled(Transaction& tx) {
    for (int round = 0; round < 12; ++round) {
      const Changes changes = history<E>(14);
      Sequence sequence = in_order(changes.size());
      const Bytes expected = TRY(after<E>(tx, changes, sequence));
      shuffle(sequence, random_);
      if (TRY(after<E>(tx, changes, sequence)) != expected) return fail(ErrorKind::corrupt, "the order decides");
    }
    return {};
  }
  // A document is known by its id whenever it comes again. A change of a row is known by its number or id before it is
  // merged (sync/apply.hpp); the merge itself takes one that comes twice in a row.
  template <class E>
  Status doubled(Transaction& tx) {
    for (int round = 0; round < 6; ++round) {
      const Changes changes = history<E>(14);
      Sequence sequence = in_order(changes.size());
      const Bytes expected = TRY(after<E>(tx, changes, sequence));
      Sequence twice;
      for (const std::size_t i : sequence) twice.insert(twice.end(), 2, i);
      if (storage::is_document(E::kEntity)) shuffle(twice, random_);
      if (TRY(after<E>(tx, changes, twice)) != expected) return fail(ErrorKind::corrupt, "what came twice counts twice");
    }
    return {};
  }

  template <class Check>
  void for_every_entity(Check&& check) {
    storage::each_entity([&]<class E>() {
      const Status done = database_->write([&](Transaction& tx) { return check.template operator()<E>(tx); });
      EXPECT_TRUE(done) << "entity " << E::kEntity << ": " << done.error().message << " / " << done.error().cause;
    });
  }

  SeededRandom random_{20};
};

TEST_F(MergeAlgebra, NoOrderOfSixChangesDecidesAnythingForAnyEntity) {
  for_every_entity([&]<class E>(Transaction& tx) { return in_all_orders<E>(tx); });
}

TEST_F(MergeAlgebra, NoOrderOfALongHistoryDecidesAnythingForAnyEntity) {
  for_every_entity([&]<class E>(Transaction& tx) { return longer_ones_shuffled<E>(tx); });
}

TEST_F(MergeAlgebra, WhatComesTwiceCountsOnceForAnyEntity) {
  for_every_entity([&]<class E>(Transaction& tx) { return doubled<E>(tx); });
}

}  // namespace
}  // namespace till::sync
