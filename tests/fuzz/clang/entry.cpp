// libFuzzer's way into the one target of this program, and the measuring of its memory by the sanitizer's hooks.
#include <sanitizer/allocator_interface.h>

#include <atomic>
#include <cstdio>

#include "fuzz/harness.hpp"

namespace {

std::atomic<std::int64_t> live{0}, peak{0};

void on_malloc(const volatile void*, std::size_t size) {
  const auto now = live += static_cast<std::int64_t>(size);
  if (now > peak) peak = now;
}

void on_free(const volatile void* block) {
  if (block != nullptr) live -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<void*>(block)));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  till::fuzz::targets().front().run({});  // what it makes once is not the input's doing
  __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace till::fuzz;
  const Target& target = targets().front();
  const std::int64_t before = live;
  peak = before;
  target.run({data, size});
  const auto used = static_cast<std::size_t>(peak - before);
  if (used <= kInputFactor * size + target.allowance_bytes) return 0;
  std::fprintf(stderr, "%zu bytes of input made it hold %zu\n", size, used);
  broken("memory is bounded by the input");
}
