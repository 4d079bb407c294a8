#include "storage/memory_env.hpp"

#include <algorithm>
#include <cerrno>

namespace till::storage {

class MemoryWriter final : public WritableFile {
 public:
  MemoryWriter(MemoryEnv& env, std::shared_ptr<MemoryEnv::Node> node) : env_(env), node_(std::move(node)) {}
  Status append(ByteView bytes) override { return env_.append(*node_, bytes); }
  Status sync() override {
    std::lock_guard lock(env_.mutex_);
    node_->synced = node_->now;
    return {};
  }
  Status close() override { return {}; }

 private:
  MemoryEnv& env_;
  std::shared_ptr<MemoryEnv::Node> node_;
};

class MemoryReader final : public ReadableFile {
 public:
  MemoryReader(MemoryEnv& env, std::shared_ptr<MemoryEnv::Node> node) : env_(env), node_(std::move(node)) {}
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
    std::lock_guard lock(env_.mutex_);
    const auto& all = node_->now;
    if (offset >= all.size()) return Bytes{};
    const auto n = std::min<std::uint64_t>(size, all.size() - offset);
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(offset);
    return Bytes(from, from + static_cast<std::ptrdiff_t>(n));
  }
  Result<std::uint64_t> size() override {
    std::lock_guard lock(env_.mutex_);
    return node_->now.size();
  }

 private:
  MemoryEnv& env_;
  std::shared_ptr<MemoryEnv::Node> node_;
};

class MemoryLock final : public FileLock {
 public:
  MemoryLock(MemoryEnv& env, std::string path) : env_(env), path_(std::move(path)) {}
  ~MemoryLock() override {
    std::lock_guard lock(env_.mutex_);
    env_.locks_.erase(path_);
  }

 private:
  MemoryEnv& env_;
  std::string path_;
};

namespace {

tl::unexpected<Error> failed(int error_number, std::string_view call, const std::string& path) {
  return fail(errno_error(error_number, std::string(call) + " " + path));
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// What is left of a write that was under way: some prefix of the new bytes over the old ones.
Bytes torn(const Bytes& synced, const Bytes& now, Random& random) {
  const auto cut = static_cast<std::ptrdiff_t>(random.below(now.size() + 1));
  Bytes out(now.begin(), now.begin() + cut);
  if (synced.size() > out.size()) out.insert(out.end(), synced.begin() + cut, synced.end());
  return out;
}

}  // namespace

std::uint64_t MemoryEnv::used_bytes() const {
  std::uint64_t used = 0;
  for (const auto& [path, node] : names_) used += std::max<std::uint64_t>(node->now.size(), node->reserved);
  return used;
}

Status MemoryEnv::append(Node& node, ByteView bytes) {
  std::lock_guard lock(mutex_);
  if (capacity_bytes_ != UINT64_MAX && used_bytes() + bytes.size() > capacity_bytes_) {
    return failed(ENOSPC, "write", "in memory");
  }
  node.now.insert(node.now.end(), bytes.begin(), bytes.end());
  return {};
}

Status MemoryEnv::need_folder(const std::string& path) const {
  const auto folder = parent_folder(path);
  if (folder != "/" && !folders_.contains(folder)) return failed(ENOENT, "open", path);
  return {};
}

Result<std::unique_ptr<WritableFile>> MemoryEnv::open_writer(const std::string& path, WriteMode mode) {
  std::lock_guard lock(mutex_);
  TRY(need_folder(path));
  if (folders_.contains(path)) return failed(EISDIR, "create", path);
  auto& node = names_[path];
  if (!node) node = std::make_shared<Node>();
  if (mode == WriteMode::truncate) node->now.clear();
  return std::unique_ptr<WritableFile>(std::make_unique<MemoryWriter>(*this, node));
}

Result<std::unique_ptr<ReadableFile>> MemoryEnv::open_reader(const std::string& path) {
  std::lock_guard lock(mutex_);
  const auto it = names_.find(path);
  if (it == names_.end()) return failed(ENOENT, "open", path);
  return std::unique_ptr<ReadableFile>(std::make_unique<MemoryReader>(*this, it->second));
}

Status MemoryEnv::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(mutex_);
  TRY(need_folder(to));
  const auto it = names_.find(from);
  if (it == names_.end()) return failed(ENOENT, "rename", from);
  auto node = it->second;
  names_.erase(it);
  names_[to] = std::move(node);
  return {};
}

Status MemoryEnv::remove(const std::string& path) {
  std::lock_guard lock(mutex_);
  names_.erase(path);
  return {};
}

Status MemoryEnv::remove_tree(const std::string& path) {
  std::lock_guard lock(mutex_);
  std::erase_if(names_, [&](const auto& entry) { return entry.first == path || is_below(entry.first, path); });
  std::erase_if(folders_, [&](const auto& folder) { return folder == path || is_below(folder, path); });
  return {};
}

Result<std::vector<std::string>> MemoryEnv::list(const std::string& folder) {
  std::lock_guard lock(mutex_);
  if (!folders_.contains(folder)) return failed(ENOENT, "list", folder);
  std::set<std::string> names;
  const auto add = [&](const std::string& path) {
    if (parent_folder(path) == folder && path != folder) names.insert(file_name(path));
  };
  for (const auto& [path, node] : names_) add(path);
  for (const auto& path : folders_) {
    if (!path.empty() && path != ".") add(path);
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Status MemoryEnv::make_dirs(const std::string& path) {
  std::lock_guard lock(mutex_);
  for (std::string folder = path; folder != "." && folder != "/"; folder = parent_folder(folder)) {
    if (names_.contains(folder)) return failed(ENOTDIR, "make", folder);
    folders_.insert(folder);
  }
  return {};
}

bool MemoryEnv::exists(const std::string& path) {
  std::lock_guard lock(mutex_);
  return names_.contains(path) || folders_.contains(path);
}

Result<std::uint64_t> MemoryEnv::size(const std::string& path) {
  std::lock_guard lock(mutex_);
  const auto it = names_.find(path);
  if (it == names_.end()) return failed(ENOENT, "stat", path);
  return std::max<std::uint64_t>(it->second->now.size(), it->second->reserved);
}

Result<std::uint64_t> MemoryEnv::free_space_bytes(const std::string&) {
  std::lock_guard lock(mutex_);
  const auto used = used_bytes();
  return capacity_bytes_ > used ? capacity_bytes_ - used : 0;
}

Status MemoryEnv::preallocate(const std::string& path, std::uint64_t size) {
  std::lock_guard lock(mutex_);
  TRY(need_folder(path));
  auto& node = names_[path];
  if (!node) node = std::make_shared<Node>();
  const auto has = std::max<std::uint64_t>(node->now.size(), node->reserved);
  if (size > has && used_bytes() + (size - has) > capacity_bytes_) return failed(ENOSPC, "preallocate", path);
  node->reserved = std::max(node->reserved, size);
  return {};
}

Result<DirSync> MemoryEnv::sync_dir(const std::string& folder) {
  std::lock_guard lock(mutex_);
  if (!folders_.contains(folder)) return failed(ENOENT, "fsync", folder);
  const auto here = [&](const auto& entry) { return parent_folder(entry.first) == folder; };
  std::erase_if(synced_names_, here);
  for (const auto& entry : names_) {
    if (here(entry)) synced_names_.insert(entry);
  }
  return DirSync::synced;
}

Result<std::unique_ptr<FileLock>> MemoryEnv::lock_file(const std::string& path) {
  std::lock_guard lock(mutex_);
  TRY(need_folder(path));
  if (!locks_.insert(path).second) {
    return fail(ErrorKind::retry, "another till is already running on this folder (process 1); close it first", path);
  }
  return std::unique_ptr<FileLock>(std::make_unique<MemoryLock>(*this, path));
}

void MemoryEnv::crash(Unsynced unsynced, std::uint64_t seed) {
  std::lock_guard lock(mutex_);
  locks_.clear();
  SeededRandom random(seed);
  std::map<std::string, std::shared_ptr<Node>> names;
  if (unsynced == Unsynced::dropped) names = synced_names_;
  if (unsynced == Unsynced::kept) names = names_;
  if (unsynced == Unsynced::torn) {
    std::set<std::string> paths;
    for (const auto& entry : names_) paths.insert(entry.first);
    for (const auto& entry : synced_names_) paths.insert(entry.first);
    for (const auto& path : paths) {
      const auto& source = random.below(2) == 0 ? names_ : synced_names_;
      if (const auto it = source.find(path); it != source.end()) names.insert(*it);
    }
  }
  std::map<const Node*, std::shared_ptr<Node>> copies;  // two names of one file stay one file
  for (auto& [path, node] : names) {
    auto& copy = copies[node.get()];
    if (!copy) {
      copy = std::make_shared<Node>();
      if (unsynced == Unsynced::dropped) copy->now = node->synced;
      if (unsynced == Unsynced::kept) copy->now = node->now;
      if (unsynced == Unsynced::torn) copy->now = torn(node->synced, node->now, random);
      copy->synced = copy->now;
      copy->reserved = node->reserved;
    }
    node = copy;
  }
  names_ = names;
  synced_names_ = std::move(names);
}

void MemoryEnv::set_capacity_bytes(std::uint64_t capacity_bytes) {
  std::lock_guard lock(mutex_);
  capacity_bytes_ = capacity_bytes;
}

}  // namespace till::storage
