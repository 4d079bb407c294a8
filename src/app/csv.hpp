// Comma-separated values (RFC 4180), for the demo shop and for import and export. Reading takes what spreadsheets
// really write: `,` `;` `|` or tab (said by a line `sep=;`, else found from the first line), CR LF or LF, and the
// encodings of data/text_encoding.hpp. Everything is bounded; a refusal names line and column (counted from 1, as an
// editor shows them). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/text_encoding.hpp"
#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::app {

struct CsvLimits {
  std::size_t max_bytes = 512u << 20;
  std::size_t max_field_bytes = 64u << 10;
  std::size_t max_columns = 256;
};

struct CsvRow {
  std::size_t line = 1;  // where it begins
  std::vector<std::string> fields;
};

// Row by row, so that a file of a million products needs no memory of its own beyond its text.
class CsvReader {
 public:
  // Keeps the text, as UTF-8.
  static Result<CsvReader> open(std::string bytes, const CsvLimits& limits = {});
  static Result<CsvReader> open(DecodedText text, const CsvLimits& limits = {});
  // False at the end. Rows without a single character are passed over.
  Result<bool> next(CsvRow& row);
  void rewind();  // to the first row again
  [[nodiscard]] char separator() const { return separator_; }
  [[nodiscard]] TextEncoding encoding() const { return encoding_; }
  // For a progress bar.
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }

 private:
  CsvReader(DecodedText text, const CsvLimits& limits)
      : text_(std::move(text.utf8)), limits_(limits), encoding_(text.encoding) {}
  void take_separator_line();
  bool take_line_end();
  Status read_field(std::string& field);
  Status read_quoted(std::string& field);
  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view what) const;

  std::string text_;
  CsvLimits limits_;
  TextEncoding encoding_;
  char separator_ = ',';
  std::size_t first_ = 0;  // behind a line that names the separator
  std::size_t at_ = 0, line_ = 1, line_start_ = 0;
};

// A file with a heading line: fields are asked for by name. Every row has as many fields as the heading; a short row is
// filled with empty fields, a longer one refused.
class CsvTable {
 public:
  static Result<CsvTable> parse(std::string text, const CsvLimits& limits = {});

  std::vector<std::string> heading;  // lower case, trimmed
  std::vector<CsvRow> rows;

  // -1 when there is no such column.
  [[nodiscard]] int column(std::string_view name) const;
  // Trimmed; empty when there is no such column.
  [[nodiscard]] std::string at(const CsvRow& row, std::string_view name) const;
};

// A field that a spreadsheet would run as a formula (= + - @ in front of something that is not a number) gets an
// apostrophe in front, and so does one that would look as if it had; `disarmed` takes it off again.
std::string armed(std::string field);
std::string disarmed(std::string field);

// Quotes what needs it, arms formulas, ends rows with CR LF as RFC 4180 says.
class CsvWriter {
 public:
  explicit CsvWriter(char separator = ',') : separator_(separator) {}
  void row(const std::vector<std::string>& fields);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  char separator_;
  std::string text_;
};

}  // namespace till::app
