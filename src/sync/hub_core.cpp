#include "sync/hub_core.hpp"

#include "sync/chain.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

AckItem ack_for(const Envelope& e) {
  return {e.feed, e.first_sequence, e.last_sequence(), e.last_hash, Outcome::malformed, 0};
}

Verdict refused(AckItem ack, Outcome outcome) {
  ack.outcome = outcome;
  return {outcome, 0, false, false, ack};
}

}  // namespace

Result<Verdict> HubCore::accept(const Id& tenant, ByteView segment, UtcTime now) {
  if (segment.size() > kMaxSegmentBytes) return refused({}, Outcome::too_large);
  const auto envelope = parse_envelope(segment);
  if (!envelope) return refused({}, Outcome::malformed);
  const AckItem ack = ack_for(*envelope);
  if (envelope->tenant != tenant && !sabotaged(Sabotage::hub_mixes_tenants)) return refused(ack, Outcome::wrong_tenant);
  const auto signer = TRY(store_.signer(tenant, envelope->feed.device));
  if (!signer) return refused(ack, Outcome::unknown_device);
  if (signer->revoked && !sabotaged(Sabotage::hub_takes_revoked)) return refused(ack, Outcome::revoked);
  if (!verify_(segment, *envelope, signer->public_key)) return refused(ack, Outcome::bad_signature);
  return append(tenant, *envelope, segment, now);
}

Result<Verdict> HubCore::append(const Id& tenant, const Envelope& e, ByteView segment, UtcTime now) {
  HeldFeed held;
  held.heads = TRY(store_.heads(tenant, e.feed));
  held.has_segment = [&] {
    return store_.has_segment(tenant, e.feed, e.first_sequence, e.last_sequence(), e.last_hash);
  };
  held.has_end_before_first = [&] { return store_.has_end(tenant, e.feed, e.first_sequence - 1, e.previous_hash); };
  const Placement placed = TRY(place(e, held));

  Verdict verdict;
  verdict.ack = ack_for(e);
  verdict.ack.head = furthest(held.heads);
  if (placed.place == Place::gap) return refused(verdict.ack, Outcome::gap);
  if (placed.place == Place::duplicate) {
    verdict.outcome = verdict.ack.outcome = Outcome::duplicate;
    return verdict;
  }
  HubAppend row{tenant,
                e.feed,
                e.first_sequence,
                e.last_sequence(),
                e.previous_hash,
                e.last_hash,
                placed.branch,
                placed.place == Place::fork,
                e.last_stamp.ms(),
                now,
                segment};
  verdict.number = TRY(store_.append(row));
  verdict.outcome = verdict.ack.outcome = Outcome::stored;
  verdict.ack.head = std::max(verdict.ack.head, e.last_sequence());
  verdict.fork = row.fork;
  verdict.future = is_future(e.last_stamp, now);
  return verdict;
}

}  // namespace till::sync
