#include "support/source_dir.hpp"

namespace till::test {

std::string source_dir() {
  return TILL_SOURCE_DIR;
}

std::string source_path(std::string_view relative) {
  return source_dir().append("/").append(relative);
}

}  // namespace till::test
