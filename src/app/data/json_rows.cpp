#include "app/data/json_rows.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <deque>

namespace till::app {
namespace {

namespace json = boost::json;
using Code = json::error_code;

constexpr std::size_t kPieceBytes = 4096;
constexpr std::size_t kMaxDepth = 8;

// Hears the parser's events and keeps the objects that are complete.
class RowCollector {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  explicit RowCollector(const JsonLimits& limits) : limits_(limits) {}

  std::deque<JsonRow> ready;
  std::size_t line = 1;
  std::string problem;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }

  bool on_array_begin(Code& code) {
    if (place_ == Place::outside) return enter(Place::rows);
    if (place_ == Place::row) return enter(Place::list);
    return refuse(code, "a list stands where it means nothing; the file is one list of objects with plain values");
  }
  bool on_array_end(std::size_t, Code&) {
    if (place_ == Place::rows) return enter(Place::outside);
    place_ = Place::row;
    return keep_value();
  }
  bool on_object_begin(Code& code) {
    if (place_ == Place::outside) return refuse_plain(code);
    if (place_ != Place::rows)
      return refuse(code, "an object stands where it means nothing; the file is one list of objects with plain values");
    row_ = {};
    row_.line = line;
    return enter(Place::row);
  }
  bool on_object_end(std::size_t, Code&) {
    ready.push_back(std::move(row_));
    return enter(Place::rows);
  }

  bool on_key_part(json::string_view part, std::size_t, Code& code) { return add(key_, part, code); }
  bool on_key(json::string_view part, std::size_t, Code& code) {
    if (!add(key_, part, code)) return false;
    const auto same = [&](const auto& field) { return field.first == key_; };
    if (std::ranges::any_of(row_.fields, same))
      return refuse(code, "the name \"" + key_ + "\" stands twice in one object");
    if (row_.fields.size() >= limits_.max_fields) return refuse(code, "an object has too many fields");
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, Code& code) { return add(value_, part, code); }
  bool on_string(json::string_view part, std::size_t, Code& code) { return add(value_, part, code) && end_value(code); }
  bool on_number_part(json::string_view part, Code& code) { return add(value_, part, code); }
  bool on_int64(std::int64_t, json::string_view part, Code& code) { return add(value_, part, code) && end_value(code); }
  bool on_uint64(std::uint64_t, json::string_view part, Code& code) {
    return add(value_, part, code) && end_value(code);
  }
  bool on_double(double, json::string_view part, Code& code) { return add(value_, part, code) && end_value(code); }
  bool on_bool(bool yes, Code& code) { return add(value_, yes ? "yes" : "no", code) && end_value(code); }
  bool on_null(Code& code) {
    if (place_ == Place::list) return refuse(code, "a list of values has a null in it");
    if (place_ != Place::row) return refuse_plain(code);
    key_.clear();
    return true;
  }
  bool on_comment_part(json::string_view, Code&) { return true; }
  bool on_comment(json::string_view, Code&) { return true; }

 private:
  enum class Place : unsigned char { outside, rows, row, list };

  bool enter(Place place) {
    place_ = place;
    return true;
  }
  bool refuse(Code& code, std::string sentence) {
    problem = std::move(sentence);
    code = json::error::exception;
    return false;
  }
  bool refuse_plain(Code& code) {
    return refuse(code, "the file is not a list of objects; it must begin with [ and hold one { } for each row");
  }
  bool add(std::string& text, json::string_view part, Code& code) {
    if (text.size() + part.size() > limits_.max_field_bytes) return refuse(code, "a text is too long");
    text.append(part.data(), part.size());
    return true;
  }
  bool end_value(Code& code) {
    if (place_ == Place::list) {
      if (!list_.empty()) list_ += '|';
      if (!add(list_, value_, code)) return false;
      value_.clear();
      return true;
    }
    if (place_ != Place::row) return refuse_plain(code);
    list_ = std::exchange(value_, {});
    return keep_value();
  }
  bool keep_value() {
    row_.fields.emplace_back(std::exchange(key_, {}), std::exchange(list_, {}));
    return true;
  }

  JsonLimits limits_;
  Place place_ = Place::outside;
  JsonRow row_;
  std::string key_, value_, list_;
};

json::parse_options options() {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  return options;
}

}  // namespace

struct JsonRowReader::Impl {
  explicit Impl(const JsonLimits& limits) : parser(options(), limits) {}
  json::basic_parser<RowCollector> parser;
  std::size_t at = 0;

  // Up to a line's end, so that an object's line is known when it begins.
  Status feed(std::string_view text) {
    auto piece = text.substr(at, kPieceBytes);
    if (const auto line_end = piece.find('\n'); line_end != std::string_view::npos)
      piece = piece.substr(0, line_end + 1);
    const bool more = at + piece.size() < text.size();
    Code code;
    const auto taken = parser.write_some(more, piece.data(), piece.size(), code);
    auto& rows = parser.handler();
    at += piece.size();
    if (!code && taken < piece.size() && piece.find_first_not_of(" \t\r\n", taken) != std::string_view::npos)
      return refuse("something stands behind the end of the list");
    if (code) return refuse(rows.problem.empty() ? "this is not JSON (" + code.message() + ")" : rows.problem);
    if (piece.ends_with('\n')) ++rows.line;
    return {};
  }
  Status refuse(const std::string& what) {
    return invalid("line " + std::to_string(parser.handler().line) + ": " + what);
  }
};

JsonRowReader::JsonRowReader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {
  rewind();
}
JsonRowReader::~JsonRowReader() = default;

void JsonRowReader::rewind() {
  impl_ = std::make_unique<Impl>(limits_);
}

Result<bool> JsonRowReader::next(JsonRow& row) {
  auto& ready = impl_->parser.handler().ready;
  while (ready.empty()) {
    if (impl_->at >= text_.size()) {
      if (text_.empty()) return invalid("the file is empty");
      return false;
    }
    TRY(impl_->feed(text_));
  }
  row = std::move(ready.front());
  ready.pop_front();
  return true;
}

}  // namespace till::app
