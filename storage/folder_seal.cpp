#include "storage/folder_seal.hpp"

#include <filesystem>
#include <map>
#include <mutex>

#include "security/page_seal.hpp"
#include "storage/sealed_vfs.hpp"

namespace till::storage {
namespace {

constexpr std::string_view kPastTheSeal = "past the seal/";

struct Sealed {
  security::SecretBytes key;
  int holders = 0;
  std::map<std::string, std::unique_ptr<SealedVfs>> over;  // by the VFS below
};

struct Folders {
  std::mutex mutex;
  std::map<std::string, Sealed> sealed;

  Sealed* of(const std::string& path) {
    if (path.empty() || path == ":memory:") return nullptr;
    for (auto folder = parent_folder(absolute(path));; folder = parent_folder(folder)) {
      if (const auto found = sealed.find(folder); found != sealed.end()) return &found->second;
      if (folder == "/") return nullptr;
    }
  }
  // One spelling for one folder, without "..", doubled and closing slashes.
  static std::string absolute(const std::string& path) {
    auto text = std::filesystem::absolute(path).lexically_normal().string();
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    return text;
  }
};

Folders& folders() {
  static auto* const all = new Folders;  // SQLite may close a file after everything static is gone
  return *all;
}

}  // namespace

Result<std::unique_ptr<FolderSeal>> FolderSeal::establish(const std::string& folder, const security::SecretBytes& key) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  const auto spelled = Folders::absolute(folder);
  auto& sealed = all.sealed[spelled];
  if (sealed.holders > 0 && !(sealed.key == key))
    return fail(ErrorKind::permanent, "this folder is open under another key; close it first");
  if (sealed.holders == 0) sealed.key = key.clone();
  ++sealed.holders;
  return std::unique_ptr<FolderSeal>(new FolderSeal(spelled));
}

FolderSeal::~FolderSeal() {
  if (!kept_) end(folder_);
}

void FolderSeal::end(const std::string& folder) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  const auto found = all.sealed.find(Folders::absolute(folder));
  if (found != all.sealed.end() && --found->second.holders == 0) all.sealed.erase(found);
}

std::string past_the_seal(const std::string& vfs) {
  return std::string(kPastTheSeal) + vfs;
}

Result<std::unique_ptr<security::PageSealer>> sealer_for(const std::string& path) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  const auto* sealed = all.of(path);
  if (sealed == nullptr) return std::unique_ptr<security::PageSealer>();
  return security::PageSealer::create(sealed->key);
}

Result<std::string> vfs_for(const std::string& path, const std::string& vfs) {
  if (vfs.starts_with(kPastTheSeal)) return vfs.substr(kPastTheSeal.size());
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  auto* sealed = all.of(path);
  if (sealed == nullptr) return vfs;
  auto& over = sealed->over[vfs];
  if (!over) over = TRY(SealedVfs::create(vfs, sealed->key));
  return over->name();
}

bool is_in_sealed_folder(const std::string& path) {
  auto& all = folders();
  std::lock_guard lock(all.mutex);
  return all.of(path) != nullptr;
}

}  // namespace till::storage
