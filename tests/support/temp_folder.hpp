// An empty folder of the test's own; gone with the object, whatever is in it by then.
#pragma once

#include <string>

namespace till::test {

class TempFolder {
 public:
  TempFolder();  // throws std::runtime_error where none can be made
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace till::test
