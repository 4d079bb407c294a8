// What a hub keeps for its tenants beside the log: one object store for each, seen by nobody else. The seam between the
// hub's server (net/hub/objects) and its disk (storage/hub_objects). Names follow object_store.hpp.
//
// Objects come and go in pieces of at most kMaxPieceBytes, so that none is ever in memory whole and no other work waits
// longer than for one piece. An upload is known by its name, size and hash; whoever sends pieces of the same upload
// continues it, whatever came before. Nothing can be read under a name before its upload was whole, matched its hash
// and was durable; then it never changes.
//
// Errors: as ObjectStore's; a full quota and a full disk are permanent, a busy hub is retry. One thread at a time.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/object_store.hpp"
#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"

namespace till::backup {

constexpr std::size_t kMaxPieceBytes = 512 * 1024;
constexpr std::uint64_t kMaxTenantObjectBytes = 64ULL << 20;
constexpr std::size_t kMaxObjectsPerPage = 1000;

struct Upload {
  std::string name;
  std::uint64_t size = 0;
  std::array<std::uint8_t, 32> sha256{};
  auto operator<=>(const Upload&) const = default;
};

struct UploadState {
  std::uint64_t have_bytes = 0;  // the next piece begins here
  bool whole = false;            // durable under its name
};

struct ObjectPiece {
  std::uint64_t object_size = 0;
  Bytes bytes;
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;
  bool more = false;
};

struct TenantSpace {
  std::uint64_t used_bytes = 0, quota_bytes = 0;
};

class TenantObjects {
 public:
  virtual ~TenantObjects() = default;

  // The store's own id; another after the hub's folder was made anew.
  virtual Result<Id> id(const Id& tenant) = 0;
  // A piece that does not begin where the upload stands is passed over; the answer says where it stands.
  virtual Result<UploadState> put_piece(const Id& tenant, const Upload& upload, std::uint64_t offset,
                                        ByteView piece) = 0;
  // nullopt: certainly not there. Fewer than `limit` bytes only at the object's end.
  virtual Result<std::optional<ObjectPiece>> get_piece(const Id& tenant, std::string_view name, std::uint64_t offset,
                                                       std::size_t limit) = 0;
  // Behind the name `after`, in order, at most kMaxObjectsPerPage.
  virtual Result<ObjectPage> list(const Id& tenant, std::string_view prefix, std::string_view after) = 0;
  virtual Status remove(const Id& tenant, std::string_view name) = 0;
  virtual Status sweep_unfinished(const Id& tenant, std::string_view prefix) = 0;
  virtual Result<TenantSpace> space(const Id& tenant) = 0;
};

}  // namespace till::backup
