// Reading foreign JSON strictly: bounded, no doubled keys, no unknown keys, amounts as strings. Shared by the basket
// file and the barcode rules; for bodies only, since it shows Boost.JSON.
#pragma once

#include <boost/json.hpp>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "domain/money.hpp"

namespace till::domain {

// At most `max_bytes`, depth 16, one value, valid UTF-8, no key twice in an object. `what` names the file in sentences.
Result<boost::json::value> parse_json(std::string_view text, std::size_t max_bytes, std::string_view what);

// An object at a place, such as "line 'a'"; every accessor's error names the place.
class JsonObject {
 public:
  static Result<JsonObject> of(const boost::json::value& value, std::string where);
  // Invalid, by name, if there is a key that is not listed.
  [[nodiscard]] Status only(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] const boost::json::value* find(std::string_view key) const;  // null counts as absent
  [[nodiscard]] Result<std::string> text(std::string_view key) const;        // required, at most 500 bytes
  [[nodiscard]] Result<std::string> text_or(std::string_view key, std::string fallback) const;
  [[nodiscard]] Result<std::int64_t> decimal(std::string_view key, int scale) const;        // required
  [[nodiscard]] Result<Money> money(std::string_view key, const Currency& currency) const;  // required
  [[nodiscard]] Result<bool> flag_or(std::string_view key, bool fallback) const;
  [[nodiscard]] Result<const boost::json::array*> array(std::string_view key) const;  // required
  [[nodiscard]] const boost::json::object& object() const { return *object_; }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] tl::unexpected<Error> bad(std::string_view why) const;

 private:
  JsonObject(const boost::json::object& object, std::string where) : object_(&object), where_(std::move(where)) {}
  const boost::json::object* object_;
  std::string where_;
};

// A JSON string's text; a number is refused with a sentence that says to quote it.
Result<std::string> text_of(const boost::json::value& value, std::string_view where);

}  // namespace till::domain
