// The volumes that are mounted on this PC, to find a stick wherever it was mounted. What can hold a backup is listed:
// disks, sticks and cards; what the system makes up (proc, memory) and what lies behind a network is not, since a dead
// server would hold up whoever looks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/id.hpp"
#include "core/result.hpp"
#include "storage/env.hpp"

namespace till::storage {

struct Volume {
  std::string path;    // where it is mounted
  std::string device;  // "8:17"; the same for every place at which one volume is mounted
  std::string source;  // "/dev/sdb1"
  std::string type;    // "vfat"
  bool read_only = false;

  bool operator==(const Volume&) const = default;
};

class Volumes {
 public:
  virtual ~Volumes() = default;
  virtual Result<std::vector<Volume>> mounted() = 0;
};
// Reads /proc/self/mountinfo (proc_pid_mountinfo(5)). Any thread.
std::unique_ptr<Volumes> make_real_volumes();

// The lines of mountinfo; lines that are none are passed over, text from strangers is safe. Of two mounts at one path
// the later one is seen by programs and counts.
std::vector<Volume> parse_mountinfo(std::string_view text);

// The volume that a path lies on: the one whose own path is the longest beginning of it. `path` is absolute.
std::optional<Volume> volume_of(const std::vector<Volume>& volumes, std::string_view path);

// A place that somebody set up (folder_store.hpp) found on a volume.
struct FoundPlace {
  Volume volume;
  std::string path;   // of the folder with the marker
  std::string below;  // the same below the volume's own path; empty: there
  Id store;
};
// On each volume: its own folder, `hint` below it, and the folders in its own, at most kMaxFoldersLooked. What cannot
// be read is passed over.
constexpr std::size_t kMaxFoldersLooked = 200;
std::vector<FoundPlace> find_places(Env& env, const std::vector<Volume>& volumes, const std::string& hint);

}  // namespace till::storage
