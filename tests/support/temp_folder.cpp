#include "support/temp_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace till::test {

namespace fs = std::filesystem;

TempFolder::TempFolder() {
  auto pattern = (fs::temp_directory_path() / "till-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace till::test
