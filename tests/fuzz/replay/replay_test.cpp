// The committed corpus through every target, without a fuzzer: what once broke a promise keeps it from then on.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/harness.hpp"
#include "support/source_dir.hpp"

namespace till::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = till::test::source_path("tests/fuzz/corpus");

Bytes bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, keeps_every_promise) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(kCorpus / GetParam().name)) {
    SCOPED_TRACE(entry.path().string());
    const Bytes input = bytes_of(entry.path());
    GetParam().run(input);
    for (std::size_t size = 0; size < input.size() && size < 512; ++size) GetParam().run(ByteView(input).first(size));
    ++files;
  }
  EXPECT_GT(files, 0U) << "a target without an example to begin with finds little";
}

TEST(Corpora, EachBelongsToATarget) {
  for (const auto& entry : fs::directory_iterator(kCorpus)) {
    const auto name = entry.path().filename().string();
    const auto is_it = [&](const Target& target) { return target.name == name; };
    EXPECT_TRUE(std::any_of(targets().begin(), targets().end(), is_it)) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, testing::ValuesIn(targets()),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace till::fuzz
