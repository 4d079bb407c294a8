#include "storage/hub_objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "security/hash.hpp"

namespace till::storage {

using backup::Upload;

namespace {

std::string objects_folder(const std::string& root) {
  return join_path(root, "objects");
}
std::string uploads_folder(const std::string& root) {
  return join_path(root, "uploads");
}

bool is_missing(const Error& error) {
  return error.kind == ErrorKind::invalid;
}

Status check(const Upload& upload, std::uint64_t offset, ByteView piece) {
  TRY(backup::check_object_name(upload.name));
  if (upload.size > backup::kMaxTenantObjectBytes)
    return fail(ErrorKind::permanent, "the hub keeps nothing larger than 64 MB under one name");
  if (piece.size() > backup::kMaxPieceBytes) return invalid("a piece of an object is larger than the hub takes");
  if (offset > upload.size || piece.size() > upload.size - offset)
    return invalid("a piece of an object lies beyond its end");
  return {};
}

}  // namespace

Result<std::unique_ptr<HubObjectFolders>> HubObjectFolders::open(Env& env, const std::string& root, Clock& clock,
                                                                 Random& random, std::uint64_t quota_bytes) {
  TRY(env.remove_tree(uploads_folder(root)));
  TRY(env.make_dirs(uploads_folder(root)));
  TRY(env.make_dirs(objects_folder(root)));
  TRY(env.sync_dir(root));
  return std::unique_ptr<HubObjectFolders>(new HubObjectFolders(env, root, clock, random, quota_bytes));
}

Result<HubObjectFolders::Shelf*> HubObjectFolders::shelf(const Id& tenant) {
  const auto known = shelves_.find(tenant);
  if (known != shelves_.end()) return &known->second;
  Shelf shelf;
  shelf.store = TRY(FolderStore::create(env_, join_path(objects_folder(root_), to_string(tenant)), clock_, random_));
  TRY(shelf.store->sweep_unfinished(""));
  for (const auto& object : TRY(shelf.store->list(""))) shelf.used_bytes += object.size;
  return &shelves_.emplace(tenant, std::move(shelf)).first->second;
}

Result<Id> HubObjectFolders::id(const Id& tenant) {
  return TRY(shelf(tenant))->store->id();
}

Result<bool> HubObjectFolders::has_hash(const std::string& path, const Upload& upload) {
  const auto file = TRY(env_.open_reader(path));
  security::Sha256 hash;
  for (std::uint64_t at = 0; at < upload.size;) {
    const auto bytes = TRY(file->read(at, backup::kMaxPieceBytes));
    if (bytes.empty()) return false;
    hash.update(bytes);
    at += bytes.size();
  }
  return hash.finish() == upload.sha256;
}

Result<bool> HubObjectFolders::is_stored(const Shelf& shelf, const Upload& upload) {
  const auto path = join_path(shelf.store->folder(), upload.name);
  const auto size = env_.size(path);
  if (!size && is_missing(size.error())) return false;
  if (TRY(size) == upload.size && TRY(has_hash(path, upload))) return true;
  return invalid("the hub already has something else under the name " + upload.name);
}

void HubObjectFolders::drop(Shelf& shelf, std::map<Upload, Progress>::iterator upload) {
  (void)env_.remove(upload->second.path);  // what stays is swept when the hub starts
  shelf.uploads.erase(upload);
}

Status HubObjectFolders::begin(Shelf& shelf, const Upload& upload) {
  if (shelf.uploads.size() >= kMaxUploads)
    drop(shelf, std::ranges::min_element(shelf.uploads, {}, [](const auto& u) { return u.second.touched; }));
  std::uint64_t taken = shelf.used_bytes;
  for (const auto& [other, progress] : shelf.uploads) taken += other.size;
  if (taken > quota_bytes_ || upload.size > quota_bytes_ - taken)
    return fail(ErrorKind::permanent,
                fmt::format("this shop's space on the hub is full ({} MB); remove old backups there, or ask the hub's "
                            "administrator for more",
                            quota_bytes_ >> 20));
  if (TRY(env_.free_space_bytes(root_)) < upload.size + kDiskReserveBytes)
    return fail(ErrorKind::permanent, "the hub's disk is full; ask the hub's administrator to make room");
  Progress progress;
  progress.path = join_path(uploads_folder(root_), std::to_string(++last_upload_) + ".part");
  TRY(TRY(env_.open_writer(progress.path, WriteMode::truncate))->close());
  shelf.uploads.emplace(upload, std::move(progress));
  return {};
}

Status HubObjectFolders::append(Progress& progress, ByteView piece, bool last) {
  const auto file = TRY(env_.open_writer(progress.path, WriteMode::append));
  TRY(file->append(piece));
  if (last) TRY(file->sync());
  TRY(file->close());
  progress.have_bytes += piece.size();
  return {};
}

Status HubObjectFolders::publish(Shelf& shelf, const Upload& upload, const Progress& progress) {
  if (!TRY(has_hash(progress.path, upload)))
    return fail(ErrorKind::retry, "what reached the hub is not what was sent; it must be sent again");
  TRY(shelf.store->adopt(upload.name, progress.path));
  shelf.used_bytes += upload.size;
  return {};
}

Result<backup::UploadState> HubObjectFolders::put_piece(const Id& tenant, const Upload& upload, std::uint64_t offset,
                                                        ByteView piece) {
  TRY(check(upload, offset, piece));
  Shelf& shelf = *TRY(this->shelf(tenant));
  if (!shelf.uploads.contains(upload)) {
    if (TRY(is_stored(shelf, upload))) return backup::UploadState{upload.size, true};
    TRY(begin(shelf, upload));
  }
  const auto at = shelf.uploads.find(upload);
  Progress& progress = at->second;
  progress.touched = ++last_touch_;
  if (offset != progress.have_bytes) return backup::UploadState{progress.have_bytes, false};
  const bool last = offset + piece.size() == upload.size;
  const auto stored = [&]() -> Status {
    TRY(append(progress, piece, last));
    if (last) TRY(publish(shelf, upload, progress));
    return {};
  }();
  const backup::UploadState state{progress.have_bytes, last};
  if (!stored || last) drop(shelf, at);
  if (!stored) return fail(stored.error());
  return state;
}

Result<std::optional<backup::ObjectPiece>> HubObjectFolders::get_piece(const Id& tenant, std::string_view name,
                                                                       std::uint64_t offset, std::size_t limit) {
  TRY(backup::check_object_name(name));
  const Shelf& shelf = *TRY(this->shelf(tenant));
  const auto file = env_.open_reader(join_path(shelf.store->folder(), name));
  if (!file && is_missing(file.error())) return std::optional<backup::ObjectPiece>{};
  if (!file) return fail(file.error());
  backup::ObjectPiece piece;
  piece.object_size = TRY((*file)->size());
  if (limit > 0 && offset < piece.object_size)
    piece.bytes = TRY((*file)->read(offset, std::min(limit, backup::kMaxPieceBytes)));
  return std::optional(std::move(piece));
}

Result<backup::ObjectPage> HubObjectFolders::list(const Id& tenant, std::string_view prefix, std::string_view after) {
  if (!after.empty()) TRY(backup::check_object_name(after));
  auto all = TRY(TRY(shelf(tenant))->store->list(prefix));
  const auto first = std::ranges::find_if(all, [&](const auto& object) { return object.name > after; });
  all.erase(all.begin(), first);
  backup::ObjectPage page;
  page.more = all.size() > backup::kMaxObjectsPerPage;
  if (page.more) all.resize(backup::kMaxObjectsPerPage);
  page.objects = std::move(all);
  return page;
}

Status HubObjectFolders::remove(const Id& tenant, std::string_view name) {
  TRY(backup::check_object_name(name));
  Shelf& shelf = *TRY(this->shelf(tenant));
  const auto size = env_.size(join_path(shelf.store->folder(), name));
  TRY(shelf.store->remove(name));
  if (size) shelf.used_bytes -= std::min(shelf.used_bytes, *size);
  return {};
}

Status HubObjectFolders::sweep_unfinished(const Id& tenant, std::string_view prefix) {
  Shelf& shelf = *TRY(this->shelf(tenant));
  TRY(shelf.store->sweep_unfinished(prefix));
  for (auto at = shelf.uploads.begin(); at != shelf.uploads.end();) {
    const auto next = std::next(at);
    if (at->first.name.starts_with(prefix)) drop(shelf, at);
    at = next;
  }
  return {};
}

Result<backup::TenantSpace> HubObjectFolders::space(const Id& tenant) {
  return backup::TenantSpace{TRY(shelf(tenant))->used_bytes, quota_bytes_};
}

}  // namespace till::storage
