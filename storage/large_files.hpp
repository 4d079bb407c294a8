// Large files are written and removed beside sales. Left to the system, hundreds of megabytes reach the disk, or are
// given back to it, in one go, and the sync of a sale that comes then waits for all of it. So it is done piece by
// piece, by the thread that wants it. Only how the disk is used: what is durable, and what is removed, storage::Env
// says. A path that is no file of the system's changes nothing.
#pragma once

#include <cstdint>
#include <string>

namespace till::storage {

// Writes out what was written to this part of the file, and waits for it. Not a sync.
void write_out(const std::string& path, std::uint64_t offset, std::uint64_t size);

// Makes the file empty, a piece at a time. Remove it then.
void empty_in_pieces(const std::string& path);

}  // namespace till::storage
