// After the shop's keys became known to somebody (a recovery passphrase that was overheard and a backup or stick that
// was copied): a new master key, another recovery passphrase and a full backup under both, in one go. The terminals of
// a tenant are offered the new keys like any other (key_epochs.hpp); each of the others then needs the new passphrase
// before its next backup.
#pragma once

#include <string>

#include "app/actor.hpp"
#include "backup/create.hpp"
#include "core/task.hpp"

namespace till::app {

struct KeyReplacement {
  std::uint32_t epoch = 0;
  backup::BackupResult backup;
};

// Needs the right to change keys; journalled. Invalid when the passphrase is the present one or too weak, or while this
// terminal waits for keys itself; nothing is changed then. When only the backup fails, the keys are replaced already:
// the sentence says so, and any full backup later completes it.
Result<KeyReplacement> replace_keys(Shop& shop, const Actor& actor, const std::string& target,
                                    const std::string& new_passphrase, Task& task);

}  // namespace till::app
