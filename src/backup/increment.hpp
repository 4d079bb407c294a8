// The part of making a backup that is about its parent: which one it can be, and what changed since. Used by
// create.cpp.
#pragma once

#include "backup/chain.hpp"
#include "backup/create.hpp"
#include "backup/pieces.hpp"

namespace till::backup {

// The newest verified generation of the device, if an increment may continue it: its chain is there and within the
// rule, and the pages are as large.
Result<std::optional<Chain>> choose_parent(ObjectStore& store, const Vault& vault, const PieceWriter& pieces,
                                           const ImageInfo& info, const BackupPlan& plan);

// Puts what changed since the tip of `parent`, names its pieces in order, and fills in what the manifest says of the
// chain and the image. False when a full backup is due: it grew beyond the rule, or the parent's image cannot be read;
// what it wrote is gone again. That image comes from what the source kept if it has the parent's hash, and otherwise
// out of the store.
Result<bool> write_increment(PageSource& source, ObjectStore& store, const Vault& vault, const Chain& parent,
                             const ChainRule& rule, PieceWriter& pieces, Manifest& manifest,
                             std::vector<std::string>& names, Task& task);

}  // namespace till::backup
