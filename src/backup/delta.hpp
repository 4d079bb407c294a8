// An increment: how one image differs from another, page by page. An image is taken in regions of kChunkSize bytes; for
// each region in which pages changed there is a block, in which the new pages are compressed with the old ones as what
// the compressor has already seen. A row that changed then costs little more than its changed bytes, and what comes out
// is the image itself, byte for byte: every table of it, replicated or not.
//
// An increment is cut into pieces of whole blocks (chunk.hpp seals and stores them); the first one begins with
//
//   bytes 0..5    "TSDELT"     byte 6   format version, 1
//   bytes 7..10   page size    11..18   size of the old image     19..26   of the new one; big-endian
//   bytes 27..58  SHA-256 of the old image
//
// and then come blocks, up to the end of the last piece:
//
//   varint   regions since the block before (of the first: since the one before region 0), at least 1
//   varint   number of pages, then as many varints: pages since the page before (of the first: since the one before the
//            region), at least 1
//   varint   packed size, then a zstd frame of the new pages; its prefix are the old bytes of the same pages, as far as
//            the old image goes
//
// A page behind the end of the old image is always in a block. Readers take foreign bytes: bounded, corrupt for
// anything malformed. Pure; one thread each.
#pragma once

#include <functional>
#include <memory>

#include "backup/chunk.hpp"
#include "core/bytes.hpp"
#include "core/result.hpp"
#include "security/hash.hpp"

namespace till::backup {

constexpr std::uint8_t kDeltaVersion = 1;
constexpr std::size_t kDeltaPieceTarget = 256 << 10;  // bytes at which a piece is cut

struct DeltaHead {
  std::uint32_t page_size = 0;               // bytes
  std::uint64_t old_size = 0, new_size = 0;  // bytes of the images
  security::Hash old_hash{};
};

// How many bytes of an image lie in its region, 0 behind its end.
std::size_t region_bytes(std::uint64_t image_size, std::uint64_t region);
std::uint64_t region_count(std::uint64_t image_size);

class DeltaWriter {
 public:
  using Out = std::function<Status(ByteView piece)>;
  DeltaWriter(const DeltaHead& head, Out out);
  ~DeltaWriter();

  // For every region of the new image, in order. What is written is unpacked and compared at once.
  Status region(std::uint64_t number, ByteView before, ByteView after);
  Status finish();
  [[nodiscard]] std::uint64_t pages() const { return pages_; }

 private:
  Result<Bytes> pack(ByteView before, ByteView after);
  Status cut();

  struct Packer;
  DeltaHead head_;
  Out out_;
  std::unique_ptr<Packer> packer_;
  ByteWriter piece_;
  std::uint64_t next_region_ = 0, pages_ = 0;
};

class DeltaReader {
 public:
  using In = std::function<Result<Bytes>()>;  // the next piece; empty behind the last
  static Result<DeltaReader> open(In in);
  DeltaReader(DeltaReader&&) noexcept;
  ~DeltaReader();

  [[nodiscard]] const DeltaHead& head() const { return head_; }
  // What the old bytes of the region become; regions in order.
  Result<Bytes> region(std::uint64_t number, Bytes before);
  // All of the increment was used.
  Status finish() const;

 private:
  DeltaReader();
  struct Block {
    std::uint64_t region = 0;
    std::vector<std::uint32_t> pages;  // within the region
    Bytes packed;
  };
  Status read_head();
  Status next_block();
  Status next_piece();
  Result<std::vector<std::uint32_t>> read_pages(ByteReader& in) const;

  struct Unpacker;
  In in_;
  DeltaHead head_;
  std::unique_ptr<Unpacker> unpacker_;
  Bytes piece_;
  std::size_t at_ = 0;
  std::uint64_t next_region_ = 0;
  bool has_block_ = false;
  Block block_;
};

}  // namespace till::backup
