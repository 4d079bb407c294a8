#include "net/network_watch.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace till::net {
namespace {

constexpr std::chrono::milliseconds kForever = std::chrono::hours(24);

template <class Header>
bool read_header(ByteView bytes, Header& header) {
  if (bytes.size() < sizeof header) return false;
  std::memcpy(&header, bytes.data(), sizeof header);
  return true;
}

bool is_gain(std::uint16_t type, ByteView body) {
  if (type == RTM_NEWADDR) {
    ifaddrmsg address{};
    return read_header(body, address) && (address.ifa_flags & IFA_F_TENTATIVE) == 0;
  }
  rtmsg route{};
  return type == RTM_NEWROUTE && read_header(body, route) && route.rtm_dst_len == 0;  // the way out
}

// A timer that never runs out, and is called off when the clock is set, as on waking.
void arm(int timer) {
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
  ::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr);
}

void arm_again(int timer) {
  std::uint64_t times = 0;
  [[maybe_unused]] const auto cancelled = ::read(timer, &times, sizeof times);
  arm(timer);
}

}  // namespace

bool says_network_came(ByteView messages) {
  nlmsghdr header{};
  while (read_header(messages, header)) {
    const std::size_t length = header.nlmsg_len;
    if (length < sizeof header || length > messages.size()) return false;
    if (is_gain(header.nlmsg_type, messages.subspan(NLMSG_HDRLEN, length - NLMSG_HDRLEN))) return true;
    messages = messages.subspan(std::min<std::size_t>(NLMSG_ALIGN(length), messages.size()));
  }
  return false;
}

Result<std::unique_ptr<NetworkWatch>> NetworkWatch::start(std::function<void()> changed) {
  Descriptor routes(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (!routes.is_open() || ::bind(routes.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return fail(ErrorKind::permanent, "this machine does not tell when its network changes",
                system_cause("netlink", errno));
  }
  Descriptor waking(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (waking.is_open()) arm(waking.get());
  return std::make_unique<NetworkWatch>(Sources{std::move(routes), std::move(waking), arm_again}, kSettle,
                                        std::move(changed));
}

NetworkWatch::NetworkWatch(Sources sources, std::chrono::milliseconds settle, std::function<void()> changed)
    : sources_(std::move(sources)),
      either_(::epoll_create1(EPOLL_CLOEXEC)),
      settle_(settle),
      changed_(std::move(changed)) {
  for (const int fd : {sources_.routes.get(), sources_.waking.get()}) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (fd >= 0) ::epoll_ctl(either_.get(), EPOLL_CTL_ADD, fd, &event);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void NetworkWatch::run(const std::stop_token& stop) {
  const StopBell bell(stop);
  bool is_news = false;
  for (;;) {
    switch (bell.wait(either_.get(), POLLIN, is_news ? settle_ : kForever)) {
      case StopBell::Woken::stopped:
        return;
      case StopBell::Woken::ready:
        is_news |= take_news();
        break;
      case StopBell::Woken::timed_out:
        if (std::exchange(is_news, false)) changed_();
        break;
    }
  }
}

// All that has come. When more came than the kernel could keep, it may have been anything.
bool NetworkWatch::take_news() {
  bool is_news = false;
  pollfd woke{sources_.waking.get(), POLLIN, 0};
  if (woke.fd >= 0 && ::poll(&woke, 1, 0) > 0) {
    sources_.wake_seen(woke.fd);
    is_news = true;
  }
  std::array<std::uint8_t, 16384> buffer{};
  for (;;) {
    const auto length = ::recv(sources_.routes.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length < 0 && errno == ENOBUFS) is_news = true;
    if (length < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
    if (length <= 0) return is_news;
    is_news |= says_network_came(ByteView(buffer.data(), static_cast<std::size_t>(length)));
  }
}

}  // namespace till::net
