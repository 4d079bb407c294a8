#include "app/csv.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace till::app {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kSeparatorLine = "sep=";  // Excel's own first line, which Excel hides

bool is_separator_line(std::string_view beginning) {
  return lowered(beginning) == kSeparatorLine;
}

// The sign that stands most often in the first line, outside quotes. Where two stand as often the comma is the decimal
// one.
char find_separator(std::string_view text) {
  constexpr std::array kSeparators{'\t', ';', '|', ','};
  std::array<int, kSeparators.size()> counts{};
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) break;
    const auto* found = std::ranges::find(kSeparators, c);
    if (!quoted && found != kSeparators.end()) ++counts[static_cast<std::size_t>(found - kSeparators.begin())];
  }
  if (counts == decltype(counts){}) return ',';
  return kSeparators[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

// A number may begin with a sign; what else does would be run by a spreadsheet. Apostrophes in front of it are ours.
bool looks_like_formula(std::string_view field) {
  field.remove_prefix(std::min(field.find_first_not_of('\''), field.size()));
  if (field.empty() || std::string_view("=+-@").find(field.front()) == std::string_view::npos) return false;
  const bool number = (field.front() == '-' || field.front() == '+') && field.size() > 1 &&
                      field.find_first_not_of("0123456789.,", 1) == std::string_view::npos;
  return !number;
}

// Any separator, not only the file's own: a reader finds the separator from what stands outside of quotes.
bool needs_quotes(std::string_view field) {
  return is_separator_line(field.substr(0, kSeparatorLine.size())) ||
         field.find_first_of(",;|\t\"\n\r") != std::string_view::npos || field.starts_with(kByteOrderMark);
}

}  // namespace

Result<CsvReader> CsvReader::open(std::string bytes, const CsvLimits& limits) {
  if (bytes.size() > limits.max_bytes) {
    return invalid("the file is larger than " + std::to_string(limits.max_bytes >> 20) +
                   " MB; split it and import the parts");
  }
  return open(TRY(decode_text(std::move(bytes))), limits);
}

Result<CsvReader> CsvReader::open(DecodedText text, const CsvLimits& limits) {
  CsvReader reader(std::move(text), limits);
  reader.take_separator_line();
  return reader;
}

void CsvReader::take_separator_line() {
  const std::string_view text = text_;
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  if (end == kSeparatorLine.size() + 1 && is_separator_line(text.substr(0, end - 1)) && text[end - 1] != '"') {
    separator_ = text[end - 1];
    first_ = end;
  } else {
    separator_ = find_separator(text);
  }
  rewind();
}

void CsvReader::rewind() {
  at_ = first_;
  line_ = 1;
  line_start_ = first_;
}

tl::unexpected<Error> CsvReader::refuse(std::string_view what) const {
  const std::string_view before = std::string_view(text_).substr(line_start_, at_ - line_start_);
  return invalid("line " + std::to_string(line_) + ", column " + std::to_string(code_points(before) + 1) + ": " +
                 std::string(what));
}

bool CsvReader::take_line_end() {
  if (at_ >= text_.size() || (text_[at_] != '\n' && text_[at_] != '\r')) return false;
  at_ += text_.compare(at_, 2, "\r\n") == 0 ? 2 : 1;
  ++line_;
  line_start_ = at_;
  return true;
}

Status CsvReader::read_quoted(std::string& field) {
  const std::string open_line = std::to_string(line_);
  ++at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      if (at_ >= text_.size() || text_[at_] != '"') return {};
    }
    if (field.size() >= limits_.max_field_bytes) return refuse("the field is too long; a quote may be missing before");
    field.push_back(c);
    if (!take_line_end()) {
      ++at_;
    } else if (c == '\r') {
      field.back() = '\n';
    }
  }
  return refuse("the quote opened in line " + open_line + " is never closed");
}

Status CsvReader::read_field(std::string& field) {
  if (at_ < text_.size() && text_[at_] == '"') {
    TRY(read_quoted(field));
    const bool ends = at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\n' || text_[at_] == '\r';
    return ends ? Status{} : refuse("something stands behind the closing quote; double the quotes inside a field");
  }
  const char stops[] = {separator_, '\n', '\r', '"', 0};
  const std::size_t end = std::min(text_.find_first_of(stops, at_), text_.size());
  if (end - at_ > limits_.max_field_bytes) return refuse("the field is too long");
  field.assign(text_, at_, end - at_);
  at_ = end;
  if (at_ < text_.size() && text_[at_] == '"')
    return refuse("a quote in the middle of a field; put the whole field into quotes");
  return {};
}

Result<bool> CsvReader::next(CsvRow& row) {
  while (take_line_end()) {
  }
  if (at_ >= text_.size()) return false;
  row.line = line_;
  row.fields.clear();
  for (;;) {
    if (row.fields.size() >= limits_.max_columns) return refuse("the row has too many columns");
    TRY(read_field(row.fields.emplace_back()));
    if (at_ >= text_.size() || take_line_end()) return true;
    ++at_;
  }
}

Result<CsvTable> CsvTable::parse(std::string text, const CsvLimits& limits) {
  CsvReader reader = TRY(CsvReader::open(std::move(text), limits));
  CsvTable table;
  CsvRow row;
  if (!TRY(reader.next(row))) return invalid("the file is empty; its first line must name the columns");
  for (const std::string& name : row.fields) {
    const std::string wanted = lowered(trimmed(name));
    if (!wanted.empty() && std::ranges::find(table.heading, wanted) != table.heading.end()) {
      return invalid("line 1: the column \"" + wanted + "\" is there twice; remove one of them");
    }
    table.heading.push_back(wanted);
  }
  while (TRY(reader.next(row))) {
    if (row.fields.size() > table.heading.size()) {
      return invalid("line " + std::to_string(row.line) + ", column " + std::to_string(table.heading.size() + 1) +
                     ": the row has more fields than the heading; put fields with a separator in them into quotes");
    }
    row.fields.resize(table.heading.size());
    table.rows.push_back(std::move(row));
    row = {};
  }
  return table;
}

int CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find(heading, name);
  return found == heading.end() ? -1 : static_cast<int>(found - heading.begin());
}

std::string CsvTable::at(const CsvRow& row, std::string_view name) const {
  const int index = column(name);
  return index < 0 ? std::string() : trimmed(row.fields[static_cast<std::size_t>(index)]);
}

std::string armed(std::string field) {
  if (looks_like_formula(field)) field.insert(field.begin(), '\'');
  return field;
}

std::string disarmed(std::string field) {
  if (field.starts_with('\'') && looks_like_formula(field)) field.erase(0, 1);
  return field;
}

void CsvWriter::row(const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) text_.push_back(separator_);
    const std::string field = armed(fields[i]);
    const bool lone_empty = fields.size() == 1 && field.empty();
    if (!lone_empty && !needs_quotes(field)) {
      text_ += field;
      continue;
    }
    text_.push_back('"');
    for (const char c : field) text_ += c == '"' ? "\"\"" : std::string(1, c);
    text_.push_back('"');
  }
  text_ += "\r\n";
}

}  // namespace till::app
