#include "net/hub/objects.hpp"

#include <algorithm>
#include <charconv>

#include "core/text.hpp"
#include "net/hub/hub_json.hpp"
#include "net/hub/object_pieces.hpp"

namespace till::net {

namespace json = boost::json;
using backup::TenantObjects;

namespace {

constexpr std::string_view kObjects = "/api/v1/objects";
constexpr std::string_view kSpace = "/api/v1/object-space";
constexpr std::string_view kSweep = "/api/v1/object-sweep";

struct Target {
  std::string path;
  std::string_view query;

  [[nodiscard]] std::string_view value(std::string_view name) const {
    for (std::string_view rest = query; !rest.empty();) {
      const auto part = rest.substr(0, rest.find('&'));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) return part.substr(name.size() + 1);
    }
    return {};
  }
  [[nodiscard]] Result<std::uint64_t> number(std::string_view name) const {
    const auto text = value(name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
      return invalid("the request needs '" + std::string(name) + "', a whole number");
    return number;
  }
};

Target target_of(std::string_view text) {
  const auto mark = std::min(text.find('?'), text.size());
  return {std::string(text.substr(0, mark)), text.substr(std::min(mark + 1, text.size()))};
}

ApiAnswer nothing_here() {
  return json_answer({{"error", {{"code", "not_found"}, {"message", "the hub has nothing under this name"}}}}, 404);
}

Result<ApiAnswer> put(TenantObjects& objects, const Id& tenant, std::string_view name, const Target& target,
                      ByteView piece) {
  backup::Upload upload;
  upload.name = name;
  upload.size = TRY(target.number("size"));
  const auto hash = TRY(from_hex(target.value("sha256")));
  if (hash.size() != upload.sha256.size()) return invalid("the request needs 'sha256', 64 hexadecimal digits");
  std::copy(hash.begin(), hash.end(), upload.sha256.begin());
  const auto state = TRY(objects.put_piece(tenant, upload, TRY(target.number("offset")), piece));
  return json_answer({{"have", state.have_bytes}, {"whole", state.whole}});
}

Result<ApiAnswer> get(TenantObjects& objects, const Id& tenant, std::string_view name, const Target& target) {
  const auto limit = std::min<std::uint64_t>(TRY(target.number("limit")), backup::kMaxPieceBytes);
  const auto piece = TRY(objects.get_piece(tenant, name, TRY(target.number("offset")), limit));
  if (!piece) return nothing_here();
  ApiAnswer answer;
  answer.content_type = kPieceType;
  answer.body = join_piece(*piece);
  return answer;
}

Result<ApiAnswer> list(TenantObjects& objects, const Id& tenant, const Target& target) {
  const auto page = TRY(objects.list(tenant, target.value("prefix"), target.value("after")));
  json::array list;
  for (const auto& object : page.objects) list.push_back({{"name", object.name}, {"size", object.size}});
  return json_answer({{"objects", std::move(list)}, {"more", page.more}});
}

Result<ApiAnswer> space(TenantObjects& objects, const Id& tenant) {
  const auto id = TRY(objects.id(tenant));
  const auto space = TRY(objects.space(tenant));
  return json_answer({{"id", to_string(id)}, {"used_bytes", space.used_bytes}, {"quota_bytes", space.quota_bytes}});
}

Result<ApiAnswer> route(TenantObjects& objects, const Id& tenant, const ApiRequest& request) {
  const auto target = target_of(request.target);
  if (request.method == "GET" && target.path == kSpace) return space(objects, tenant);
  if (request.method == "POST" && target.path == kSweep) {
    TRY(objects.sweep_unfinished(tenant, target.value("prefix")));
    return json_answer({{"swept", true}});
  }
  if (request.method == "GET" && target.path == kObjects) return list(objects, tenant, target);
  if (!std::string_view(target.path).starts_with(std::string(kObjects) + "/")) return nothing_here();
  const auto name = std::string_view(target.path).substr(kObjects.size() + 1);
  if (request.method == "PUT") return put(objects, tenant, name, target, request.body);
  if (request.method == "GET") return get(objects, tenant, name, target);
  if (request.method != "DELETE") return nothing_here();
  TRY(objects.remove(tenant, name));
  return json_answer({{"removed", true}});
}

}  // namespace

bool is_object_target(std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  return path == kSpace || path == kSweep || path == kObjects || path.starts_with(std::string(kObjects) + "/");
}

ApiAnswer answer_object_request(TenantObjects& objects, const Id& tenant, const ApiRequest& request) {
  auto answer = route(objects, tenant, request);
  if (answer) return *std::move(answer);
  auto refused = error_answer(answer.error());
  // The sender's fault is invalid; what is corrupt or denied here is the hub's own disk.
  if (answer.error().kind == ErrorKind::corrupt || answer.error().kind == ErrorKind::denied) refused.status = 500;
  if (answer.error().kind == ErrorKind::permanent) refused.status = 507;
  return refused;
}

ObjectService::ObjectService(TenantObjects& objects) : objects_(objects), thread_([this] { loop(); }) {}

ObjectService::~ObjectService() {
  stop();
}

void ObjectService::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void ObjectService::post(const Id& tenant, ApiRequest request, AnswerApi answer) {
  const auto spare = answer;
  if (queue_.try_push({tenant, std::move(request), std::move(answer)})) return;
  ++counts_.refused;
  spare(error_answer({ErrorKind::retry, "the hub has too many files in hand at the moment; try again later", {}}));
}

void ObjectService::loop() {
  while (auto job = queue_.pop()) {
    auto answer = answer_object_request(objects_, job->tenant, job->request);
    ++counts_.requests;
    counts_.bytes_in += job->request.body.size();
    counts_.bytes_out += answer.body.size();
    if (answer.status >= 400) ++counts_.refused;
    job->answer(std::move(answer));
  }
}

}  // namespace till::net
