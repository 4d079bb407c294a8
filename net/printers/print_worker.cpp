#include "net/printers/print_worker.hpp"

#include <algorithm>
#include <utility>

#include "core/log.hpp"

namespace till::net {
namespace {

constexpr std::chrono::milliseconds kPulsePause{250};

}  // namespace

PrintWorker::PrintWorker(std::string printer_name, std::unique_ptr<Printer> printer, PrintQueue& queue, Clock& clock,
                         Listener listener, PrintWorkerOptions options)
    : name_(std::move(printer_name)),
      printer_(std::move(printer)),
      queue_(queue),
      clock_(clock),
      listener_(std::move(listener)),
      options_(options),
      pause_(options.first_pause) {
  state_.printer = name_;
  thread_ = std::jthread([this](std::stop_token stop) { run(std::move(stop)); });
}

PrintWorker::~PrintWorker() {
  stop();
}

void PrintWorker::wake() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  bell_.notify_all();
}

void PrintWorker::pulse(Bytes job) {
  {
    std::lock_guard lock(mutex_);
    pulse_ = Pulse{std::move(job), clock_.monotonic()};
    woken_ = true;
  }
  bell_.notify_all();
}

PrinterState PrintWorker::state() const {
  std::lock_guard lock(mutex_);
  return state_;
}

void PrintWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void PrintWorker::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const bool all_printed = drain(stop);
    std::unique_lock lock(mutex_);
    if (all_printed) {
      pause_ = options_.first_pause;
      bell_.wait(lock, stop, [&] { return woken_; });
    } else {
      bell_.wait_for(lock, stop, pause_, [&] { return woken_; });
      pause_ = std::min(pause_ * 2, options_.longest_pause);
    }
    woken_ = false;
  }
}

bool PrintWorker::drain(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (auto pulse = take_pulse()) send_pulse(*pulse, stop);
    auto job = queue_.next(name_);
    if (!job) {
      report(PrinterHealth::offline, job.error().message);
      return false;
    }
    if (!*job) {
      const Status reached = probe(stop);
      if (reached) report(PrinterHealth::ready, {});
      return reached.has_value();
    }
    if (state().health != PrinterHealth::offline) report(PrinterHealth::printing, {});
    if (!print(**job, stop)) return false;
  }
  return true;
}

bool PrintWorker::print(const PrintJob& job, const std::stop_token& stop) {
  if (printed_ != job.id) {
    const Status sent = printer_->send(job.bytes, stop);
    if (!sent) {
      if (!stop.stop_requested()) keep_for_later(job, sent.error());
      return false;
    }
    printed_ = job.id;
  }
  const Status done = queue_.mark_done(job.id);
  if (done) {
    printed_.reset();
    report(PrinterHealth::ready, {});
    return true;
  }
  log::error("{}: {} is printed but still queued: {}", name_, job.title, done.error().message);
  report(PrinterHealth::offline, done.error().message);
  return false;
}

void PrintWorker::keep_for_later(const PrintJob& job, const Error& why) {
  log::info("{}: {} not printed yet: {} ({})", name_, job.title, why.message, why.cause);
  const UtcTime retry_at{clock_.now().us + std::chrono::microseconds(pause_).count()};
  const Status noted = queue_.mark_failed(job.id, why.message, retry_at);
  if (!noted) log::warning("{}: the failed job could not be noted: {}", name_, noted.error().message);
  report(PrinterHealth::offline, why.message);
}

void PrintWorker::send_pulse(const Pulse& pulse, const std::stop_token& stop) {
  std::string reason = "the printer was busy for too long";
  while (clock_.monotonic() - pulse.asked <= options_.pulse_life && !stop.stop_requested()) {
    const Status sent = printer_->send(pulse.job, stop);
    if (sent) return report(PrinterHealth::ready, {});
    reason = sent.error().message;
    std::unique_lock lock(mutex_);
    bell_.wait_for(lock, stop, kPulsePause, [] { return false; });
  }
  if (stop.stop_requested()) return;
  log::warning("{}: the drawer was not opened: {}", name_, reason);
  report(PrinterHealth::offline, "the drawer was not opened, use its key: " + reason);
}

Status PrintWorker::probe(const std::stop_token& stop) {
  if (state().health != PrinterHealth::offline) return {};
  return printer_->send({}, stop);
}

std::optional<PrintWorker::Pulse> PrintWorker::take_pulse() {
  std::lock_guard lock(mutex_);
  return std::exchange(pulse_, std::nullopt);
}

void PrintWorker::report(PrinterHealth health, const std::string& reason) {
  const auto waiting = queue_.waiting(name_);
  PrinterState next;
  {
    std::lock_guard lock(mutex_);
    const bool still_offline = health == PrinterHealth::offline && state_.health == PrinterHealth::offline;
    next = {name_, health, still_offline ? state_.since : clock_.now(), waiting ? *waiting : state_.waiting, reason};
    const bool same = next.health == state_.health && next.waiting == state_.waiting && next.reason == state_.reason;
    if (same && reported_) return;
    reported_ = true;
    state_ = next;
  }
  if (listener_) listener_(next);
}

}  // namespace till::net
