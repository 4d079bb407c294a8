// What a generation needs to be read: the full one that its chain begins with, and the increments from there to it. The
// image flows through them region by region (delta.hpp), so that reading a chain takes a megabyte or two for each of
// its links at most, a few for the pieces of the full one that are opened ahead, and no scratch file. One thread.
#pragma once

#include <functional>
#include <memory>

#include "backup/delta.hpp"
#include "backup/list.hpp"
#include "core/task.hpp"
#include "core/work_ahead.hpp"

namespace till::backup {

constexpr std::size_t kChainLinksMax = 1000;  // readers refuse a longer one; writers end it much earlier

struct Chain {
  std::vector<Manifest> links;  // the full one first
  [[nodiscard]] const Manifest& tip() const { return links.back(); }
};

// Follows the parents. Corrupt when one is missing, or is not what its increment was made against.
Result<Chain> load_chain(ObjectStore& store, const BackupKeys& keys, Manifest tip);

// The pieces of one generation, each with a sentence of its own when it is missing, cut short or damaged.
class PieceReader {
 public:
  PieceReader(ObjectStore& store, const Vault& vault, const Manifest& manifest)
      : store_(store), codec_(vault), manifest_(manifest) {}
  Result<Bytes> read(std::size_t i) const { return read(i, manifest_.chunks[i]); }
  Result<Bytes> read(std::size_t i, const ChunkRef& chunk) const { return open(i, chunk, TRY(fetch(i, chunk))); }
  // The two halves of it: from the store, and the computing, on any thread.
  Result<Bytes> fetch(std::size_t i, const ChunkRef& chunk) const;
  Result<Bytes> open(std::size_t i, const ChunkRef& chunk, ByteView object) const;

 private:
  [[nodiscard]] Error why_not(std::size_t i, const ChunkRef& chunk, ByteView object, const Error& cause) const;
  [[nodiscard]] Error bad(ErrorKind kind, std::size_t i, std::string_view what, std::string cause) const;
  ObjectStore& store_;
  ChunkCodec codec_;
  const Manifest& manifest_;
};

// The chain outlives it.
class ImageStream {
 public:
  ImageStream(ObjectStore& store, const BackupKeys& keys, const Chain& chain);
  ~ImageStream();
  // The next region of the tip's image; empty behind the last.
  Result<Bytes> next();

 private:
  struct Link;
  Result<Bytes> region_of_full();
  void fetch_ahead();
  Status check_base(const Manifest& manifest, const DeltaHead& head) const;
  const Chain& chain_;
  std::vector<std::unique_ptr<Link>> links_;
  std::uint64_t next_ = 0, next_fetched_ = 0;
  WorkAhead<Result<Bytes>> opened_;  // of the full one; last, since it uses the links
};

// The whole image in order, and then its hash compared with the manifest's.
using ImageReceiver = std::function<Status(ByteView)>;
Status read_image(ObjectStore& store, const BackupKeys& keys, const Chain& chain, const ImageReceiver& receive,
                  Task& task);

}  // namespace till::backup
