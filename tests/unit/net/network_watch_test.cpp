// What the kernel says of addresses and routes, as it writes it, through a socket of the test's own.
#include "net/network_watch.hpp"

#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <future>

namespace till::net {
namespace {

using namespace std::chrono_literals;

template <class Body>
Bytes message(std::uint16_t type, const Body& body) {
  nlmsghdr header{};
  header.nlmsg_len = NLMSG_LENGTH(sizeof body);
  header.nlmsg_type = type;
  Bytes bytes(NLMSG_SPACE(sizeof body));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + NLMSG_HDRLEN, &body, sizeof body);
  return bytes;
}

Bytes address(std::uint16_t type, std::uint8_t flags = 0) {
  ifaddrmsg body{};
  body.ifa_family = AF_INET;
  body.ifa_prefixlen = 24;
  body.ifa_flags = flags;
  return message(type, body);
}

Bytes route(std::uint16_t type, std::uint8_t prefix) {
  rtmsg body{};
  body.rtm_family = AF_INET;
  body.rtm_dst_len = prefix;
  return message(type, body);
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(NetworkWatch, an_address_and_a_way_out_are_news_and_their_loss_is_not) {
  EXPECT_TRUE(says_network_came(address(RTM_NEWADDR)));
  EXPECT_TRUE(says_network_came(route(RTM_NEWROUTE, 0)));
  EXPECT_FALSE(says_network_came(address(RTM_DELADDR)));
  EXPECT_FALSE(says_network_came(route(RTM_DELROUTE, 0)));
  EXPECT_FALSE(says_network_came(address(RTM_NEWADDR, IFA_F_TENTATIVE))) << "nobody has agreed to it yet";
  EXPECT_FALSE(says_network_came(route(RTM_NEWROUTE, 24))) << "a route in the building comes with its address";
  EXPECT_TRUE(says_network_came(address(RTM_DELADDR) + route(RTM_NEWROUTE, 24) + address(RTM_NEWADDR)));
}

TEST(NetworkWatch, a_message_that_is_cut_or_says_too_much_of_itself_is_none) {
  const auto whole = address(RTM_NEWADDR);
  for (std::size_t length = 0; length < NLMSG_LENGTH(sizeof(ifaddrmsg)); ++length)
    EXPECT_FALSE(says_network_came(ByteView(whole).first(length))) << length;
  auto endless = address(RTM_DELADDR) + whole;
  endless[0] = 0;  // its length
  EXPECT_FALSE(says_network_came(endless));
}

class NetworkWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    kernel_ = Descriptor(ends[0]);
    watch_ = std::make_unique<NetworkWatch>(NetworkWatch::Sources{Descriptor(ends[1]), Descriptor(), {}}, 0ms,
                                            [this] { told_.set_value(); });
  }
  void say(const Bytes& bytes) {
    ASSERT_EQ(::send(kernel_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }

  Descriptor kernel_;
  std::promise<void> told_;
  std::unique_ptr<NetworkWatch> watch_;
};

TEST_F(NetworkWatchTest, tells_when_the_network_came) {
  say(address(RTM_DELADDR));
  say(address(RTM_NEWADDR));
  EXPECT_EQ(told_.get_future().wait_for(60s), std::future_status::ready);
}

TEST_F(NetworkWatchTest, ends_while_nothing_happens) {
  watch_.reset();
}

TEST(NetworkWatch, the_machine_woke) {
  std::array<int, 2> routes{}, waking{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, routes.data()), 0);
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, waking.data()), 0);
  const Descriptor kernel(routes[0]), clock(waking[0]);
  std::promise<void> told;
  const auto seen = [](int fd) {
    std::array<char, 8> bytes{};
    ASSERT_EQ(::recv(fd, bytes.data(), bytes.size(), 0), 1);
  };
  const NetworkWatch watch({Descriptor(routes[1]), Descriptor(waking[1]), seen}, 0ms, [&] { told.set_value(); });
  ASSERT_EQ(::send(clock.get(), "!", 1, 0), 1);
  EXPECT_EQ(told.get_future().wait_for(60s), std::future_status::ready);
}

}  // namespace
}  // namespace till::net
