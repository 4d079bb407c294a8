#include "app/data/row_writer.hpp"

#include <boost/json.hpp>

#include "app/csv.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

std::string csv_field(const json::value& value) {
  if (value.is_string()) return std::string(value.as_string());
  if (value.is_bool()) return value.as_bool() ? "yes" : "no";
  return json::serialize(value);
}

}  // namespace

Result<FileFormat> file_format_from(std::string_view word) {
  if (word == "csv") return FileFormat::csv;
  if (word == "json") return FileFormat::json;
  return invalid("the format is csv or json, not '" + clipped(word, 20) + "'");
}

FileFormat file_format_of(std::string_view file_name) {
  const auto name = lowered(file_name);
  return name.ends_with(".csv") || name.ends_with(".txt") || name.ends_with(".tsv") ? FileFormat::csv
                                                                                    : FileFormat::json;
}

RowWriter::RowWriter(FileFormat format, std::vector<std::string> columns, Sink sink)
    : format_(format), columns_(std::move(columns)), sink_(std::move(sink)) {}

Status RowWriter::begin() {
  if (std::exchange(begun_, true)) return {};
  if (format_ == FileFormat::json) return sink_("[");
  CsvWriter heading;
  heading.row(columns_);
  return sink_(heading.take());
}

Status RowWriter::row(const json::object& row) {
  TRY(begin());
  const bool is_first = rows_++ == 0;
  if (format_ == FileFormat::json) return sink_((is_first ? "\n" : ",\n") + json::serialize(row));
  std::vector<std::string> fields;
  for (const auto& column : columns_) {
    const auto* value = row.if_contains(column);
    fields.push_back(value == nullptr ? std::string() : csv_field(*value));
  }
  CsvWriter line;
  line.row(fields);
  return sink_(line.take());
}

Status RowWriter::end() {
  TRY(begin());
  return format_ == FileFormat::json ? sink_("\n]\n") : Status{};
}

}  // namespace till::app
