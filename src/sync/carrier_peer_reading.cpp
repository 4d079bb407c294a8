// What a carrier's peer does with the files that lie there.
#include <algorithm>
#include <utility>

#include "sync/carrier_peer.hpp"
#include "sync/chain.hpp"

namespace till::sync {

namespace {
constexpr std::size_t kLooksPerStep = 128;    // at names; each asks the log some questions
constexpr std::size_t kMaxBranchesSeen = 16;  // that end at the same record

bool is_present(const Step& step, const CarrierName& name) {
  return name.device == step.self.device && name.incarnation == step.self.incarnation;
}

Result<bool> continues_what_is_held(Store& store, const CarrierName& name, std::uint64_t floor) {
  if (name.first <= floor + 1) return true;
  const auto before = TRY(store.segments_behind(name.feed(), name.first - 2, 1));
  if (!before.empty() && before.front().last == name.first - 1) return true;
  const auto heads = TRY(store.heads(name.feed()));
  return std::any_of(heads.begin(), heads.end(), [&](const FeedHead& h) { return h.sequence == name.first - 1; });
}

}  // namespace

Status CarrierPeer::look(Step& step) {
  session_.more = false;
  if (step.is_bootstrapping) return {};
  if (!session_.asked.empty() || !session_.inbox.empty()) return {};
  std::vector<CarrierName> wanted;
  for (std::size_t looks = 0; wanted.size() < kMaxReadsAsked; ++looks) {
    const auto name = session_.files.next_unknown();
    if (!name) break;
    if (looks == kLooksPerStep) {
      session_.more = true;
      break;
    }
    const FileState state = TRY(look_at(step, *name, wanted));
    session_.files.set(*name, state);
    if (state == FileState::asked) wanted.push_back(*name);
  }
  if (wanted.empty() && !session_.more) {
    while (!session_.unproven.empty() && wanted.size() < kMaxReadsAsked) {
      wanted.push_back(session_.unproven.front());
      session_.unproven.pop_front();
    }
  }
  ask(step, wanted);
  return {};
}

void CarrierPeer::ask(Step& step, const std::vector<CarrierName>& names) {
  if (names.empty()) return;
  session_.asked.assign(names.begin(), names.end());
  session_.asked_at_us = step.now.mono_us;
  ReadCarrier effect{link(), {}};
  for (const CarrierName& name : names) effect.names.push_back(to_string(folder_, name));
  step.tell(std::move(effect));
}

Result<FileState> CarrierPeer::look_at(Step& step, const CarrierName& name, const std::vector<CarrierName>& wanted) {
  if (TRY(is_held(step, name))) {
    const auto own = TRY(step.store.own_feed(name.feed()));
    if (own && name.last() > own->acked) session_.unproven.push_back(name);
    return FileState::held;
  }
  if (is_present(step, name)) return FileState::asked;
  // Below the floor a snapshot stands for the records; of a feed that forked nobody can tell which, and a sale counts.
  const std::uint64_t floor = TRY(step.store.floor(name.feed()));
  if (name.last() <= floor) return session_.files.is_of_a_fork(name) ? FileState::asked : FileState::held;
  const bool continues_wanted = std::any_of(wanted.begin(), wanted.end(), [&](const CarrierName& w) {
    return w.feed() == name.feed() && w.last() == name.first - 1;
  });
  if (continues_wanted || TRY(continues_what_is_held(step.store, name, floor))) return FileState::asked;
  return FileState::gap;
}

Result<bool> CarrierPeer::is_held(Step& step, const CarrierName& name) const {
  const auto there = TRY(step.store.segments_behind(name.feed(), name.last() - 1, kMaxBranchesSeen));
  return std::any_of(there.begin(), there.end(), [&](const SegmentInfo& s) {
    return s.first == name.first && s.last == name.last() && prefix_of(s.last_hash) == name.last_hash;
  });
}

Status CarrierPeer::has_read(Step& step, const CarrierRead& event) {
  if (session_.asked.empty() || to_string(folder_, session_.asked.front()) != event.name) return {};
  received_bytes_ += event.bytes.size();
  session_.asked_at_us = step.now.mono_us;
  session_.inbox.push_back({session_.asked.front(), event.bytes});
  session_.asked.pop_front();
  return {};
}

Status CarrierPeer::read(Step& step) {
  if (step.is_bootstrapping) return {};
  while (!session_.inbox.empty() && !step.new_incarnation && step.has_room()) {
    const File file = std::move(session_.inbox.front());
    session_.inbox.pop_front();
    if (session_.files.state(file.name) == FileState::held) {
      TRY(prove(step, file));
    } else {
      session_.files.set(file.name, TRY(take(step, file)));
    }
  }
  return {};
}

Result<FileState> CarrierPeer::take(Step& step, const File& file) {
  const auto envelope = parse_envelope(file.bytes);
  if (!envelope || envelope->tenant != step.config.tenant || carrier_name(*envelope) != file.name) {
    return FileState::bad;
  }
  if (!step.keys.knows_device(file.name.device)) {  // it stays where it is: anybody could have put it there
    if (session_.strangers.insert(file.name.device).second) step.tell(NeedKeys{0, file.name.device});
    return FileState::gap;
  }
  if (is_present(step, file.name)) return take_present(step, file, *envelope);
  const TakenSegment result = TRY(step.applier.take(step.store, file.bytes, step.trusted_now()));
  if (result.fork) tell_of_fork(step, file.name.device);
  if (result.taken == Taken::applied) last_success_ = step.now.utc;
  switch (result.taken) {
    case Taken::applied:
    case Taken::duplicate:
      return FileState::held;
    case Taken::gap:
      return FileState::gap;
    case Taken::refused:
      break;
  }
  return FileState::bad;
}

// Of the incarnation that is being written here: whoever has more of it, or something else, knows a past that this
// terminal has lost.
Result<FileState> CarrierPeer::take_present(Step& step, const File& file, const Envelope& envelope) {
  if (!verify_envelope(file.bytes, envelope, step.keys)) return FileState::bad;
  if (TRY(step.store.has_end(envelope.feed, file.name.last(), envelope.last_hash))) return FileState::held;
  if (file.name.last() <= TRY(step.store.floor(envelope.feed))) {  // ours or a twin's: what is sold in it counts
    TRY(step.applier.take(step.store, file.bytes, step.trusted_now()));
    return FileState::held;
  }
  step.new_incarnation = "on " + name_ + " are records of it that are not here";
  return FileState::gap;
}

Status CarrierPeer::prove(Step& step, const File& file) {
  const auto own = TRY(step.store.own_segment(file.name.feed(), file.name.last()));
  if (!own || own->bytes == file.bytes) return {};
  session_.files.forget(file.name);
  writer_.start_over(file.name.feed());
  return {};
}

}  // namespace till::sync
