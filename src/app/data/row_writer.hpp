// Rows into a file, one at a time: a JSON array of objects, or CSV whose heading are the columns. Nothing is held but
// the row at hand. One thread.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::app {

enum class FileFormat : std::uint8_t { json, csv };

Result<FileFormat> file_format_from(std::string_view word);  // "csv", "json"
FileFormat file_format_of(std::string_view file_name);       // by its ending; JSON when it says nothing

class RowWriter {
 public:
  using Sink = std::function<Status(std::string_view)>;
  RowWriter(FileFormat format, std::vector<std::string> columns, Sink sink);
  // CSV takes the columns of the heading, whatever else the row has.
  Status row(const boost::json::object& row);
  Status end();
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  Status begin();
  FileFormat format_;
  std::vector<std::string> columns_;
  Sink sink_;
  std::size_t rows_ = 0;
  bool begun_ = false;
};

}  // namespace till::app
