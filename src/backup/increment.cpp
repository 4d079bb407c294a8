#include "backup/increment.hpp"

#include <algorithm>

#include "backup/sabotage.hpp"
#include "backup/standing.hpp"
#include "core/log.hpp"
#include "core/work_ahead.hpp"

namespace till::backup {
namespace {

bool may_grow(const Chain& chain, std::uint64_t more_bytes, const ChainRule& rule) {
  if (sabotaged(Sabotage::chain_never_ends)) return true;
  const auto most = chain.links.front().stored_size / 100 * rule.share_percent;
  return chain.tip().chain_length < rule.increments_max && chain.tip().chain_bytes + more_bytes <= most;
}

// The regions of the parent's image one after the other, and at the end whether they were its image.
class OldImage {
 public:
  OldImage(std::unique_ptr<KeptImage> kept, ObjectStore& store, const BackupKeys& keys, const Chain& chain)
      : kept_(std::move(kept)), chain_(chain), stream_(store, keys, chain) {}

  // Reads the next region meanwhile, where that needs no store.
  void begin_next() {
    if (kept_) ahead_.begin([this] { return hashed(next_kept()); });
  }
  Result<Bytes> next() { return ahead_.is_empty() ? hashed(kept_ ? next_kept() : stream_.next()) : ahead_.take(); }
  [[nodiscard]] bool is_kept() const { return kept_ != nullptr; }
  // To the end, since the new image may be shorter.
  Result<bool> was_right() {
    while (!TRY(next()).empty()) continue;
    if (sabotaged(Sabotage::stale_parent_believed)) return true;
    return security::same(hash_.finish(), chain_.tip().image_hash);
  }

 private:
  Result<Bytes> hashed(Result<Bytes> region) {
    if (region) hash_.update(*region);
    return region;
  }
  Result<Bytes> next_kept() {
    const auto size = region_bytes(chain_.tip().plain_size, next_);
    if (size == 0) return Bytes{};
    auto bytes = kept_->read(next_++ * kChunkSize, size);
    if (!bytes) log::warning("the kept image cannot be read: {}", bytes.error().message);
    auto region = bytes ? std::move(*bytes) : Bytes{};
    region.resize(size);  // one that was cut short is found out by its hash
    return region;
  }

  std::unique_ptr<KeptImage> kept_;
  const Chain& chain_;
  ImageStream stream_;
  security::Sha256 hash_;
  std::uint64_t next_ = 0;
  WorkAhead<Result<Bytes>> ahead_{1};  // one region after the other; last, since it uses the others
};

enum class Outcome : unsigned char { written, too_large, wrong_parent };

class Increment {
 public:
  Increment(PageSource& source, const Chain& parent, const ChainRule& rule, PieceWriter& pieces, Manifest& manifest,
            Task& task)
      : source_(source), parent_(parent), rule_(rule), pieces_(pieces), manifest_(manifest), task_(task) {}

  Result<Outcome> write(OldImage& old) {
    names_.clear();
    too_large_ = false;
    manifest_.data_size = 0;
    task_.begin("Writing the backup", manifest_.plain_size);
    const auto& tip = parent_.tip();
    DeltaWriter delta({manifest_.page_size, tip.plain_size, manifest_.plain_size, tip.image_hash},
                      [this](ByteView piece) { return put(piece); });
    security::Sha256 image;
    for (std::uint64_t region = 0; region < region_count(manifest_.plain_size); ++region) {
      TRY(task_.go_on());
      old.begin_next();
      const auto size = region_bytes(manifest_.plain_size, region);
      const auto after = TRY(source_.read(region * kChunkSize, size));
      if (after.size() != size) return corrupt("the database became shorter while it was saved; try again");
      image.update(after);
      TRY(delta.region(region, TRY(old.next()), after));
      if (too_large_) return grown_too_large(old);
      task_.advance_to(region * kChunkSize + size);
    }
    TRY(delta.finish());
    if (too_large_) return grown_too_large(old);
    if (!TRY(old.was_right())) return Outcome::wrong_parent;
    manifest_.image_hash = image.finish();
    return Outcome::written;
  }

  void fill_in() {
    manifest_.kind = GenerationKind::incremental;
    manifest_.parent = parent_.tip().generation;
    manifest_.base = parent_.tip().base;
    // Where a manifest could not be read for a moment, the numbers seen before were too low.
    manifest_.number = std::max(manifest_.number, parent_.tip().number + 1);
    manifest_.parent_image_hash = parent_.tip().image_hash;
    manifest_.chain_length = parent_.tip().chain_length + 1;
    manifest_.chain_bytes = parent_.tip().chain_bytes;
  }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  // Against a kept image that is another one everything seems to have changed.
  static Result<Outcome> grown_too_large(OldImage& old) {
    if (old.is_kept() && !TRY(old.was_right())) return Outcome::wrong_parent;
    return Outcome::too_large;
  }
  Status put(ByteView piece) {
    names_.push_back(TRY(pieces_.put(piece, {})));
    manifest_.data_size += piece.size();
    too_large_ = too_large_ || !may_grow(parent_, pieces_.new_bytes(), rule_);
    return {};
  }

  PageSource& source_;
  const Chain& parent_;
  const ChainRule& rule_;
  PieceWriter& pieces_;
  Manifest& manifest_;
  Task& task_;
  std::vector<std::string> names_;
  bool too_large_ = false;
};

}  // namespace

Result<std::optional<Chain>> choose_parent(ObjectStore& store, const Vault& vault, const PieceWriter& pieces,
                                           const ImageInfo& info, const BackupPlan& plan) {
  if (plan.full) return std::optional<Chain>{};
  const auto proofs = TRY(list_proofs(store, vault));
  const auto listed = TRY(list_backups(store, vault.keys, vault.device));
  const auto standings = judge(listed, proofs);
  for (const auto& entry : listed) {
    const auto judged = standings.find(entry.generation);
    if (judged == standings.end() || judged->second.standing == Standing::unproved) continue;
    if (judged->second.standing == Standing::damaged && sabotaged(Sabotage::damage_continued)) continue;
    if (judged->second.standing == Standing::damaged) {  // a full one also repairs the pieces that it shares
      log::warning("a full backup is made: {}", judged->second.problem);
      return std::optional<Chain>{};
    }
    auto chain = load_chain(store, vault.keys, *entry.manifest);
    if (!chain && chain.error().kind == ErrorKind::retry) return fail(chain.error());
    if (!chain) {
      log::warning("a full backup is made: {}", chain.error().message);
      return std::optional<Chain>{};
    }
    const bool whole = std::ranges::all_of(chain->links, [&](const Manifest& link) { return pieces.has_all(link); });
    if (!whole) log::warning("a full backup is made, since pieces of {} are missing", entry.generation);
    if (!whole || chain->tip().page_size != info.page_size || !may_grow(*chain, 0, plan.chain)) {
      return std::optional<Chain>{};
    }
    return std::optional(std::move(*chain));
  }
  return std::optional<Chain>{};
}

Result<bool> write_increment(PageSource& source, ObjectStore& store, const Vault& vault, const Chain& parent,
                             const ChainRule& rule, PieceWriter& pieces, Manifest& manifest,
                             std::vector<std::string>& names, Task& task) {
  Increment increment(source, parent, rule, pieces, manifest, task);
  auto outcome = Outcome::wrong_parent;
  for (auto kept = source.kept_image(vault.store, parent.tip().generation); outcome == Outcome::wrong_parent;) {
    const bool from_store = kept == nullptr;
    OldImage old(std::move(kept), store, vault.keys, parent);
    const auto written = increment.write(old);
    if (!written && !(from_store && written.error().kind == ErrorKind::corrupt)) return fail(written.error());
    outcome = written ? *written : Outcome::wrong_parent;
    if (outcome == Outcome::written) break;
    TRY(pieces.discard());
    if (outcome == Outcome::wrong_parent) {
      log::warning("the image of backup {} {}", parent.tip().generation,
                   from_store ? "cannot be read from the store; a full backup is made"
                              : "that was kept is not its image; it is read from the store");
    }
    if (from_store) return false;
  }
  if (outcome != Outcome::written) return false;
  increment.fill_in();
  names = increment.names();
  return true;
}

}  // namespace till::backup
