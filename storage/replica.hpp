// This terminal's hand in the log: every change of a replicated entity goes through it, inside the transaction that
// makes the change, so that data and log are one. Used on the writer's thread only; holds nothing between transactions
// but the group that is being made (call `abandon` when the transaction is rolled back).
//
//   TRY(replica.add(tx, sale)); TRY(replica.put(tx, product)); TRY(replica.seal_group(tx));
//
// A group becomes one record for each lane it touches; a group of more than kMaxOpsPerRecord changes in a lane becomes
// several. Errors are those of the disk.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/fields.hpp"
#include "core/random.hpp"
#include "storage/connection.hpp"
#include "storage/sync_entities.hpp"
#include "sync/local_log.hpp"

namespace till::storage {

// One field that `put` changed: the bytes of its type before and after. `before` is empty where the row is new.
struct FieldChange {
  sync::EntityNumber entity = 0;
  Id row;
  FieldNumber field = 0;
  Bytes before, after;
};

// What was put and added since it was last asked for.
struct Changes {
  std::vector<FieldChange> fields;  // the first kMax
  std::size_t rows = 0;             // changed or new ones, each time they were put
  std::size_t documents = 0;
  static constexpr std::size_t kMax = 64;
  [[nodiscard]] bool empty() const { return rows == 0 && documents == 0; }
};

class Replica {
 public:
  Replica(Clock& clock, Random& random) : log_(clock, random) {}

  // Once for a data folder, before anything is written to the log. Does nothing when the device is the same; another
  // device (or a copied folder) gets its id and a new incarnation.
  static Status establish(Transaction& tx, const Id& device, Random& random);
  // The rest of this device's life is a new chain: after a restore, a copied stick, a tail that may be lost. What the
  // hub has is asked for again from the beginning.
  static Status start_incarnation(Transaction& tx, Random& random);

  // A row of which each field's last writer wins. Compared with what is stored: only what differs is written and
  // replicated; nothing when nothing does.
  template <class E>
  Status put(Transaction& tx, const E& entity) {
    return put_fields(tx, E::kEntity, entity.id, to_fields(entity));
  }
  // An immutable document. Nothing happens when its id is known.
  template <class E>
  Status add(Transaction& tx, const E& document) {
    return add_fields(tx, E::kEntity, document.id, to_fields(document));
  }
  // For the journal, which tells them; the next group begins without any.
  Changes take_changes() { return std::exchange(changes_, {}); }
  [[nodiscard]] const Changes& changes() const { return changes_; }
  // At the end of the transaction. Without it, what was put is stored but not replicated.
  Status seal_group(Transaction& tx);
  void abandon() { log_.abandon(), changes_ = {}; }
  // For settling conflicts in the same group.
  sync::LocalLog& log() { return log_; }

 private:
  Status put_fields(Transaction& tx, sync::EntityNumber entity, const Id& id, FieldMap fields);
  Status add_fields(Transaction& tx, sync::EntityNumber entity, const Id& id, FieldMap fields);
  sync::LocalLog log_;
  Changes changes_;
};

}  // namespace till::storage
