#include "app/ctl/text_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  if (value.is_array()) {
    std::string all;
    for (const auto& part : value.as_array()) all += (all.empty() ? "" : ", ") + text_of(part);
    return all;
  }
  if (value.is_object()) {
    std::string all;
    for (const auto& [key, part] : value.as_object())
      if (const auto text = text_of(part); key != "id" && !text.empty()) all += (all.empty() ? "" : " ") + text;
    return all;
  }
  return value.is_null() ? std::string() : json::serialize(value);
}

std::string line_of(const json::object& row) {
  std::string line;
  for (const auto& [key, value] : row) {
    auto text = text_of(value);
    if (key == "id" || text.empty()) continue;
    std::ranges::replace(text, '\n', ' ');
    line += (line.empty() ? "" : "  ") + (value.is_bool() ? std::string(key) + "=" + text : text);
  }
  if (const auto* id = row.if_contains("id")) line += "  [" + text_of(*id) + "]";
  return line + "\n";
}

}  // namespace

Status Given::into(std::int32_t& number, const std::string& name, std::int32_t lowest, std::int32_t highest) const {
  if (!has(name)) return {};
  const auto text = (*this)[name];
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < lowest || number > highest)
    return invalid(fmt::format("{} must be a whole number from {} to {}, not '{}'", name, lowest, highest, text));
  return {};
}

Status Given::into(bool& yes, const std::string& name) const {
  if (!has(name)) return {};
  const auto text = (*this)[name];
  if (text != "yes" && text != "no") return invalid(fmt::format("{} must be yes or no, not '{}'", name, text));
  yes = text == "yes";
  return {};
}

Status Given::into(UtcTime& time, const std::string& name) const {
  if (!has(name)) return {};
  const auto text = (*this)[name];
  time = text == "none" ? UtcTime{} : TRY(from_rfc3339(text));
  return {};
}

Status Given::into(domain::Money& money, const std::string& name, const domain::Currency& currency) const {
  if (has(name)) money = TRY(domain::parse_money((*this)[name], currency, "the " + name));
  return {};
}

Status Given::into_milli(std::int64_t& milli, const std::string& name) const {
  if (has(name)) milli = TRY(parse_decimal((*this)[name], 3, "the " + name));
  return {};
}

Status Given::into_colour(std::uint32_t& rgb, const std::string& name) const {
  if (!has(name)) return {};
  const auto text = (*this)[name];
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), rgb, 16);
  if (text.size() != 6 || problem != std::errc{} || end != text.data() + text.size())
    return invalid("a colour is six hexadecimal digits, such as 8A5A44");
  return {};
}

std::vector<std::string> Given::parts(const std::string& name) const {
  std::vector<std::string> found;
  for (const auto& part : split((*this)[name], ','))
    if (auto text = trimmed(part); !text.empty()) found.push_back(std::move(text));
  return found;
}

CLI::App* add_text_command(CLI::App& parent, CtlSession& session, const char* name, const char* help,
                           std::vector<TextOption> options, TextAction action) {
  auto* command = parent.add_subcommand(name, help);
  auto given = std::make_shared<Given>();
  options.push_back({"--user", "who does it"});
  for (const auto& option : options) {
    std::string names = option.name;
    const bool optional = names.ends_with('?') || names.starts_with("--");
    if (names.ends_with('?')) names.pop_back();
    auto key = names.substr(0, names.find(','));
    key.erase(0, key.find_first_not_of('-'));
    auto* added = command->add_option_function<std::string>(
        names, [given, key](const std::string& value) { given->set(key, value); }, option.help);
    if (!optional) added->required();
  }
  session.in_shop(command, [&session, given, act = std::move(action)]() -> Result<CtlReply> {
    const auto actor = TRY(actor_named(session.shop(), (*given)["user"]));
    return act(session.shop(), actor, *given);
  });
  return command;
}

CtlReply reply_of_row(json::object row) {
  CtlReply reply;
  reply.text = line_of(row);
  reply.json = std::move(row);
  return reply;
}

CtlReply reply_of_rows(json::array rows) {
  CtlReply reply;
  for (const auto& row : rows) reply.text += line_of(row.as_object());
  if (rows.empty()) reply.text = "none\n";
  reply.json = std::move(rows);
  return reply;
}

CtlReply reply_of_removal(const std::string& name) {
  return CtlReply{json::object{{"removed", name}}, name + " is removed\n", 0, {}};
}

}  // namespace till::app
