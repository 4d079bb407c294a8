#include "app/sync/mailbox.hpp"

#include <utility>

namespace till::app {

namespace {
constexpr std::size_t kMaxEventsWaiting = 4096;
constexpr std::size_t kMaxFramesWaiting = 1024;
}  // namespace

void Mailbox::post(sync::Event event) {
  {
    std::lock_guard lock(mutex_);
    if (events_.size() < kMaxEventsWaiting) events_.push_back(std::move(event));
  }
  bell_.notify_all();
}

void Mailbox::post_frame(Bytes frame) {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopping_ || frames_.size() < kMaxFramesWaiting; });
    frames_.push_back(std::move(frame));
  }
  bell_.notify_all();
}

void Mailbox::post_local_commit() {
  {
    std::lock_guard lock(mutex_);
    local_commit_ = true;
  }
  bell_.notify_all();
}

void Mailbox::post_notice(bool Notices::*which) {
  {
    std::lock_guard lock(mutex_);
    notices_.*which = true;
  }
  bell_.notify_all();
}

void Mailbox::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_all();
  room_.notify_all();
}

bool Mailbox::has_mail() const {
  const bool noticed =
      notices_.membership_changed || notices_.look_at_peers || notices_.pictures_came || notices_.tables_healed;
  return stopping_ || noticed || local_commit_ || !events_.empty() || !frames_.empty();
}

Mailbox::Mail Mailbox::take(std::chrono::microseconds limit) {
  std::unique_lock lock(mutex_);
  bell_.wait_for(lock, limit, [&] { return has_mail(); });
  Mail mail;
  mail.event = next_event();
  mail.notices = std::exchange(notices_, {});
  mail.stopping = stopping_;
  return mail;
}

// Frames before what came after them: a LinkDown is only posted once every frame of that link was taken.
std::optional<sync::Event> Mailbox::next_event() {
  if (!frames_.empty()) {
    sync::Received received;
    while (!frames_.empty() && received.frames.size() < sync::kMaxFramesPerStep) {
      received.frames.push_back(std::move(frames_.front()));
      frames_.pop_front();
    }
    room_.notify_all();
    return received;
  }
  if (!events_.empty()) {
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  if (std::exchange(local_commit_, false)) return sync::LocalCommit{};
  return std::nullopt;
}

void Mailbox::forget_link() {
  {
    std::lock_guard lock(mutex_);
    frames_.clear();
    std::erase_if(events_, [](const sync::Event& event) {
      return std::holds_alternative<sync::LinkUp>(event) || std::holds_alternative<sync::LinkDown>(event);
    });
  }
  room_.notify_all();
}

}  // namespace till::app
