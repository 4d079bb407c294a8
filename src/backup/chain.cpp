#include "backup/chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "backup/sabotage.hpp"

namespace till::backup {
namespace {

constexpr std::size_t kPiecesAhead = 3;

Status check_link(const Manifest& parent, const Manifest& child) {
  const bool full_is_base =
      parent.kind == GenerationKind::full ? parent.generation == child.base : parent.base == child.base;
  if (sabotaged(Sabotage::base_unchecked)) return {};
  if (full_is_base && parent.chain_length + 1 == child.chain_length && parent.number < child.number &&
      parent.page_size == child.page_size && security::same(parent.image_hash, child.parent_image_hash)) {
    return {};
  }
  return corrupt(fmt::format("backup {} does not continue the backup {} that lies in this place; use another backup",
                             child.generation, parent.generation));
}

Result<Manifest> read_parent(ObjectStore& store, const BackupKeys& keys, const Manifest& child) {
  auto parent = read_manifest(store, keys, child.device, child.parent);
  if (parent) return parent;
  if (parent.error().kind == ErrorKind::retry) return fail(parent.error());
  if (parent.error().kind == ErrorKind::invalid) {
    return corrupt(fmt::format("backup {} continues backup {}, which is not there any more; use another backup",
                               child.generation, child.parent));
  }
  return fail(parent.error().context(fmt::format("backup {} continues one that cannot be used", child.generation)));
}

}  // namespace

Result<Chain> load_chain(ObjectStore& store, const BackupKeys& keys, Manifest tip) {
  Chain chain;
  chain.links.push_back(std::move(tip));
  while (chain.links.back().kind == GenerationKind::incremental) {
    const auto& child = chain.links.back();
    if (chain.links.size() >= kChainLinksMax) {
      return corrupt(fmt::format("backup {} continues too many others; use another backup", child.generation));
    }
    auto parent = TRY(read_parent(store, keys, child));
    TRY(check_link(parent, child));
    chain.links.push_back(std::move(parent));
  }
  std::reverse(chain.links.begin(), chain.links.end());
  return chain;
}

// The seal decides, so that a piece that a later backup wrote again after damage is as good as the first; the listed
// size and hash only say what is wrong.
Result<Bytes> PieceReader::fetch(std::size_t i, const ChunkRef& chunk) const {
  auto object = TRY(store_.get(codec_.object_name(chunk.content_id), kChunkObjectMax));
  if (!object) return fail(bad(ErrorKind::corrupt, i, "is missing", {}));
  return std::move(*object);
}

Result<Bytes> PieceReader::open(std::size_t i, const ChunkRef& chunk, ByteView object) const {
  auto plain = codec_.open(chunk.content_id, object);
  if (!plain) return fail(why_not(i, chunk, object, plain.error()));
  if (plain->size() != chunk.plain_size) return fail(bad(ErrorKind::corrupt, i, "has another size than listed", {}));
  return plain;
}

Error PieceReader::why_not(std::size_t i, const ChunkRef& chunk, ByteView object, const Error& cause) const {
  if (cause.kind != ErrorKind::corrupt) return bad(cause.kind, i, "cannot be used: " + cause.message, cause.cause);
  if (object.size() < chunk.stored_size) return bad(ErrorKind::corrupt, i, "has been cut short", cause.message);
  if (object.size() > chunk.stored_size)
    return bad(ErrorKind::corrupt, i, "is longer than it was written", cause.message);
  return bad(ErrorKind::corrupt, i, "is damaged", cause.message);
}

Error PieceReader::bad(ErrorKind kind, std::size_t i, std::string_view what, std::string cause) const {
  return {kind,
          fmt::format("part {} of {} of backup {} {}; use another backup", i + 1, pieces_of(manifest_).size(),
                      manifest_.generation, what),
          std::move(cause)};
}

struct ImageStream::Link {
  Link(ObjectStore& store, const Vault& its_vault, const Manifest& its_manifest)
      : vault(its_vault), manifest(its_manifest), pieces(store, vault, manifest) {}

  // Of an increment: opened when its first region is asked for.
  Result<DeltaReader*> opened() {
    if (!delta) {
      delta.emplace(TRY(DeltaReader::open([this]() -> Result<Bytes> {
        if (next_piece == manifest.chunks.size()) return Bytes{};
        return pieces.read(next_piece++);
      })));
    }
    return &*delta;
  }

  Vault vault;
  const Manifest& manifest;
  PieceReader pieces;
  std::size_t next_piece = 0;
  std::optional<DeltaReader> delta;
};

ImageStream::ImageStream(ObjectStore& store, const BackupKeys& keys, const Chain& chain)
    : chain_(chain), opened_(kPiecesAhead) {
  for (const auto& manifest : chain.links) {
    links_.push_back(std::make_unique<Link>(store, Vault{manifest.store, manifest.device, keys}, manifest));
  }
}
ImageStream::~ImageStream() = default;

// A piece that cannot be fetched is the last one, and is complained of in its turn.
void ImageStream::fetch_ahead() {
  const auto& full = *links_.front();
  const auto end = std::min<std::uint64_t>(full.manifest.chunks.size(), region_count(chain_.tip().plain_size));
  while (next_fetched_ < end && !opened_.is_full()) {
    const auto i = next_fetched_++;
    auto object = full.pieces.fetch(i, full.manifest.chunks[i]);
    if (!object) next_fetched_ = end;
    opened_.begin([&full, i, object = std::move(object)]() -> Result<Bytes> {
      if (!object) return fail(object.error());
      return full.pieces.open(i, full.manifest.chunks[i], *object);
    });
  }
}

Result<Bytes> ImageStream::region_of_full() {
  fetch_ahead();
  return opened_.is_empty() ? Bytes{} : opened_.take();
}

Status ImageStream::check_base(const Manifest& manifest, const DeltaHead& head) const {
  if (sabotaged(Sabotage::base_unchecked)) return {};
  if (security::same(head.old_hash, manifest.parent_image_hash) && head.new_size == manifest.plain_size &&
      head.page_size == manifest.page_size) {
    return {};
  }
  return corrupt("it was made against another backup");
}

Result<Bytes> ImageStream::next() {
  if (next_ == region_count(chain_.tip().plain_size)) {
    if (links_.back()->delta) TRY(links_.back()->delta->finish());
    return Bytes{};
  }
  auto region = TRY(region_of_full());
  for (std::size_t i = 1; i < links_.size(); ++i) {
    auto& link = *links_[i];
    const auto changed = [&]() -> Result<Bytes> {
      auto* delta = TRY(link.opened());
      if (next_ == 0) TRY(check_base(link.manifest, delta->head()));
      return delta->region(next_, std::move(region));
    }();
    if (!changed) {
      if (changed.error().kind != ErrorKind::corrupt) return fail(changed.error());
      return fail(changed.error().context(fmt::format("backup {} cannot be read", link.manifest.generation)));
    }
    region = *changed;
  }
  ++next_;
  return region;
}

Status read_image(ObjectStore& store, const BackupKeys& keys, const Chain& chain, const ImageReceiver& receive,
                  Task& task) {
  ImageStream stream(store, keys, chain);
  security::Sha256 image;
  std::uint64_t done = 0;
  for (;;) {
    TRY(task.go_on());
    const auto region = TRY(stream.next());
    if (region.empty()) break;
    image.update(region);
    TRY(receive(region));
    done += region.size();
    task.advance_to(done);
  }
  if (security::same(image.finish(), chain.tip().image_hash) || sabotaged(Sabotage::base_unchecked) ||
      sabotaged(Sabotage::name_unbound)) {
    return {};
  }
  return corrupt(fmt::format("backup {} does not add up to the database that was saved; use another backup",
                             chain.tip().generation));
}

}  // namespace till::backup
