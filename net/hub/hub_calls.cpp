#include "net/hub/hub_calls.hpp"

#include <optional>

#include "core/text.hpp"
#include "net/http_url.hpp"
#include "net/hub/authenticator.hpp"

namespace till::net {

namespace json = boost::json;

namespace {

constexpr std::size_t kMaxSentence = 300;

struct HubSays {
  std::string code, message;
  std::optional<std::int64_t> hub_time_us;
};

HubSays read_refusal(const HttpAnswer& answer) {
  HubSays says;
  const auto object = parse_json_object(answer.body);
  if (!object) return says;
  if (const auto time = json_number(*object, "time_us"); time && *time <= INT64_MAX)
    says.hub_time_us = static_cast<std::int64_t>(*time);
  const auto* error = object->if_contains("error");
  if (error == nullptr || !error->is_object()) return says;
  says.code = json_text(error->as_object(), "code").value_or("");
  says.message = json_text(error->as_object(), "message", 4096).value_or("");
  if (!is_valid_utf8(says.message)) says.message.clear();
  says.message = clipped(says.message, kMaxSentence);
  return says;
}

ErrorKind kind_of(int status) {
  if (status == 429 || status == 503) return ErrorKind::retry;
  if (status == 401 || status == 403) return ErrorKind::denied;
  return status == 400 ? ErrorKind::invalid : ErrorKind::permanent;
}

HttpClientOptions client_options(const HubAddress& address) {
  HttpClientOptions options;
  options.peer = "the hub";
  options.ca_file = address.ca_file;
  return options;
}

}  // namespace

Error nonsense(std::string cause) {
  return {ErrorKind::corrupt, "the hub answers nonsense; check that the address is a hub's and of this version",
          std::move(cause)};
}

Error refusal(const HttpAnswer& answer) {
  const auto says = read_refusal(answer);
  const std::string cause = "HTTP " + std::to_string(answer.status) + " " + says.code;
  if (says.message.empty()) return nonsense(cause);
  return {kind_of(answer.status), "the hub says: " + says.message, cause};
}

bool says_locked_out(const Error& error) {
  return error.kind == ErrorKind::denied && error.cause.ends_with(" " + std::string(kRevoked));
}

HubCalls::HubCalls(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random)
    : address_(std::move(address)),
      credentials_(std::move(credentials)),
      clock_(clock),
      random_(random),
      http_(client_options(address_)) {}

Result<HttpAnswer> HubCalls::signed_call(const std::string& method, const std::string& target, ByteView body,
                                         std::string_view type) {
  const UtcTime time{clock_.now().us + hub_ahead_us_};
  HttpCall request;
  request.method = method;
  request.url = TRY(parse_https_url(address_.url)).base() + target;
  request.headers = {{"Authorization", TRY(authorization_for(credentials_, method, target, body, time, random_))},
                     {"Content-Type", std::string(type)}};
  request.body = to_bytes(body);
  return http_.send(request);
}

Result<HttpAnswer> HubCalls::ask(const std::string& method, const std::string& target, ByteView body,
                                 std::string_view type) {
  auto answer = TRY(signed_call(method, target, body, type));
  if (answer.status != 401) return answer;
  const auto says = read_refusal(answer);
  if (says.code != kWrongTime || !says.hub_time_us) return answer;
  hub_ahead_us_ = *says.hub_time_us - clock_.now().us;
  return signed_call(method, target, body, type);
}

Result<HttpAnswer> HubCalls::call(const std::string& method, const std::string& target, ByteView body,
                                  std::string_view type) {
  auto answer = TRY(ask(method, target, body, type));
  if (answer.status < 200 || answer.status > 299) return fail(refusal(answer));
  return answer;
}

Result<json::object> HubCalls::call_json(const std::string& method, const std::string& target,
                                         const json::object* body) {
  const auto text = body == nullptr ? std::string() : json::serialize(*body);
  const auto answer = TRY(call(method, target, view(text), "application/json"));
  return from_hub(parse_json_object(answer.body));
}

Result<HttpAnswer> HubCalls::get_unsigned(const std::string& target) {
  HttpCall request;
  request.url = TRY(parse_https_url(address_.url)).base() + target;
  auto answer = TRY(http_.send(request));
  if (answer.status != 200) return fail(refusal(answer));
  return answer;
}

}  // namespace till::net
