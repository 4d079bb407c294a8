#include "storage/volumes.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "core/text.hpp"
#include "storage/folder_store.hpp"

namespace till::storage {
namespace {

constexpr auto kDiskTypes =
    std::to_array<std::string_view>({"vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "ext2", "ext3", "ext4",
                                     "btrfs", "xfs", "f2fs", "udf", "hfsplus", "hfs"});

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// Spaces and the like are written as three octal digits behind a backslash.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_option(std::string_view options, std::string_view wanted) {
  const auto all = split(options, ',');
  return std::ranges::find(all, wanted) != all.end();
}

// "36 35 98:0 /root /mount rw,noatime shared:1 - ext3 /dev/sda1 rw,errors=remount-ro"
std::optional<Volume> parse_line(const std::string& line) {
  const auto words = split(line, ' ');
  const auto dash = std::ranges::find(words, "-");
  if (dash == words.end() || dash - words.begin() < 6 || words.end() - dash < 4) return std::nullopt;
  Volume volume{unescaped(words[4]), words[2], unescaped(dash[2]), dash[1], false};
  volume.read_only = has_option(words[5], "ro") || has_option(dash[3], "ro");
  // One of its folders bound elsewhere (root is not "/") is no volume of its own.
  if (volume.path.empty() || volume.path.front() != '/' || words[3] != "/") return std::nullopt;
  if (std::ranges::find(kDiskTypes, volume.type) == kDiskTypes.end()) return std::nullopt;
  return volume;
}

class RealVolumes final : public Volumes {
 public:
  Result<std::vector<Volume>> mounted() override {
    std::ifstream file("/proc/self/mountinfo");
    std::stringstream text;
    text << file.rdbuf();
    if (!file)
      return fail(ErrorKind::retry, "the list of disks and sticks cannot be read", "read /proc/self/mountinfo");
    return parse_mountinfo(text.str());
  }
};

bool lies_in(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path == folder || (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

}  // namespace

std::unique_ptr<Volumes> make_real_volumes() {
  return std::make_unique<RealVolumes>();
}

std::vector<Volume> parse_mountinfo(std::string_view text) {
  std::vector<Volume> volumes;
  for (const auto& line : split(text, '\n')) {
    auto volume = parse_line(line);
    if (!volume) continue;
    std::erase_if(volumes, [&](const Volume& other) { return other.path == volume->path; });
    volumes.push_back(std::move(*volume));
  }
  return volumes;
}

std::optional<Volume> volume_of(const std::vector<Volume>& volumes, std::string_view path) {
  const Volume* best = nullptr;
  for (const auto& volume : volumes) {
    if (lies_in(path, volume.path) && (best == nullptr || volume.path.size() > best->path.size())) best = &volume;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

std::vector<FoundPlace> find_places(Env& env, const std::vector<Volume>& volumes, const std::string& hint) {
  std::vector<FoundPlace> found;
  for (const auto& volume : volumes) {
    std::set<std::string> folders = {"", hint};
    if (const auto names = env.list(volume.path)) {
      for (const auto& name : *names) {
        if (folders.size() < kMaxFoldersLooked && !name.starts_with('.')) folders.insert(name);
      }
    }
    for (const auto& below : folders) {
      const auto path = below.empty() ? volume.path : join_path(volume.path, below);
      // The volume below a mount point is another one.
      const auto whose = volume_of(volumes, path);
      if (!whose || whose->path != volume.path) continue;
      const auto store = FolderStore::open(env, path);
      if (!store) continue;
      const auto id = (*store)->id();
      if (id) found.push_back({volume, path, below, *id});
    }
  }
  return found;
}

}  // namespace till::storage
