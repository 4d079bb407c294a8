#include "sync/all_heads.hpp"

#include <algorithm>

#include "core/wire.hpp"
#include "security/hash.hpp"

namespace till::sync {

RecordHash digest_of(std::vector<FeedHead> heads) {
  std::sort(heads.begin(), heads.end());
  heads.erase(std::unique(heads.begin(), heads.end()), heads.end());
  ByteWriter out;
  out.raw(view("till heads 1"));
  out.raw(encode(heads));
  const auto digest = security::sha256(out.bytes());
  RecordHash hash{};
  std::copy(digest.begin(), digest.end(), hash.begin());
  return hash;
}

RecordHash asks_for_all_heads() {
  RecordHash asks{};
  asks.fill(1);
  return asks;
}

}  // namespace till::sync
