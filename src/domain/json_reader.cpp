#include "domain/json_reader.hpp"

#include <fmt/format.h>

#include <boost/json/basic_parser_impl.hpp>
#include <set>

#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::domain {
namespace json = boost::json;
namespace {

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxText = 500;

// Boost.JSON keeps the last of two equal keys without a word; this pass only looks for them.
struct KeyCheck {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  using Code = json::error_code;
  std::vector<std::set<std::string>> open;
  std::string key, doubled;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return open.emplace_back(), true; }
  bool on_object_end(std::size_t, Code&) { return open.pop_back(), true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, Code&) { return key.append(part.data(), part.size()), true; }
  bool on_key(json::string_view part, std::size_t, Code&) {
    key.append(part.data(), part.size());
    if (!open.back().insert(key).second) doubled = key;
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, Code&) { return true; }
  bool on_string(json::string_view, std::size_t, Code&) { return true; }
  bool on_number_part(json::string_view, Code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Code&) { return true; }
  bool on_double(double, json::string_view, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }
};

std::string doubled_key(std::string_view text, const json::parse_options& options) {
  json::basic_parser<KeyCheck> parser(options);
  json::error_code ec;
  parser.write_some(false, text.data(), text.size(), ec);
  return parser.handler().doubled;
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t max_bytes, std::string_view what) {
  if (text.size() > max_bytes)
    return invalid(fmt::format("the {} is larger than {} KiB; split it", what, max_bytes / 1024));
  json::parse_options options;
  options.max_depth = kMaxDepth;
  try {
    json::error_code ec;
    auto value = json::parse(json::string_view(text.data(), text.size()), ec, {}, options);
    if (ec)
      return fail(ErrorKind::invalid, fmt::format("the {} is not proper JSON; check brackets, commas and quotes", what),
                  ec.message());
    if (const auto key = doubled_key(text, options); !key.empty())
      return invalid(fmt::format("the {} has the key '{}' twice in one object; keep one", what, clipped(key, 40)));
    return value;
  } catch (const std::exception& e) {
    return fail(ErrorKind::invalid, fmt::format("the {} cannot be read", what), e.what());
  }
}

Result<std::string> text_of(const json::value& value, std::string_view where) {
  if (value.is_number()) return invalid(fmt::format("{} is a bare number; write it in quotes, like \"15.70\"", where));
  if (!value.is_string()) return invalid(fmt::format("{} must be text in quotes", where));
  const auto& text = value.get_string();
  if (text.size() > kMaxText) return invalid(fmt::format("{} is longer than {} bytes; shorten it", where, kMaxText));
  return std::string(text.data(), text.size());
}

Result<JsonObject> JsonObject::of(const json::value& value, std::string where) {
  if (!value.is_object()) return invalid(fmt::format("{} must be an object in braces", where));
  return JsonObject(value.get_object(), std::move(where));
}

Status JsonObject::only(std::initializer_list<std::string_view> keys) const {
  for (const auto& member : *object_) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      return bad(fmt::format("has the unknown key '{}'; remove or correct it", clipped(key, 40)));
  }
  return {};
}

const json::value* JsonObject::find(std::string_view key) const {
  const auto* value = object_->if_contains(json::string_view(key.data(), key.size()));
  return value != nullptr && !value->is_null() ? value : nullptr;
}

Result<std::string> JsonObject::text(std::string_view key) const {
  const auto* value = find(key);
  if (value == nullptr) return bad(fmt::format("has no \"{}\"; add it", key));
  return text_of(*value, fmt::format("\"{}\" of {}", key, where_));
}

Result<std::string> JsonObject::text_or(std::string_view key, std::string fallback) const {
  if (find(key) == nullptr) return fallback;
  return text(key);
}

Result<std::int64_t> JsonObject::decimal(std::string_view key, int scale) const {
  const auto number = TRY(text(key));
  return parse_decimal(number, scale, fmt::format("\"{}\" of {}", key, where_));
}

Result<Money> JsonObject::money(std::string_view key, const Currency& currency) const {
  const auto amount = TRY(text(key));
  return parse_money(amount, currency, fmt::format("\"{}\" of {}", key, where_));
}

Result<bool> JsonObject::flag_or(std::string_view key, bool fallback) const {
  const auto* value = find(key);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) return bad(fmt::format("has a \"{}\" that is neither true nor false", key));
  return value->get_bool();
}

Result<const json::array*> JsonObject::array(std::string_view key) const {
  const auto* value = find(key);
  if (value == nullptr) return bad(fmt::format("has no \"{}\"; add it", key));
  if (!value->is_array()) return bad(fmt::format("has a \"{}\" that is not a list in square brackets", key));
  return &value->get_array();
}

tl::unexpected<Error> JsonObject::bad(std::string_view why) const {
  return invalid(fmt::format("{} {}", where_, why));
}

}  // namespace till::domain
