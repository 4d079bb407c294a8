// A JSON file that is an array of flat objects, read object by object: what is held is the row at hand, not the
// document. Numbers keep their digits as written (no float comes near), true and false become yes and no, arrays of
// plain values become one text joined by |, null is a value that is not there. Everything else is refused with its
// line. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace till::app {

struct JsonRow {
  std::size_t line = 1;  // where the object begins
  std::vector<std::pair<std::string, std::string>> fields;
};

struct JsonLimits {
  std::size_t max_field_bytes = 64U << 10;
  std::size_t max_fields = 256;  // in one object
};

class JsonRowReader {
 public:
  // `text` is UTF-8 and outlives the reader.
  explicit JsonRowReader(std::string_view text, const JsonLimits& limits = {});
  ~JsonRowReader();
  JsonRowReader(const JsonRowReader&) = delete;
  JsonRowReader& operator=(const JsonRowReader&) = delete;

  Result<bool> next(JsonRow& row);  // false at the end
  void rewind();

 private:
  struct Impl;
  std::string_view text_;
  JsonLimits limits_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app
