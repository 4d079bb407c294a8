#include "backup/delta.hpp"

#include <zstd.h>

#include <algorithm>
#include <utility>

#include "backup/sabotage.hpp"

namespace till::backup {
namespace {

constexpr std::string_view kMagic = "TSDELT";
constexpr int kLevel = 9;
constexpr int kWindowLog = 21;  // the prefix and the content of a region
// The level's own tables are for files of any size and take 13 MB; what a region is packed against is found with these.
constexpr int kHashLog = 18, kChainLog = 18;
constexpr std::size_t kPackedMax = kPieceMax;

std::uint32_t pages_per_region(const DeltaHead& head) {
  return kChunkSize / head.page_size;
}

ByteView page_of(ByteView region, std::uint32_t page, std::uint32_t page_size) {
  const auto at = std::size_t{page} * page_size;
  return at < region.size() ? region.subspan(at, page_size) : ByteView{};
}

// The old bytes of these pages, as far as there are any.
Bytes gathered(ByteView region, const std::vector<std::uint32_t>& pages, std::uint32_t page_size) {
  Bytes out;
  out.reserve(pages.size() * page_size);
  for (const auto page : pages) {
    const auto bytes = page_of(region, page, page_size);
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  return out;
}

std::vector<std::uint32_t> changed_pages(ByteView before, ByteView after, std::uint32_t page_size) {
  std::vector<std::uint32_t> pages;
  for (std::uint32_t page = 0; std::size_t{page} * page_size < after.size(); ++page) {
    const auto old = page_of(before, page, page_size);
    if (old.empty() || !equal(old, page_of(after, page, page_size))) pages.push_back(page);
  }
  if (sabotaged(Sabotage::page_forgotten) && pages.size() > 1) pages.pop_back();
  return pages;
}

Result<Bytes> unpack(ZSTD_DCtx* context, ByteView prefix, ByteView packed, std::size_t size) {
  Bytes out(size);
  if (ZSTD_isError(ZSTD_DCtx_reset(context, ZSTD_reset_session_only)) ||
      ZSTD_isError(ZSTD_DCtx_refPrefix(context, prefix.data(), prefix.size()))) {
    return fail(ErrorKind::permanent, "there is not enough memory to read the backup; close something and try again");
  }
  const auto got = ZSTD_decompressDCtx(context, out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) || got != size) return corrupt("a block of the increment does not unpack to its pages");
  return out;
}

bool is_page_size(std::uint32_t size) {
  return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

}  // namespace

std::size_t region_bytes(std::uint64_t image_size, std::uint64_t region) {
  const auto begin = region * kChunkSize;
  return begin >= image_size ? 0 : static_cast<std::size_t>(std::min<std::uint64_t>(kChunkSize, image_size - begin));
}

std::uint64_t region_count(std::uint64_t image_size) {
  return (image_size + kChunkSize - 1) / kChunkSize;
}

struct DeltaWriter::Packer {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> pack{ZSTD_createCCtx(), ZSTD_freeCCtx};
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> unpack{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

DeltaWriter::DeltaWriter(const DeltaHead& head, Out out)
    : head_(head), out_(std::move(out)), packer_(std::make_unique<Packer>()) {
  piece_.raw(view(kMagic));
  piece_.u8(kDeltaVersion);
  piece_.u32(head.page_size);
  piece_.u64(head.old_size);
  piece_.u64(head.new_size);
  piece_.raw(head.old_hash);
}
DeltaWriter::~DeltaWriter() = default;

Result<Bytes> DeltaWriter::pack(ByteView before, ByteView after) {
  auto* context = packer_->pack.get();
  Bytes out(ZSTD_compressBound(after.size()));
  (void)ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  (void)ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  (void)ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, kWindowLog);
  (void)ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, kHashLog);
  (void)ZSTD_CCtx_setParameter(context, ZSTD_c_chainLog, kChainLog);
  (void)ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  (void)ZSTD_CCtx_refPrefix(context, before.data(), before.size());
  const auto size = ZSTD_compress2(context, out.data(), out.size(), after.data(), after.size());
  if (ZSTD_isError(size)) {
    return fail(ErrorKind::permanent, "there is not enough memory to make the backup; close something and try again",
                ZSTD_getErrorName(size));
  }
  out.resize(size);
  const auto again = TRY(unpack(packer_->unpack.get(), before, out, after.size()));
  if (!equal(again, after)) return corrupt("the increment does not unpack to what it was made of; try again");
  return out;
}

Status DeltaWriter::region(std::uint64_t number, ByteView before, ByteView after) {
  const auto pages = changed_pages(before, after, head_.page_size);
  if (pages.empty()) return {};
  const auto packed = TRY(pack(gathered(before, pages, head_.page_size), gathered(after, pages, head_.page_size)));
  piece_.varint(number + 1 - next_region_);
  next_region_ = number + 1;
  piece_.varint(pages.size());
  std::uint32_t next_page = 0;
  for (const auto page : pages) {
    piece_.varint(page + 1 - next_page);
    next_page = page + 1;
  }
  piece_.sized(packed);
  pages_ += pages.size();
  return piece_.bytes().size() >= kDeltaPieceTarget ? cut() : Status{};
}

Status DeltaWriter::cut() {
  const auto piece = std::exchange(piece_, {}).take();
  return out_(piece);
}

Status DeltaWriter::finish() {
  return piece_.bytes().empty() ? Status{} : cut();
}

struct DeltaReader::Unpacker {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

DeltaReader::DeltaReader() : unpacker_(std::make_unique<Unpacker>()) {}
DeltaReader::DeltaReader(DeltaReader&&) noexcept = default;
DeltaReader::~DeltaReader() = default;

Result<DeltaReader> DeltaReader::open(In in) {
  DeltaReader reader;
  reader.in_ = std::move(in);
  TRY(reader.next_piece());
  TRY(reader.read_head());
  TRY(reader.next_block());
  return reader;
}

Status DeltaReader::next_piece() {
  piece_ = TRY(in_());
  at_ = 0;
  return {};
}

Status DeltaReader::read_head() {
  ByteReader in(piece_);
  const auto magic = in.raw(kMagic.size());
  if (!magic || as_text(*magic) != kMagic) return corrupt("it is not an increment");
  const auto version = TRY(in.u8());
  if (version != kDeltaVersion) {
    return fail(ErrorKind::permanent, "it was written by a newer version of Tillstick (increment " +
                                          std::to_string(version) + "); update this terminal first");
  }
  head_.page_size = TRY(in.u32());
  head_.old_size = TRY(in.u64());
  head_.new_size = TRY(in.u64());
  const auto hash = TRY(in.raw(head_.old_hash.size()));
  std::copy(hash.begin(), hash.end(), head_.old_hash.begin());
  if (!is_page_size(head_.page_size) || head_.old_size % head_.page_size != 0 ||
      head_.new_size % head_.page_size != 0) {
    return corrupt("the head of the increment is damaged");
  }
  at_ = piece_.size() - in.rest().size();
  return {};
}

Result<std::vector<std::uint32_t>> DeltaReader::read_pages(ByteReader& in) const {
  const auto most = pages_per_region(head_);
  const auto count = TRY(in.varint());
  if (count == 0 || count > most) return corrupt("a block of the increment names no page, or too many");
  std::vector<std::uint32_t> pages;
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto gap = TRY(in.varint());
    if (gap == 0 || gap > most - next) return corrupt("a block of the increment names a page that is not there");
    next += gap;
    pages.push_back(static_cast<std::uint32_t>(next - 1));
  }
  return pages;
}

Status DeltaReader::next_block() {
  has_block_ = false;
  if (at_ == piece_.size()) TRY(next_piece());
  if (piece_.empty()) return {};
  ByteReader in(ByteView(piece_).subspan(at_));
  const auto gap = TRY(in.varint());
  const auto regions = region_count(head_.new_size);
  if (gap == 0 || gap > regions - next_region_) return corrupt("the increment names a region that is not there");
  next_region_ += gap;
  block_.region = next_region_ - 1;
  block_.pages = TRY(read_pages(in));
  if ((std::uint64_t{block_.pages.back()} + 1) * head_.page_size > region_bytes(head_.new_size, block_.region)) {
    return corrupt("the increment names a page behind the end");
  }
  block_.packed = to_bytes(TRY(in.sized(kPackedMax)));
  at_ = piece_.size() - in.rest().size();
  has_block_ = true;
  return {};
}

Result<Bytes> DeltaReader::region(std::uint64_t number, Bytes region) {
  const auto page_size = head_.page_size;
  const auto old_pages = static_cast<std::uint32_t>(region.size() / page_size);
  const auto size = region_bytes(head_.new_size, number);
  std::uint32_t missing = size > region.size() ? static_cast<std::uint32_t>(size / page_size) - old_pages : 0;
  if (has_block_ && block_.region < number) return corrupt("the increment changes what is not there");
  if (!has_block_ || block_.region != number) {
    if (missing > 0) return corrupt("the increment lacks pages");
    region.resize(size);
    return region;
  }
  const auto before = gathered(region, block_.pages, page_size);
  const auto after = TRY(unpack(unpacker_->context.get(), before, block_.packed, block_.pages.size() * page_size));
  region.resize(size);
  for (std::size_t i = 0; i < block_.pages.size(); ++i) {
    const auto page = block_.pages[i];
    if (page >= old_pages) --missing;
    std::copy_n(after.begin() + static_cast<std::ptrdiff_t>(i * page_size), page_size,
                region.begin() + static_cast<std::ptrdiff_t>(std::size_t{page} * page_size));
  }
  if (missing > 0) return corrupt("the increment lacks pages");
  TRY(next_block());
  return region;
}

Status DeltaReader::finish() const {
  if (has_block_) return corrupt("the increment is longer than the image");
  return {};
}

}  // namespace till::backup
