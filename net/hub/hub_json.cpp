#include "net/hub/hub_json.hpp"

#include <fmt/format.h>

namespace till::net {

namespace json = boost::json;

namespace {

tl::unexpected<Error> missing(std::string_view name, std::string_view what) {
  return invalid(fmt::format("the request needs '{}', {}", name, what));
}

int status_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::retry:
      return 503;
    case ErrorKind::denied:
      return 403;
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::corrupt:
      return 400;
    case ErrorKind::permanent:
      return 500;
  }
  return 500;
}

}  // namespace

Result<json::object> parse_json_object(ByteView body) {
  boost::system::error_code ec;
  json::parse_options options;
  options.max_depth = 8;
  auto value = json::parse(json::string_view(as_text(body)), ec, {}, options);
  if (ec || !value.is_object())
    return fail(ErrorKind::invalid, "what was sent is not a JSON object", ec ? ec.message() : "not an object");
  return std::move(value.as_object());
}

Result<std::string> json_text(const json::object& object, std::string_view name, std::size_t max_size) {
  const auto* value = object.if_contains(json::string_view(name));
  if (value == nullptr || !value->is_string() || value->as_string().size() > max_size)
    return missing(name, fmt::format("a text of at most {} characters", max_size));
  return std::string(value->as_string());
}

Result<Id> json_id(const json::object& object, std::string_view name) {
  const auto text = json_text(object, name);
  if (!text) return missing(name, "an id");
  const auto id = id_from_string(*text);
  if (!id) return missing(name, "an id like 0192f0c1-7a3e-7cc0-98c8-6f3b2f1c9a10");
  return *id;
}

Result<Bytes> json_hex(const json::object& object, std::string_view name, std::size_t max_bytes) {
  const auto text = json_text(object, name, max_bytes * 2);
  if (!text) return missing(name, fmt::format("hexadecimal text of at most {} bytes", max_bytes));
  auto bytes = from_hex(*text);
  if (!bytes) return missing(name, "hexadecimal text");
  return bytes;
}

Result<std::uint64_t> json_number(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(json::string_view(name));
  if (value != nullptr && value->is_uint64()) return value->as_uint64();
  if (value != nullptr && value->is_int64() && value->as_int64() >= 0)
    return static_cast<std::uint64_t>(value->as_int64());
  return missing(name, "a whole number");
}

bool json_flag(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(json::string_view(name));
  return value != nullptr && value->is_bool() && value->as_bool();
}

ApiAnswer json_answer(const json::object& object, int status) {
  ApiAnswer answer;
  answer.status = status;
  answer.body = to_bytes(std::string_view(json::serialize(object)));
  return answer;
}

ApiAnswer error_answer(const Error& error) {
  const std::string code(error.cause == kRevoked ? kRevoked : to_string(error.kind));
  auto answer = json_answer({{"error", {{"code", code}, {"message", error.message}}}}, status_of(error));
  if (error.kind == ErrorKind::retry) answer.retry_after_s = 5;
  return answer;
}

}  // namespace till::net
