// A page of a sealed database as it lies on the disk. The first two bytes choose a place and a byte to change in a page
// that is whole, the rest is a page of anybody's.
#include <algorithm>

#include "fuzz/harness.hpp"
#include "fuzz/targets/known_keys.hpp"
#include "security/page_seal.hpp"

namespace till::fuzz {

FUZZ_TARGET(sealed_page, kMiB) {
  using namespace security;
  static const auto sealer = PageSealer::create(SecretBytes::copy_of(Bytes(32, 7)));
  must(sealer.has_value(), "a sealer");
  Pieces in(input);
  const auto number = in.byte(), flipped = in.byte();
  Bytes page(kPageSize, 0);
  const auto foreign = in.take(kPageSize);
  std::ranges::copy(foreign, page.begin());
  must(!(*sealer)->open(PageBytes(page.data(), kPageSize), number), "nobody else makes a page");

  Bytes plain(kPageSize, 0), sealed(kPageSize, 0);
  std::ranges::copy(foreign.first(std::min(foreign.size(), kPageSize - kPageTrailer)), plain.begin());
  must((*sealer)->seal(PageView(plain.data(), kPageSize), number, PageBytes(sealed.data(), kPageSize)), "it seals");
  auto changed = sealed;
  must((*sealer)->open(PageBytes(sealed.data(), kPageSize), number) && sealed == plain, "and opens again");
  changed[flipped * 16 % (kPageSize - 3)] ^= 1;
  must(!(*sealer)->open(PageBytes(changed.data(), kPageSize), number), "no bit can be changed");
}

}  // namespace till::fuzz
