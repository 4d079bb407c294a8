#include "sync/peer.hpp"

#include <algorithm>
#include <utility>

#include "sync/outbox.hpp"

namespace till::sync {

void Peer::connect(Step& step) {
  forget_session();
  state_ = LinkState::connecting;
  since_us_ = step.now.mono_us;
  ++attempts_;
  step.tell(Connect{link()});
  step.status_changed();
}

void Peer::begin_session(Step& step) {
  forget_session();
  state_ = LinkState::connected;
  since_us_ = step.now.mono_us;
  step.status_changed();
}

void Peer::became_of_use(Step& step) {
  ++successes_;
  failures_in_row_ = 0;
  backoff_.reset();
  problem_.clear();
  last_success_ = step.now.utc;
}

Status Peer::link_down(Step& step, const std::string& reason) {
  if (state_ != LinkState::offline) go_offline(step.now, step.random, step.effects, reason, false);
  return {};
}

void Peer::hang_up(Step& step, std::string reason) {
  if (state_ == LinkState::offline) return;
  go_offline(step.now, step.random, step.effects, std::move(reason), true);
  if (step.is_other_incarnation) connect_at_us_ = step.now.mono_us;
}

void Peer::begin_step() {
  was_open_ = state_ != LinkState::offline;
  if (std::exchange(has_moved_, false)) own_trouble_.reset();
}

std::int64_t Peer::failed(const Error& error, Instant now, Random& random, std::vector<Effect>& effects) {
  has_moved_ = false;
  if (state_ != LinkState::offline) {
    go_offline(now, random, effects, error.message, true);
    connect_at_us_ = std::max(connect_at_us_, now.mono_us + own_trouble_.next_ms(random) * 1000);
  } else {
    if (std::exchange(was_open_, false))
      effects.emplace_back(Disconnect{link(), problem_});  // that it hung up was undone with the step
    problem_ = error.message;
    effects.emplace_back(StatusChanged{});
  }
  return connect_at_us_;
}

void Peer::go_offline(Instant now, Random& random, std::vector<Effect>& effects, std::string reason, bool tell_link) {
  if (counts_as_attempt() && !was_of_use()) ++failures_in_row_;
  forget_session();
  state_ = LinkState::offline;
  connect_at_us_ = now.mono_us + backoff_.next_ms(random) * 1000;
  problem_ = std::move(reason);
  if (tell_link) effects.emplace_back(Disconnect{link(), problem_});
  effects.emplace_back(StatusChanged{});
}

Result<PeerStatus> Peer::account(Store& store) const {
  PeerStatus status;
  status.link = link();
  status.state = state_;
  if (state_ == LinkState::connected && !was_of_use()) status.state = LinkState::connecting;
  status.attempts = attempts_;
  status.successes = successes_;
  status.failures_in_row = failures_in_row_;
  status.next_attempt_mono_us = state_ == LinkState::offline ? connect_at_us_ : 0;
  status.last_success = last_success_;
  status.sent_bytes = sent_bytes_;
  status.received_bytes = received_bytes_;
  for (const OwnFeed& own : TRY(store.own_feeds_at(link()))) {
    status.waiting[index(own.feed.lane)] += TRY(waiting_for(store, link(), own));
  }
  return status;
}

}  // namespace till::sync
