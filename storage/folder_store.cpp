#include "storage/folder_store.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace till::storage {
namespace {

constexpr const char* kMarker = "tillstick-store.id";
constexpr std::string_view kMarkerMagic = "tillstick-store-1 ";
constexpr std::uint64_t kMarkerMax = 256;

bool is_missing(const Error& error) {
  return error.kind == ErrorKind::invalid;
}

Result<Id> read_marker(Env& env, const std::string& folder) {
  const auto bytes = env.read_file(join_path(folder, kMarker), kMarkerMax);
  if (!bytes) {
    if (!is_missing(bytes.error())) return fail(bytes.error().context("cannot read the folder " + folder));
    return fail(ErrorKind::invalid,
                folder + " is not a backup place (it has no file " + kMarker +
                    "): plug in the right stick, or set it up as a backup place first",
                bytes.error().cause);
  }
  const auto text = trimmed(as_text(*bytes));
  if (!text.starts_with(kMarkerMagic)) {
    if (text.starts_with("tillstick-store-")) {
      return fail(ErrorKind::permanent,
                  "the folder " + folder + " was set up by a newer version of Tillstick; update this terminal first");
    }
    return corrupt("the file " + std::string(kMarker) + " in " + folder + " is damaged; put back a copy of it");
  }
  auto id = id_from_string(std::string_view(text).substr(kMarkerMagic.size()));
  if (!id) return corrupt("the file " + std::string(kMarker) + " in " + folder + " is damaged; put back a copy of it");
  return id;
}

}  // namespace

Result<std::unique_ptr<FolderStore>> FolderStore::create(Env& env, const std::string& folder, Clock& clock,
                                                         Random& random) {
  if (env.exists(join_path(folder, kMarker))) return open(env, folder);
  const auto id = new_id(clock, random);
  std::unique_ptr<FolderStore> store(new FolderStore(env, folder, id));
  const auto made = [&]() -> Status {
    TRY(store->make_folder(folder));
    return env.write_atomic(join_path(folder, kMarker), view(std::string(kMarkerMagic) + to_string(id) + "\n"),
                            ReadBack::compare);
  }();
  if (!made) return fail(made.error().context("cannot set up the folder " + folder));
  return store;
}

Result<std::unique_ptr<FolderStore>> FolderStore::open(Env& env, const std::string& folder,
                                                       std::optional<Id> expected) {
  const auto id = TRY(read_marker(env, folder));
  if (expected && *expected != id) {
    return fail(ErrorKind::permanent, "another stick or disk is at " + folder + "; plug in the one that was set up");
  }
  return std::unique_ptr<FolderStore>(new FolderStore(env, folder, id));
}

std::string FolderStore::path_of(std::string_view name) const {
  return name.empty() ? folder_ : join_path(folder_, name);
}

Status FolderStore::still_there() {
  const auto id = read_marker(env_, folder_);
  if (id && *id == id_) return {};
  if (id) return fail(ErrorKind::permanent, "another stick or disk is now at " + folder_ + "; plug in the first again");
  if (!is_missing(id.error())) return fail(id.error());
  return fail(ErrorKind::retry, describe() + " is gone; plug the stick in again", id.error().cause);
}

Result<Id> FolderStore::id() {
  TRY(still_there());
  return id_;
}

Status FolderStore::make_folder(const std::string& path) {
  if (env_.exists(path)) return {};
  const auto parent = parent_folder(path);
  if (parent != path) TRY(make_folder(parent));
  TRY(env_.make_dirs(path));
  if (parent != path) TRY(env_.sync_dir(parent));
  return {};
}

Status FolderStore::put(std::string_view name, ByteView bytes) {
  TRY(backup::check_object_name(name));
  if (name == kMarker) return invalid("that name is the marker's own");
  TRY(still_there());
  const auto present = get(name, bytes.size());
  if (!present && present.error().kind != ErrorKind::corrupt) return fail(present.error());
  if (present && *present && equal(**present, bytes)) return {};
  if (!present || *present) {
    return invalid(describe() + " already has something else under the name " + std::string(name));
  }
  const auto path = path_of(name);
  const auto written = [&]() -> Status {
    TRY(make_folder(parent_folder(path)));
    return env_.write_atomic(path, bytes, ReadBack::compare);
  }();
  if (!written) return fail(written.error().context("cannot write to " + describe()));
  return {};
}

Status FolderStore::adopt(std::string_view name, const std::string& file) {
  TRY(backup::check_object_name(name));
  TRY(still_there());
  const auto path = path_of(name);
  if (name == kMarker || env_.exists(path))
    return invalid(describe() + " already has something under the name " + std::string(name));
  const auto moved = [&]() -> Status {
    TRY(make_folder(parent_folder(path)));
    TRY(env_.rename(file, path));
    TRY(env_.sync_dir(parent_folder(path)));
    return {};
  }();
  if (!moved) return fail(moved.error().context("cannot write to " + describe()));
  return {};
}

Result<std::optional<Bytes>> FolderStore::get(std::string_view name, std::uint64_t max_size) {
  TRY(backup::check_object_name(name));
  const auto file = env_.open_reader(path_of(name));
  if (!file) {
    if (!is_missing(file.error())) return fail(file.error().context("cannot read from " + describe()));
    TRY(still_there());
    return std::optional<Bytes>{};
  }
  const auto size = TRY((*file)->size());
  if (size > max_size) return corrupt(std::string(name) + " in " + describe() + " is longer than it can be");
  auto bytes = (*file)->read(0, size);
  if (!bytes) return fail(bytes.error().context("cannot read from " + describe()));
  if (bytes->size() != size) return corrupt(std::string(name) + " in " + describe() + " ended while it was read");
  return std::optional(std::move(*bytes));
}

Status FolderStore::collect(const std::string& name, bool unfinished, std::vector<std::string>& out) {
  const auto entries = TRY(env_.list(path_of(name)));
  for (const auto& entry : entries) {
    const auto child = name.empty() ? entry : name + "/" + entry;
    if (entry.ends_with(backup::kUnfinishedSuffix)) {
      if (unfinished && backup::is_object_name(child.substr(0, child.size() - backup::kUnfinishedSuffix.size()))) {
        out.push_back(child);
      }
      continue;
    }
    if (!backup::is_object_name(child) || child == kMarker) continue;
    const auto folder = collect(child, unfinished, out);
    if (!folder && !is_missing(folder.error())) return folder;
    if (!folder && !unfinished) out.push_back(child);  // what cannot be listed is a file
  }
  return {};
}

Result<std::vector<std::string>> FolderStore::files(std::string_view prefix, bool unfinished) {
  TRY(backup::check_object_prefix(prefix));
  TRY(still_there());
  std::vector<std::string> names;
  const auto below = std::string(prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1));
  const auto collected = collect(below, unfinished, names);
  if (!collected && !(is_missing(collected.error()) && !prefix.empty())) {
    return fail(collected.error().context("cannot read " + describe()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<backup::ObjectInfo>> FolderStore::list(std::string_view prefix) {
  std::vector<backup::ObjectInfo> objects;
  for (auto& name : TRY(files(prefix, false))) {
    const auto size = env_.size(path_of(name));
    if (!size && is_missing(size.error())) continue;  // removed by another terminal in between
    objects.push_back({std::move(name), TRY(size)});
  }
  return objects;
}

Status FolderStore::remove(std::string_view name) {
  TRY(backup::check_object_name(name));
  if (name == kMarker) return invalid("that name is the marker's own");
  TRY(still_there());
  const auto path = path_of(name);
  // Not asked for first: a disk in trouble says of everything that it is not there.
  const auto removed = [&]() -> Status {
    TRY(env_.remove(path));
    if (env_.exists(parent_folder(path))) TRY(env_.sync_dir(parent_folder(path)));
    return {};
  }();
  if (!removed) return fail(removed.error().context("cannot remove from " + describe()));
  return {};
}

Status FolderStore::sweep_unfinished(std::string_view prefix) {
  for (const auto& name : TRY(files(prefix, true))) TRY(env_.remove(path_of(name)));
  return {};
}

Result<backup::StoreSpace> FolderStore::space() {
  return backup::StoreSpace{TRY(env_.free_space_bytes(folder_)), std::nullopt};
}

}  // namespace till::storage
