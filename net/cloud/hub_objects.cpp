#include "net/cloud/hub_objects.hpp"

#include <algorithm>
#include <atomic>

#include "backup/tenant_objects.hpp"
#include "net/hub/hub_calls.hpp"
#include "net/hub/object_pieces.hpp"
#include "security/hash.hpp"

namespace till::net {

namespace json = boost::json;

namespace {

constexpr std::string_view kBytesType = "application/octet-stream";
constexpr std::size_t kMaxPages = 10'000;

std::string target_of(std::string_view name) {
  return "/api/v1/objects/" + std::string(name);
}

Result<backup::ObjectInfo> read_object(const json::value& value) {
  if (!value.is_object()) return fail(nonsense("an object of the list is not one"));
  backup::ObjectInfo object;
  object.name = TRY(from_hub(json_text(value.as_object(), "name")));
  object.size = TRY(from_hub(json_number(value.as_object(), "size")));
  if (!backup::is_object_name(object.name)) return fail(nonsense("a name that no store can keep"));
  return object;
}

}  // namespace

struct HubObjects::Impl {
  HubCalls calls;
  std::function<Status()> leave;

  Status may_go_on() const { return leave ? leave() : Status{}; }
  Result<backup::UploadState> put_piece(const std::string& target, std::uint64_t offset, ByteView piece);
  // nullopt: not there.
  Result<std::optional<backup::ObjectPiece>> get_piece(std::string_view name, std::uint64_t offset,
                                                       std::uint64_t limit);
};

Result<backup::UploadState> HubObjects::Impl::put_piece(const std::string& target, std::uint64_t offset,
                                                        ByteView piece) {
  TRY(may_go_on());
  const auto answer = TRY(calls.call("PUT", target + "&offset=" + std::to_string(offset), piece, kBytesType));
  const auto object = TRY(from_hub(parse_json_object(answer.body)));
  return backup::UploadState{TRY(from_hub(json_number(object, "have"))), json_flag(object, "whole")};
}

Result<std::optional<backup::ObjectPiece>> HubObjects::Impl::get_piece(std::string_view name, std::uint64_t offset,
                                                                       std::uint64_t limit) {
  TRY(may_go_on());
  const auto target = target_of(name) + "?offset=" + std::to_string(offset) + "&limit=" + std::to_string(limit);
  const auto answer = TRY(calls.ask("GET", target, {}, kBytesType));
  if (answer.status == 404) return std::optional<backup::ObjectPiece>{};
  if (answer.status != 200) return fail(refusal(answer));
  if (answer.content_type != kPieceType) return fail(nonsense("content type " + answer.content_type));
  auto piece = TRY(from_hub(split_piece(answer.body)));
  if (piece.bytes.size() > limit || offset + piece.bytes.size() > piece.object_size)
    return fail(nonsense("a piece that lies beyond its object"));
  return std::optional(std::move(piece));
}

HubObjects::HubObjects(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random)
    : impl_(new Impl{{std::move(address), std::move(credentials), clock, random}, {}}) {}

HubObjects::~HubObjects() = default;

Result<Id> HubObjects::id() {
  const auto object = TRY(impl_->calls.call_json("GET", "/api/v1/object-space", nullptr));
  return from_hub(json_id(object, "id"));
}

Status HubObjects::put(std::string_view name, ByteView bytes) {
  TRY(backup::check_object_name(name));
  if (bytes.size() > backup::kMaxTenantObjectBytes)
    return fail(ErrorKind::permanent, "the hub keeps nothing larger than 64 MB under one name");
  const auto target =
      target_of(name) + "?size=" + std::to_string(bytes.size()) + "&sha256=" + to_hex(security::sha256(bytes));
  backup::UploadState state;
  // A large object may have been sent in part, or whole, before: ask first.
  if (bytes.size() > backup::kMaxPieceBytes) state = TRY(impl_->put_piece(target, 0, {}));
  // Twice as many as there are pieces: when another call sends the same, or the hub forgot what it had, one sends
  // again.
  for (auto tries = 2 * (bytes.size() / backup::kMaxPieceBytes + 2); !state.whole; --tries) {
    if (tries == 0 || state.have_bytes > bytes.size())
      return fail(ErrorKind::retry, "the hub loses what it is sent; it will be sent again later");
    const auto piece = bytes.subspan(state.have_bytes);
    state =
        TRY(impl_->put_piece(target, state.have_bytes, piece.first(std::min(piece.size(), backup::kMaxPieceBytes))));
  }
  return {};
}

Result<std::optional<Bytes>> HubObjects::get(std::string_view name, std::uint64_t max_size) {
  TRY(backup::check_object_name(name));
  auto first = TRY(impl_->get_piece(name, 0, std::min<std::uint64_t>(max_size, backup::kMaxPieceBytes)));
  if (!first) return std::optional<Bytes>{};
  if (first->object_size > max_size) return corrupt(std::string(name) + " on the hub is longer than it can be");
  Bytes bytes = std::move(first->bytes);
  bytes.reserve(first->object_size);
  while (bytes.size() < first->object_size) {
    const auto next = TRY(impl_->get_piece(name, bytes.size(), backup::kMaxPieceBytes));
    if (!next) return fail(ErrorKind::retry, std::string(name) + " was removed from the hub while it was read");
    if (next->object_size != first->object_size || next->bytes.empty())
      return corrupt(std::string(name) + " changed on the hub while it was read");
    bytes.insert(bytes.end(), next->bytes.begin(), next->bytes.end());
  }
  return std::optional(std::move(bytes));
}

Result<std::vector<backup::ObjectInfo>> HubObjects::list(std::string_view prefix) {
  TRY(backup::check_object_prefix(prefix));
  std::vector<backup::ObjectInfo> objects;
  for (std::size_t page = 0; page < kMaxPages; ++page) {
    const auto after = objects.empty() ? std::string() : objects.back().name;
    const auto target = "/api/v1/objects?prefix=" + std::string(prefix) + "&after=" + after;
    const auto answer = TRY(impl_->calls.call_json("GET", target, nullptr));
    const auto* list = answer.if_contains("objects");
    if (list == nullptr || !list->is_array()) return fail(nonsense("no list of objects"));
    for (const auto& value : list->as_array()) {
      objects.push_back(TRY(read_object(value)));
      if (!objects.back().name.starts_with(prefix) || objects.back().name <= after)
        return fail(nonsense("a list that is not in order"));
    }
    if (!json_flag(answer, "more") || list->as_array().empty()) return objects;
  }
  return fail(nonsense("a list without an end"));
}

Status HubObjects::remove(std::string_view name) {
  TRY(backup::check_object_name(name));
  (void)TRY(impl_->calls.call("DELETE", target_of(name), {}, kBytesType));
  return {};
}

Status HubObjects::sweep_unfinished(std::string_view prefix) {
  TRY(backup::check_object_prefix(prefix));
  (void)TRY(impl_->calls.call("POST", "/api/v1/object-sweep?prefix=" + std::string(prefix), {}, kBytesType));
  return {};
}

Result<backup::StoreSpace> HubObjects::space() {
  const auto object = TRY(impl_->calls.call_json("GET", "/api/v1/object-space", nullptr));
  const auto used = TRY(from_hub(json_number(object, "used_bytes")));
  const auto quota = TRY(from_hub(json_number(object, "quota_bytes")));
  return backup::StoreSpace{quota - std::min(used, quota), quota};
}

std::string HubObjects::describe() const {
  return "the hub " + impl_->calls.address().url;
}

void HubObjects::before_each_piece(std::function<Status()> leave) {
  impl_->leave = std::move(leave);
}

void HubObjects::stop() {
  impl_->calls.stop();
}

}  // namespace till::net
