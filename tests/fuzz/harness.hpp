// A fuzz target: what one reader of foreign bytes promises, for any bytes. It returns when the promise held and calls
// broken() when it did not. The same targets run under libFuzzer (one program each, made by clang with sanitizers) and,
// over the committed corpus only, as an ordinary test.
//
// Memory is a promise, too: what a target holds at its peak is at most four times the input and the constant that it
// names (tables of its own, a compressor's state, what a small input may expand to by its format's bound).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::fuzz {

constexpr std::size_t kInputFactor = 4;
constexpr std::size_t kKiB = 1024, kMiB = 1024 * 1024;

struct Target {
  std::string_view name;
  std::size_t allowance_bytes;  // beside kInputFactor times the input
  void (*run)(ByteView input);
};

// Every target that is linked into this program.
std::vector<Target>& targets();

struct Register {
  Register(std::string_view name, std::size_t allowance_bytes, void (*run)(ByteView)) {
    targets().push_back({name, allowance_bytes, run});
  }
};

[[noreturn]] void broken(std::string_view promise);
inline void must(bool held, std::string_view promise) {
  if (!held) broken(promise);
}
// A refusal is fine as long as it is a sentence.
template <class T>
bool good(const Result<T>& result) {
  must(result || !result.error().message.empty(), "a refusal is a sentence");
  return result.has_value();
}

// Takes the input apart from its front, for targets that need more than one thing from it; empty is zero.
class Pieces {
 public:
  explicit Pieces(ByteView input) : rest_(input) {}
  std::uint8_t byte();
  ByteView take(std::size_t size);
  [[nodiscard]] ByteView rest() const { return rest_; }

 private:
  ByteView rest_;
};

}  // namespace till::fuzz

#define FUZZ_TARGET(name, allowance_bytes)                                                  \
  static void fuzz_##name(::till::ByteView input);                                          \
  static const ::till::fuzz::Register register_##name{#name, allowance_bytes, fuzz_##name}; \
  static void fuzz_##name(::till::ByteView input)
