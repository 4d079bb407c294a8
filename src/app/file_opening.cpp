#include "app/file_opening.hpp"

#include <boost/json.hpp>
#include <filesystem>

#include "app/control_socket.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

// Empty when it is not an object with that text.
std::optional<std::string> text_in(std::string_view wire, std::string_view key) {
  boost::system::error_code problem;
  const auto parsed = json::parse(wire, problem);
  if (problem || !parsed.is_object()) return std::nullopt;
  const auto* value = parsed.as_object().if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->as_string());
}

}  // namespace

Result<bool> show_in_running_till(const std::string& folder, const std::string& file) {
  const auto socket = (std::filesystem::path(folder) / "control.sock").string();
  if (!std::filesystem::exists(socket)) return false;
  const auto answer = ask_control_server(socket, json::serialize(json::object{{"open_file", file}}));
  if (!answer) return false;
  const auto problem = text_in(*answer, "problem");
  if (!problem)
    return corrupt("the running till gave an answer that cannot be read; close it and start it with the file");
  if (problem->empty()) return true;
  return invalid(*problem);
}

std::optional<std::string> file_to_open(std::string_view request) {
  return text_in(request, "open_file");
}

std::string answer_to_open(const Status& shown) {
  return json::serialize(json::object{{"problem", shown ? std::string() : shown.error().message}});
}

}  // namespace till::app
