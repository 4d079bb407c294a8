// Reading the data files beside this one.
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "support/source_dir.hpp"

namespace till::vectors {

inline std::string file_text(const std::string& name) {
  std::ifstream in(till::test::source_path("tests/vectors/").append(name));
  if (!in) throw std::runtime_error("no such data file: " + name);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline boost::json::array cases(const std::string& name) {
  return boost::json::parse(file_text(name)).as_array();
}

inline std::string text(const boost::json::value& value) {
  return std::string(value.as_string().data(), value.as_string().size());
}

// Every field of `expected` is in `actual` with the same value; objects are compared field by field, lists in full.
inline std::string first_difference(const boost::json::value& expected, const boost::json::value& actual,
                                    const std::string& at = "") {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& member : expected.as_object()) {
      const std::string key(member.key().data(), member.key().size());
      const auto* found = actual.as_object().if_contains(key);
      std::string where = at;
      where.append(".").append(key);
      if (found == nullptr) return where.append(" is missing");
      if (auto difference = first_difference(member.value(), *found, where); !difference.empty()) return difference;
    }
    return {};
  }
  if (expected == actual) return {};
  std::string out = at;
  out.append(" is ").append(boost::json::serialize(actual));
  return out.append(" and should be ").append(boost::json::serialize(expected));
}

}  // namespace till::vectors
