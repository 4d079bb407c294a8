#include "storage/capacity_probe.hpp"

#include <algorithm>
#include <cstring>

namespace till::storage {
namespace {

constexpr std::size_t kStep = 1U << 20;

// splitmix64: not secret, only nowhere the same.
Bytes pattern(std::uint64_t seed, std::uint64_t offset, std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; i += 8) {
    std::uint64_t x = seed + (offset + i + 1) * 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    x ^= x >> 31;
    std::memcpy(out.data() + i, &x, std::min<std::size_t>(8, size - i));
  }
  return out;
}

class Probe {
 public:
  Probe(Env& env, std::string folder, std::uint64_t seed, Task& task)
      : env_(env), folder_(join_path(folder, kProbeFolder)), seed_(seed), task_(task) {}

  Status write(std::uint64_t bytes) {
    TRY(env_.make_dirs(folder_));
    task_.begin("Writing to the stick", bytes);
    for (written_ = 0; written_ < bytes;) {
      const auto size = std::min(kProbeFileBytes, bytes - written_);
      auto file = TRY(env_.open_writer(path_at(written_), WriteMode::truncate));
      for (std::uint64_t at = 0; at < size; at += kStep) {
        TRY(task_.go_on());
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(kStep, size - at));
        TRY(file->append(pattern(seed_, written_ + at, part)));
        task_.advance_to(written_ + at + part);
      }
      TRY(file->sync());
      TRY(file->close());
      written_ += size;
    }
    return {};
  }

  // How many bytes come back as they were, of all that were written.
  Result<std::uint64_t> read_back() {
    task_.begin("Reading it back", written_);
    std::uint64_t good = 0;
    for (std::uint64_t start = 0; start < written_; start += kProbeFileBytes) {
      const auto file = env_.open_reader(path_at(start));
      const auto size = std::min(kProbeFileBytes, written_ - start);
      for (std::uint64_t at = 0; file && at < size; at += kStep) {
        TRY(task_.go_on());
        const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(kStep, size - at));
        const auto bytes = (*file)->read(at, part);
        good += bytes && equal(*bytes, pattern(seed_, start + at, part)) ? part : 0;
        task_.advance_to(start + at + part);
      }
    }
    return good;
  }
  [[nodiscard]] std::uint64_t written() const { return written_; }
  Status clean() { return env_.exists(folder_) ? env_.remove_tree(folder_) : Status{}; }

 private:
  [[nodiscard]] std::string path_at(std::uint64_t offset) const {
    return join_path(folder_, std::to_string(offset / kProbeFileBytes));
  }
  Env& env_;
  const std::string folder_;
  const std::uint64_t seed_;
  Task& task_;
  std::uint64_t written_ = 0;
};

}  // namespace

Result<std::uint64_t> probe_capacity(Env& env, const std::string& folder, std::uint64_t bytes, Random& random,
                                     Task& task) {
  const auto free = TRY(env.free_space_bytes(folder));
  const auto most = free - std::min(free, kProbeLeft);
  const auto wanted = bytes == 0 ? most : std::min(bytes, most);
  Probe probe(env, folder, random.u64(), task);
  TRY(probe.clean());
  const auto done = [&]() -> Result<std::uint64_t> {
    TRY(probe.write(wanted));
    return probe.read_back();
  }();
  const auto cleaned = probe.clean();
  if (!done) return fail(done.error());
  if (*done != probe.written()) {
    return corrupt("this stick gives back only " + std::to_string(*done / 1'000'000) + " MB of the " +
                   std::to_string(probe.written() / 1'000'000) +
                   " MB that were written; it is smaller than it says or broken, use another one");
  }
  TRY(cleaned);
  return *done;
}

}  // namespace till::storage
