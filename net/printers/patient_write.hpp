// Writes to a printer that may take its time. Any thread.
#pragma once

#include <chrono>
#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "net/descriptor.hpp"

namespace till::net {

// Writes all of it to a non-blocking descriptor. `limit` is for each wait without progress. `who` begins the sentence.
Status write_patiently(int fd, ByteView bytes, std::chrono::milliseconds limit, const StopBell& bell,
                       const std::string& who);

}  // namespace till::net
