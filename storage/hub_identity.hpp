// What tells a hub's database from a copy of it that was put in its place: a hub that came out of a copy must begin new
// epochs, or terminals believe it to hold what it lost.
//
// The number of the file alone does not do: a file system gives the number of a removed file to the next one, and who
// copies over a file keeps it. So there is a mark beside it with a random content, written anew whenever the folder is
// opened and closed, and the database knows the mark's content and when its file last changed, beside its own number
// and when it was made. A database that is put back alone knows an older mark; a mark that is put back with it was
// changed at another time, which no program can set.
//
// Goes unnoticed: a machine, or a file system, that as a whole is put back to what it was.
#pragma once

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "storage/env.hpp"

namespace till::storage {

// Replaces the mark by another one; durable when it returns.
Status write_hub_mark(Env& env, const std::string& mark);
// Of the two files as they are now; a mark that is not there counts as an empty one.
Result<Bytes> hub_identity(Env& env, const std::string& database, const std::string& mark);

}  // namespace till::storage
