#include "vfs/disk_env.hpp"

#include <algorithm>
#include <cerrno>

#include "storage/shop_folder.hpp"
#include "vfs/crash_file.hpp"

namespace till::crash {

using storage::errno_error;
using storage::parent_folder;

namespace {

tl::unexpected<Error> failed(int error_number, std::string_view call, const std::string& path) {
  return fail(errno_error(error_number, std::string(call) + " " + path));
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

class DiskWriter final : public storage::WritableFile {
 public:
  DiskWriter(CrashDisk& disk, std::shared_ptr<CrashDisk::Node> node, std::string path)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}
  Status append(ByteView bytes) override {
    std::lock_guard lock(disk_.mutex_);
    if (bytes.empty()) return {};
    if (disk_.is_full()) return failed(ENOSPC, "write", path_);
    if (!disk_.admit(OpKind::write, path_, node_->now.size(), bytes.size())) {
      if (disk_.is_cut_short()) node_->write(node_->now.size(), bytes.first(bytes.size() / 2));
      return failed(disk_.refused_errno(), "write", path_);
    }
    node_->write(node_->now.size(), bytes);
    return {};
  }
  Status sync() override {
    std::lock_guard lock(disk_.mutex_);
    if (!disk_.admit(OpKind::sync, path_, 0, node_->now.size())) return failed(disk_.refused_errno(), "fsync", path_);
    if (disk_.trouble_ == Trouble::unsafe) return failed(EIO, "fsync", path_);
    if (!disk_.sync_lies_) node_->sync();
    return {};
  }
  Status close() override { return {}; }

 private:
  CrashDisk& disk_;
  std::shared_ptr<CrashDisk::Node> node_;
  std::string path_;
};

class DiskReader final : public storage::ReadableFile {
 public:
  explicit DiskReader(Bytes bytes) : bytes_(std::move(bytes)) {}
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
    const auto from = std::min<std::size_t>(offset, bytes_.size()), have = std::min(size, bytes_.size() - from);
    return to_bytes(ByteView(bytes_).subspan(from, have));
  }
  Result<std::uint64_t> size() override { return bytes_.size(); }

 private:
  Bytes bytes_;  // nobody reads a file while somebody writes it
};

class DiskLock final : public storage::FileLock {
 public:
  DiskLock(DiskEnv& env, std::string path) : env_(env), path_(std::move(path)) {}
  ~DiskLock() override {
    std::lock_guard lock(env_.disk_.mutex_);
    env_.locks_.erase(path_);
  }

 private:
  DiskEnv& env_;
  std::string path_;
};

bool DiskEnv::is_folder(const std::string& path) const {
  return std::ranges::any_of(disk_.names_, [&](const auto& entry) { return is_below(entry.first, path); });
}

Result<std::unique_ptr<storage::WritableFile>> DiskEnv::open_writer(const std::string& path, storage::WriteMode mode) {
  std::lock_guard lock(disk_.mutex_);
  auto& names = disk_.names_;
  if (!names.contains(path)) {
    if (!disk_.admit(OpKind::create, path, 0, 0)) return failed(disk_.refused_errno(), "open", path);
    names[path] = std::make_shared<CrashDisk::Node>();
  } else if (mode == storage::WriteMode::truncate) {
    if (!disk_.admit(OpKind::truncate, path, 0, 0)) return failed(disk_.refused_errno(), "open", path);
    names[path]->truncate(0);
  }
  return std::unique_ptr<storage::WritableFile>(std::make_unique<DiskWriter>(disk_, names[path], path));
}

Result<std::unique_ptr<storage::ReadableFile>> DiskEnv::open_reader(const std::string& path) {
  std::lock_guard lock(disk_.mutex_);
  const auto found = disk_.names_.find(path);
  if (found == disk_.names_.end()) return failed(ENOENT, "open", path);
  return std::unique_ptr<storage::ReadableFile>(std::make_unique<DiskReader>(found->second->now));
}

Status DiskEnv::rename(const std::string& from, const std::string& to) {
  std::lock_guard lock(disk_.mutex_);
  const auto found = disk_.names_.find(from);
  if (found == disk_.names_.end()) return failed(ENOENT, "rename", from);
  if (!disk_.admit(OpKind::rename, to, 0, 0)) return failed(disk_.refused_errno(), "rename", from);
  auto node = found->second;
  disk_.names_.erase(found);
  disk_.names_[to] = std::move(node);
  return {};
}

Status DiskEnv::remove(const std::string& path) {
  std::lock_guard lock(disk_.mutex_);
  if (!disk_.names_.contains(path)) return {};
  if (!disk_.admit(OpKind::remove, path, 0, 0)) return failed(disk_.refused_errno(), "remove", path);
  disk_.names_.erase(path);
  return {};
}

Status DiskEnv::remove_tree(const std::string& path) {
  std::vector<std::string> below;
  {
    std::lock_guard lock(disk_.mutex_);
    for (const auto& entry : disk_.names_)
      if (entry.first == path || is_below(entry.first, path)) below.push_back(entry.first);
  }
  for (const auto& name : below) TRY(remove(name));
  return {};
}

Result<std::vector<std::string>> DiskEnv::list(const std::string& folder) {
  std::lock_guard lock(disk_.mutex_);
  if (disk_.names_.contains(folder)) return failed(ENOTDIR, "list", folder);
  std::set<std::string> names;
  for (const auto& entry : disk_.names_) {
    if (!is_below(entry.first, folder)) continue;
    const auto rest = entry.first.substr(folder.size() + 1);
    names.insert(rest.substr(0, rest.find('/')));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Status DiskEnv::make_dirs(const std::string&) {
  return {};
}

bool DiskEnv::exists(const std::string& path) {
  std::lock_guard lock(disk_.mutex_);
  return disk_.names_.contains(path) || is_folder(path);
}

Result<std::uint64_t> DiskEnv::size(const std::string& path) {
  std::lock_guard lock(disk_.mutex_);
  const auto found = disk_.names_.find(path);
  if (found == disk_.names_.end()) return failed(ENOENT, "stat", path);
  return found->second->now.size();
}

// Less than a reserve needs, so that none is made: it would be the largest file of all.
Result<std::uint64_t> DiskEnv::free_space_bytes(const std::string&) {
  return storage::kReserveBytes;
}

Status DiskEnv::preallocate(const std::string& path, std::uint64_t) {
  return failed(ENOSPC, "preallocate", path);
}

Result<storage::DirSync> DiskEnv::sync_dir(const std::string& folder) {
  std::lock_guard lock(disk_.mutex_);
  if (!disk_.admit(OpKind::sync, folder, 0, 0)) return failed(disk_.refused_errno(), "fsync", folder);
  if (disk_.trouble_ == Trouble::unsafe) return failed(EIO, "fsync", folder);
  if (disk_.sync_lies_) return storage::DirSync::synced;
  const auto here = [&](const auto& entry) { return parent_folder(entry.first) == folder; };
  std::erase_if(disk_.synced_names_, here);
  for (const auto& entry : disk_.names_)
    if (here(entry)) disk_.synced_names_.insert(entry);
  return storage::DirSync::synced;
}

Result<std::unique_ptr<storage::FileLock>> DiskEnv::lock_file(const std::string& path) {
  std::lock_guard lock(disk_.mutex_);
  if (!locks_.insert(path).second)
    return fail(ErrorKind::retry, "another till is already running on this folder (process 1); close it first", path);
  return std::unique_ptr<storage::FileLock>(std::make_unique<DiskLock>(*this, path));
}

}  // namespace till::crash
