// What is known of the files of a carrier: the last listing, what was written since, and what still is to be looked at.
// Values of one session; about 200 bytes a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "sync/carrier_names.hpp"

namespace till::sync {

enum class FileState : std::uint8_t {
  unknown,  // to be looked at
  asked,    // to be read
  held,     // its records are here
  gap,      // what comes before it is not here: looked at again after the next listing
  bad,      // damaged, or not what its name says: looked at again when its time comes
};

class CarrierFiles {
 public:
  void begin_listing() { ++listing_; }
  void listed(const CarrierName& name, bool try_bad_ones_again);
  // Drops what is not there any more; true when there was such.
  bool end_listing();

  void written(const CarrierName& name);
  [[nodiscard]] bool has(const CarrierName& name) const { return files_.contains(name); }
  [[nodiscard]] std::size_t count() const { return files_.size(); }
  [[nodiscard]] std::size_t bad_count() const { return bad_; }
  [[nodiscard]] std::optional<CarrierName> a_bad_one() const;

  // The most urgent file that nobody looked at, in order of records; it must be given a state then.
  [[nodiscard]] std::optional<CarrierName> next_unknown() const;
  void set(const CarrierName& name, FileState state);
  [[nodiscard]] FileState state(const CarrierName& name) const;
  // Another file has records of its feed under the same numbers, or of what comes before: the feed forked.
  [[nodiscard]] bool is_of_a_fork(const CarrierName& name) const;
  void forget(const CarrierName& name);  // as if it were not there

 private:
  struct File {
    FileState state = FileState::unknown;
    std::uint32_t listing = 0;  // the last that had it
  };
  using Forks = std::map<Feed, std::uint64_t>;  // from which record on
  void count_bad(FileState before, FileState after);
  [[nodiscard]] Forks forks() const;
  void look_again_at(const Forks& forks);

  std::map<CarrierName, File> files_;
  std::set<CarrierName> unknown_;
  Forks forks_;  // of the last listing
  std::uint32_t listing_ = 0;
  std::size_t bad_ = 0;
};

}  // namespace till::sync
