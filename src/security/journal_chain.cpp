#include "security/journal_chain.hpp"

#include <algorithm>
#include <string_view>

#include "security/journal_sabotage.hpp"

namespace till::security {
namespace {

constexpr std::size_t kMaxFaults = 100;
// How soon after a fork the entry comes that tells of it.
constexpr std::uint64_t kExplainedWithin = 3;

Bytes head_message(std::string_view context, const Id& device, const AuditHead& head) {
  ByteWriter out;
  out.raw(view(context));
  out.raw(device.bytes);
  out.u64(head.sequence);
  out.raw(head.hash);
  return out.take();
}

constexpr std::string_view kHead = "till journal head 1";
constexpr std::string_view kCheckpoint = "till journal checkpoint 1";

bool contains(const std::vector<Hash>& hashes, const Hash& hash) {
  return std::ranges::find(hashes, hash) != hashes.end();
}

}  // namespace

Hash journal_hash(const Hash& previous, ByteView canonical) {
  return Sha256().update(view("till journal 2")).update(previous).update(canonical).finish();
}

Result<Signature> sign_journal_head(const SigningKey& key, const Id& device, const AuditHead& head) {
  return key.sign(head_message(kHead, device, head));
}

Status verify_journal_head(const SigningPublicKey& key, const Id& device, const AuditHead& head, ByteView signature) {
  return verify(key, head_message(kHead, device, head), signature);
}

Result<Signature> sign_journal_checkpoint(const SigningKey& key, const Id& device, const AuditHead& checkpoint) {
  return key.sign(head_message(kCheckpoint, device, checkpoint));
}

Status verify_journal_checkpoint(const SigningPublicKey& key, const Id& device, const AuditHead& checkpoint,
                                 ByteView signature) {
  return verify(key, head_message(kCheckpoint, device, checkpoint), signature);
}

bool JournalReport::good() const {
  return std::ranges::all_of(faults, &JournalFault::is_explained);
}

JournalWalk::JournalWalk(std::vector<AuditHead> known, std::optional<AuditHead> end)
    : known_(std::move(known)), end_(end) {
  if (end_ && (end_->sequence == 0 || std::ranges::find(known_, *end_) != known_.end())) end_.reset();
}

void JournalWalk::note(JournalFault fault) {
  if (report_.faults.size() < kMaxFaults) report_.faults.push_back(fault);
}

void JournalWalk::begin_level(std::uint64_t sequence) {
  before_ = sequence == sequence_ + 1 ? std::move(here_) : std::vector<Hash>{};
  for (const auto& known : known_)
    if (known.sequence + 1 == sequence) before_.push_back(known.hash);
  if (sequence == 1) before_.push_back(Hash{});
  after_gap_ = before_.empty();
  if (after_gap_ && !sabotaged(JournalSabotage::gap_overlooked))
    note({JournalFault::Kind::missing, sequence_ + 1, sequence - 1});
  here_.clear();
  parents_.clear();
  sequence_ = sequence;
}

bool JournalWalk::is_linked(const JournalLink& link) const {
  // What stood before a gap is not known, so its end cannot be judged; its missing numbers are told.
  return after_gap_ || contains(before_, link.previous) || sabotaged(JournalSabotage::link_believed);
}

void JournalWalk::add(const JournalLink& link) {
  if (report_.checked == 0) report_.first = link.sequence;
  if (link.sequence != sequence_) begin_level(link.sequence);
  ++report_.checked;
  report_.last = std::max(report_.last, link.sequence);
  if (!link.shows_what_was_written || !same(journal_hash(link.previous, link.canonical), link.hash))
    note({JournalFault::Kind::changed, link.sequence, link.sequence});
  if (!is_linked(link)) note({JournalFault::Kind::unlinked, link.sequence, link.sequence});
  if (contains(parents_, link.previous)) note({JournalFault::Kind::forked, link.sequence, link.sequence});
  here_.push_back(link.hash);
  parents_.push_back(link.previous);
  if (end_ && end_->sequence == link.sequence && same(end_->hash, link.hash)) end_.reset();
  // The entry that explains a fork may have been read before the other branch's first.
  if (link.begins_anew) explained_at_ = link.sequence;
  for (auto& fault : report_.faults) {
    if (fault.kind != JournalFault::Kind::forked || fault.is_explained) continue;
    fault.is_explained = explained_at_ >= fault.first && explained_at_ <= fault.first + kExplainedWithin;
  }
}

JournalReport JournalWalk::finish() {
  if (end_) note({JournalFault::Kind::end_missing, std::min(end_->sequence, report_.last + 1), end_->sequence});
  return std::move(report_);
}

}  // namespace till::security
