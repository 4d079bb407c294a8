#include "support/samples.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include "support/source_dir.hpp"

namespace till::test {
namespace {

std::filesystem::path path_of(const std::string& name) {
  return source_path("tests/vectors/formats/" + name);
}

bool may_write() {
  const char* const wanted = std::getenv("TILL_WRITE_SAMPLES");
  return wanted != nullptr && std::string_view(wanted) == "1";
}

}  // namespace

std::vector<std::uint8_t> sample(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary);
  if (!file) {
    throw std::runtime_error("no sample " + name +
                             "; a sample that was committed must come back, one of a new format is made with "
                             "TILL_WRITE_SAMPLES=1 (tests/vectors/formats/README.md)");
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::uint8_t> sample(const std::string& name, const std::function<std::vector<std::uint8_t>()>& make) {
  if (std::filesystem::exists(path_of(name)) || !may_write()) return sample(name);
  const auto bytes = make();
  std::ofstream file(path_of(name), std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw std::runtime_error("sample " + name + " cannot be written");
  throw std::runtime_error("sample " + name + " is new: look at it, commit it, and run the test again");
}

}  // namespace till::test
