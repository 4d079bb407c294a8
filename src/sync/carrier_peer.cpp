#include "sync/carrier_peer.hpp"

#include <algorithm>
#include <utility>

namespace till::sync {

namespace {
constexpr std::int64_t kConnectLimit_us = 60'000'000;
constexpr std::int64_t kAnswerLimit_us = 600'000'000;  // for one request; old sticks are slow
constexpr std::int64_t kBadAgain_us = 600'000'000;     // between looks at damaged files: they may be being copied
constexpr std::int64_t kMaxPause_ms = 60'000;          // to look whether it is there costs nothing
constexpr std::int64_t kPausePerListing = 10;          // a listing that takes long is made less often

Backoff backoff_of(const EngineSettings& settings) {
  return Backoff({settings.retry_base_ms, std::min(settings.retry_cap_ms, kMaxPause_ms)});
}
}  // namespace

CarrierPeer::CarrierPeer(const PeerConfig& peer, const EngineConfig& config)
    : Peer(peer.link, backoff_of(config.settings)),
      name_(peer.name.empty() ? "the carrier" : peer.name),
      folder_(carrier_folder(config.tenant)) {}

void CarrierPeer::configure(const EngineSettings& settings) {
  backoff_ = own_trouble_ = backoff_of(settings);
}

Status CarrierPeer::link_up(Step& step) {
  begin_session(step);
  list(step);
  return {};
}

void CarrierPeer::forget_session() {
  session_ = {};
  writer_.start_over();
  writer_.forget_flight();
}

void CarrierPeer::list(Step& step) {
  const std::int64_t now_us = step.now.mono_us;
  session_.is_listing = true;
  session_.listed_at_us = session_.asked_at_us = now_us;
  session_.misnamed = 0;
  session_.strangers.clear();
  session_.try_bad_ones = now_us >= session_.bad_again_at_us;
  if (session_.try_bad_ones) session_.bad_again_at_us = now_us + kBadAgain_us;
  session_.files.begin_listing();
  step.tell(ListCarrier{link(), folder_});
}

Status CarrierPeer::listed(Step& step, const CarrierListed& event) {
  if (!session_.is_listing) return {};
  const std::int64_t now_us = session_.asked_at_us = step.now.mono_us;
  for (const std::string& text : event.names) {
    const auto name = parse_carrier_name(folder_, text);
    if (name) {
      session_.files.listed(*name, session_.try_bad_ones);
    } else {
      ++session_.misnamed;
    }
  }
  if (session_.files.count() > kMaxCarrierFiles) {
    hang_up(step, "there are too many files on " + name_ + "; empty it, what is needed will be written again");
    return {};
  }
  if (event.more) return {};
  session_.is_listing = false;
  if (session_.files.end_listing()) writer_.start_over();
  const std::int64_t pause_ms = std::max(step.config.settings.poll_interval_ms, kMinCarrierPause_ms);
  session_.list_at_us = now_us + std::max(pause_ms * 1000, kPausePerListing * (now_us - session_.listed_at_us));
  step.status_changed();
  if (!std::exchange(session_.was_listed, true)) became_of_use(step);
  return {};
}

Status CarrierPeer::written(Step& step, const CarrierWritten& event) {
  const auto name = parse_carrier_name(folder_, event.name);
  if (state_ != LinkState::connected || !name || !writer_.landed(*name)) return {};
  session_.asked_at_us = step.now.mono_us;
  if (!event.problem.empty()) {
    if (session_.refusal.empty()) {
      ++failures_in_row_;
      session_.rewrite_at_us = step.now.mono_us + backoff_.next_ms(step.random) * 1000;
      step.status_changed();
    }
    session_.refusal = event.problem;
    writer_.start_over();
    return {};
  }
  session_.files.written(*name);
  last_success_ = step.now.utc;
  if (!session_.refusal.empty() || writer_.in_flight()) return {};
  failures_in_row_ = 0;
  backoff_.reset();
  step.status_changed();
  return {};
}

Status CarrierPeer::tick(Step& step) {
  const std::int64_t now_us = step.now.mono_us;
  switch (state_) {
    case LinkState::offline:
      if (step.config.settings.auto_sync && now_us >= connect_at_us_) connect(step);
      return {};
    case LinkState::connecting:
      if (now_us >= since_us_ + kConnectLimit_us) hang_up(step, name_ + " does not answer");
      return {};
    default:
      break;
  }
  if (waits_for_an_answer() && now_us >= session_.asked_at_us + kAnswerLimit_us) {
    hang_up(step, name_ + " does not answer; take it out and put it in again");
  } else if (!session_.refusal.empty() && now_us >= session_.rewrite_at_us) {
    session_.refusal.clear();
  }
  return {};
}

Status CarrierPeer::hurry(Step& step) {
  backoff_.reset();
  own_trouble_.reset();
  session_.refusal.clear();
  if (state_ == LinkState::offline) {
    connect(step);
  } else {
    session_.list_at_us = session_.bad_again_at_us = step.now.mono_us;
  }
  return {};
}

bool CarrierPeer::waits_for_an_answer() const {
  return session_.is_listing || !session_.asked.empty() || writer_.in_flight();
}

// Nothing to do before the next listing, or before something happens.
bool CarrierPeer::is_idle() const {
  return session_.was_listed && !waits_for_an_answer() && session_.inbox.empty() && session_.unproven.empty() &&
         !session_.files.next_unknown() && !writer_.has_more();
}

Status CarrierPeer::write(Step& step) {
  if (state_ != LinkState::connected || session_.is_listing) return {};
  TRY(look(step));
  if (session_.refusal.empty()) {
    for (CarrierWriter::Output& file : TRY(writer_.next(step, link(), session_.files))) {
      sent_bytes_ += file.bytes.size();
      session_.asked_at_us = step.now.mono_us;
      step.tell(WriteCarrier{link(), to_string(folder_, file.name), std::move(file.bytes)});
    }
  }
  if (!is_idle()) return {};
  report_bad_ones(step);
  if (step.now.mono_us >= session_.list_at_us) {
    list(step);
  } else if (!step.config.settings.auto_sync) {
    hang_up(step, session_.refusal);
  }
  return {};
}

std::string CarrierPeer::passed_over() const {
  const std::size_t bad = session_.files.bad_count() + session_.misnamed;
  if (bad == 0) return {};
  const auto one = session_.files.a_bad_one();
  return "files on " + name_ + " that are damaged or not this shop's are passed over: " + std::to_string(bad) +
         (one ? "; one is " + to_string(folder_, *one) : std::string());
}

void CarrierPeer::report_bad_ones(Step& step) {
  const std::size_t bad = session_.files.bad_count() + session_.misnamed;
  if (bad <= bad_reported_) return;
  bad_reported_ = bad;
  step.tell(Incident{passed_over()});
}

Result<std::int64_t> CarrierPeer::next_deadline_us(Step& step) {
  const std::int64_t now_us = step.now.mono_us;
  if (state_ == LinkState::offline) {
    return step.config.settings.auto_sync ? std::max(connect_at_us_, now_us + 1) : 0;
  }
  if (state_ == LinkState::connecting) return since_us_ + kConnectLimit_us;
  std::int64_t at = session_.refusal.empty() ? 0 : std::max(session_.rewrite_at_us, now_us + 1);
  if (step.is_bootstrapping) return earlier(at, now_us + kMinCarrierPause_ms * 1000);
  if (!session_.inbox.empty() || session_.more || writer_.has_more()) at = earlier(at, now_us + 1);
  if (waits_for_an_answer()) return earlier(at, session_.asked_at_us + kAnswerLimit_us);
  return earlier(at, is_idle() ? std::max(session_.list_at_us, now_us + 1) : now_us + 1);
}

MemoryUse CarrierPeer::memory() const {
  MemoryUse use;
  use.link = link();
  use.inbox_items = session_.inbox.size();
  for (const File& file : session_.inbox) use.inbox_bytes += file.bytes.size();
  use.flight_bytes = writer_.flight_bytes();
  use.files = session_.files.count();
  return use;
}

Result<PeerStatus> CarrierPeer::status(Store& store) const {
  PeerStatus status = TRY(account(store));
  status.caught_up = state_ == LinkState::connected && is_idle() && session_.refusal.empty();
  status.problem = !session_.refusal.empty() ? session_.refusal : !problem_.empty() ? problem_ : passed_over();
  return status;
}

}  // namespace till::sync
