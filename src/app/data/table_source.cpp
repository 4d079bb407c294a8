#include "app/data/table_source.hpp"

#include <algorithm>
#include <unordered_map>

#include "app/csv.hpp"
#include "app/data/json_rows.hpp"
#include "app/data/text_encoding.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxColumns = 256;

tl::unexpected<Error> too_large() {
  return invalid("the file is larger than " + std::to_string(kMaxTableBytes >> 20) +
                 " MB; split it and import the parts");
}

class CsvSource final : public TableSource {
 public:
  static Result<std::unique_ptr<TableSource>> open(CsvReader reader) {
    auto source = std::unique_ptr<CsvSource>(new CsvSource(std::move(reader)));
    if (!TRY(source->reader_.next(source->raw_)))
      return invalid("the file is empty; its first line must name the columns");
    for (const auto& name : source->raw_.fields) {
      auto column = trimmed(disarmed(name));
      if (!column.empty() && std::ranges::find(source->columns_, column) != source->columns_.end())
        return invalid("the column \"" + clipped(column, 40) + "\" is there twice; remove one of them");
      source->columns_.push_back(std::move(column));
    }
    return std::unique_ptr<TableSource>(std::move(source));
  }

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }

  Result<bool> next(TableRow& row) override {
    if (!TRY(reader_.next(raw_))) return false;
    const auto given = raw_.fields.size();
    if (given > columns_.size()) {
      return invalid("line " + std::to_string(raw_.line) + ": the row has " + std::to_string(given) +
                     " fields, the heading " + std::to_string(columns_.size()) +
                     "; put fields with a separator in them into quotes");
    }
    row.line = raw_.line;
    row.number = ++number_;
    row.cells.assign(columns_.size(), std::string());
    for (std::size_t i = 0; i < given; ++i) row.cells[i] = trimmed(disarmed(std::move(raw_.fields[i])));
    return true;
  }

  void rewind() override {
    reader_.rewind();
    number_ = 0;
    (void)reader_.next(raw_);  // the heading, which was read before
  }

  // Where fields are separated by commas the decimals follow a point. A semicolon is what programs take whose decimals
  // follow a comma, but others take it, too.
  [[nodiscard]] DecimalSign usual_decimals() const override {
    return reader_.separator() == ';' ? DecimalSign::unknown : DecimalSign::point;
  }
  [[nodiscard]] std::string description() const override {
    const auto separator = reader_.separator() == '\t' ? std::string("tabs") : std::string(1, reader_.separator());
    return "CSV, separated by " + separator + " (" + std::string(to_string(reader_.encoding())) + ")";
  }

 private:
  explicit CsvSource(CsvReader reader) : reader_(std::move(reader)) {}
  CsvReader reader_;
  std::vector<std::string> columns_;
  CsvRow raw_;
  std::size_t number_ = 0;
};

class JsonSource final : public TableSource {
 public:
  static Result<std::unique_ptr<TableSource>> open(DecodedText text) {
    auto source = std::unique_ptr<JsonSource>(new JsonSource(std::move(text)));
    while (TRY(source->reader_.next(source->raw_)))
      for (const auto& [key, value] : source->raw_.fields) {
        if (!source->index_.try_emplace(key, source->columns_.size()).second) continue;
        if (source->columns_.size() >= kMaxColumns) return invalid("the objects have too many different names");
        source->columns_.push_back(key);
      }
    source->rewind();
    return std::unique_ptr<TableSource>(std::move(source));
  }

  [[nodiscard]] const std::vector<std::string>& columns() const override { return columns_; }

  Result<bool> next(TableRow& row) override {
    if (!TRY(reader_.next(raw_))) return false;
    row.line = raw_.line;
    row.number = ++number_;
    row.cells.assign(columns_.size(), std::nullopt);
    for (auto& [key, value] : raw_.fields) row.cells[index_.at(key)] = trimmed(value);
    return true;
  }
  void rewind() override {
    reader_.rewind();
    number_ = 0;
  }
  [[nodiscard]] DecimalSign usual_decimals() const override { return DecimalSign::point; }
  [[nodiscard]] std::string description() const override {
    return "JSON (" + std::string(to_string(text_.encoding)) + ")";
  }

 private:
  explicit JsonSource(DecodedText text) : text_(std::move(text)), reader_(text_.utf8) {}
  const DecodedText text_;
  JsonRowReader reader_;
  JsonRow raw_;
  std::vector<std::string> columns_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t number_ = 0;
};

bool looks_like_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
}

}  // namespace

Result<std::unique_ptr<TableSource>> open_table(std::string content) {
  if (content.size() > kMaxTableBytes) return too_large();
  auto text = TRY(decode_text(std::move(content)));
  if (looks_like_json(text.utf8)) return JsonSource::open(std::move(text));
  return CsvSource::open(TRY(CsvReader::open(std::move(text))));
}

}  // namespace till::app
