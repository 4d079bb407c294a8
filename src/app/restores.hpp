// Brings a backup back: over the data of a closed shop, or into a new folder, where the recovery passphrase is enough.
// Refused, with the present data untouched, when anything about the backup is wrong. Any thread; long, so it takes a
// Task; the shop must be closed.
//
// Over a present shop that opens, its data is first saved to the same place (Purpose::before_restore); then it moves
// aside into a folder of its own, whether it could be saved or not. The restored shop begins a new part of its log, so
// that sync heals and no number is used twice; an older schema is brought up when it is opened.
//
// With `until`: the newest generation that was made then or before, and out of the same terminal's next one what its
// log has up to that moment (storage/backup_until.hpp says exactly what that is).
#pragma once

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace till::app {

struct RestoreWish {
  std::string folder;              // the data folder; may be new
  std::string target, generation;  // "latest"; with `until` nothing else
  std::string passphrase;          // needed for a new folder or another PC
  std::string asked_by;            // for the journal
  std::optional<UtcTime> until;
  bool save_first = true;
};
struct RestoreReport {
  std::string generation, replaced_folder, last_receipt;
  std::uint64_t sales = 0;
  std::string saved_as;             // the generation that holds what was there before; empty: none
  std::string not_saved;            // why not
  std::string continued_with;       // the generation whose log was taken from; empty: none
  std::uint64_t changes_taken = 0;  // records
  std::uint64_t media_files = 0;    // that came back with it
};
Result<RestoreReport> restore_shop(const RestoreWish& wish, Task& task);

}  // namespace till::app
