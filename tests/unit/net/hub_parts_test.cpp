#include <gmock/gmock.h>

#include <future>

#include "hub_fixture.hpp"
#include "net/hub/enrolment_code.hpp"
#include "net/hub/frames.hpp"
#include "net/hub/guess_throttle.hpp"
#include "net/hub/nonce_window.hpp"
#include "net/hub/request_signature.hpp"
#include "net/hub/worker.hpp"

namespace till::net {
namespace {

TEST(EnrolmentCode, HasFourGroupsAndHashesTheSameHoweverItIsTyped) {
  SeededRandom random(5);
  const auto code = new_enrolment_code(random);
  EXPECT_THAT(code, testing::MatchesRegex("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}"));
  EXPECT_EQ(must(enrolment_code_hash("0O1I-LAAA-AAAA-AAAA")), must(enrolment_code_hash("00111 aaa aaaa aaaa")));
  EXPECT_NE(must(enrolment_code_hash(code)), must(enrolment_code_hash(new_enrolment_code(random))));
  for (const auto* bad : {"", "AAAA", "AAAA-AAAA-AAAA-AAAU", "AAAA-AAAA-AAAA-AAAA-A"})
    EXPECT_FALSE(enrolment_code_hash(bad)) << bad;
}

TEST(RequestSignature, HeaderComesBackAsItWasAndMalformedOnesAreRefused) {
  SeededRandom random(6);
  const DeviceCredentials credentials{Id{{1}}, [](ByteView) -> Result<Bytes> { return Bytes(64, 3); }};
  const auto header = must(authorization_for(credentials, "GET", "/x", {}, UtcTime{123}, random));
  const auto proof = must(parse_authorization(header));
  EXPECT_EQ(proof.device, credentials.device);
  EXPECT_EQ(proof.time.us, 123);
  EXPECT_EQ(proof.nonce.size(), kRequestNonceSize);
  EXPECT_EQ(proof.signature, Bytes(64, 3));
  for (std::size_t cut = 0; cut < header.size(); ++cut) EXPECT_FALSE(parse_authorization(header.substr(0, cut))) << cut;
  EXPECT_FALSE(parse_authorization("Basic abc"));
  EXPECT_FALSE(parse_authorization(header + std::string(600, ',')));
}

TEST(RequestSignature, CoversEveryPartOfTheRequest) {
  const Bytes nonce(16, 1), body(3, 2);
  const auto text = signed_request_text("POST", "/a", UtcTime{5}, nonce, body);
  EXPECT_NE(text, signed_request_text("PUT", "/a", UtcTime{5}, nonce, body));
  EXPECT_NE(text, signed_request_text("POST", "/b", UtcTime{5}, nonce, body));
  EXPECT_NE(text, signed_request_text("POST", "/a", UtcTime{6}, nonce, body));
  EXPECT_NE(text, signed_request_text("POST", "/a", UtcTime{5}, Bytes(16, 2), body));
  EXPECT_NE(text, signed_request_text("POST", "/a", UtcTime{5}, nonce, Bytes(3, 3)));
}

TEST(NonceWindow, TakesEachOnceForAsLongAsItsTimeWouldBeTaken) {
  NonceWindow window;
  const Id device{{1}}, other{{2}};
  const Bytes nonce(16, 1);
  UtcTime now{1'000'000'000};
  EXPECT_TRUE(window.take(device, nonce, now));
  EXPECT_FALSE(window.take(device, nonce, now));
  EXPECT_TRUE(window.take(other, nonce, now));
  now.us += std::chrono::microseconds(2 * kRequestWindow).count();
  EXPECT_FALSE(window.take(device, nonce, now));
  now.us += 1;
  EXPECT_TRUE(window.take(device, nonce, now));
}

TEST(NonceWindow, DeviceThatFillsItsShareIsSlowedDownAndOthersAreNot) {
  NonceWindow window;
  const Id device{{1}}, other{{2}};
  const UtcTime now{1'000'000'000};
  for (std::size_t i = 0; i < NonceWindow::kMaxPerDevice; ++i) {
    ByteWriter nonce;
    nonce.u64(i);
    ASSERT_TRUE(window.take(device, nonce.bytes(), now));
  }
  EXPECT_EQ(window.take(device, Bytes(16, 9), now).error().kind, ErrorKind::retry);
  EXPECT_TRUE(window.take(other, Bytes(16, 9), now));
}

TEST(GuessThrottle, OneAddressWaitsAndAnotherDoesNot) {
  ManualClock clock;
  GuessThrottle throttle(clock);
  for (int i = 0; i < GuessThrottle::kMaxFailures; ++i) {
    EXPECT_EQ(throttle.wait("a").count(), 0);
    throttle.failed("a");
  }
  EXPECT_EQ(throttle.wait("a"), GuessThrottle::kWindow);
  EXPECT_EQ(throttle.wait("b").count(), 0);
  clock.advance(GuessThrottle::kWindow);
  EXPECT_EQ(throttle.wait("a").count(), 0);
}

TEST(GuessThrottle, ManyAddressesTogetherMakeEverybodyWait) {
  ManualClock clock;
  GuessThrottle throttle(clock);
  for (int i = 0; i < GuessThrottle::kMaxFailuresOverall; ++i) throttle.failed(std::to_string(i));
  EXPECT_GT(throttle.wait("new").count(), 0);
}

TEST(Frames, ComeBackInOrderAndOversizeOrCutOnesAreRefused) {
  const std::vector<Bytes> frames = {Bytes(3, 1), {}, Bytes(500, 2)};
  const auto body = join_frames(frames);
  EXPECT_EQ(must(split_frames(body, 500)), frames);
  EXPECT_FALSE(split_frames(body, 499));
  EXPECT_FALSE(split_frames(ByteView(body).first(body.size() - 1), 500));
  EXPECT_FALSE(split_frames(Bytes(kMaxFramesPerBody + 1, 0), 500));
}

TEST(Certificates, OwnAuthoritySignsForNamesAndAddressesAndNotForOthers) {
  const auto now = real_now();
  const auto& [authority, server] = TestCertificates::get();
  EXPECT_TRUE(still_serves(server, authority, {"localhost", "127.0.0.1"}, now));
  EXPECT_FALSE(still_serves(server, authority, {"localhost", "10.0.0.7"}, now));
  EXPECT_FALSE(still_serves(server, must(make_authority("Other", now)), {"localhost"}, now));
  const UtcTime later{now.us + 800LL * 86'400 * 1'000'000};
  EXPECT_FALSE(still_serves(server, authority, {"localhost"}, later));
  EXPECT_EQ(must(certificate_fingerprint(authority.certificate)).size(), 95U);
  EXPECT_FALSE(make_server_certificate(authority, {"a,IP:1.2.3.4"}, now));
  EXPECT_FALSE(make_server_certificate(authority, {}, now));
  EXPECT_FALSE(certificate_fingerprint("nonsense"));
}

struct FailingDirectory final : sync::HubDirectory {
  bool fail_commit = false;
  int begun = 0, rolled_back = 0;
  Status begin() override {
    ++begun;
    return {};
  }
  Status commit() override {
    if (fail_commit) return till::fail(ErrorKind::retry, "the disk is full");
    return {};
  }
  void roll_back() override { ++rolled_back; }
  Result<sync::HubTenant> add_tenant(const sync::HubTenant& t) override { return t; }
  Result<std::vector<sync::HubTenant>> tenants() override { return std::vector<sync::HubTenant>{}; }
  Result<sync::HubTenant> tenant(std::string_view) override { return invalid("none"); }
  Status add_code(const Id&, ByteView, UtcTime, UtcTime) override { return {}; }
  Result<sync::HubEnrolled> enrol(const sync::HubEnrolment&, UtcTime) override { return denied("no"); }
  Result<std::vector<sync::HubDevice>> devices(const Id&) override { return std::vector<sync::HubDevice>{}; }
  Result<std::optional<sync::HubDevice>> device(const Id&) override { return std::optional<sync::HubDevice>{}; }
  Status revoke(const Id&, const Id&, UtcTime) override { return {}; }
  Status put_key_grant(const Id&, const Id&, const sync::HubKeyGrant&) override { return {}; }
  Result<std::optional<sync::HubKeyGrant>> key_grant(const Id&, const Id&) override {
    return std::optional<sync::HubKeyGrant>{};
  }
};

TEST(HubWorkerTest, JobsThatWaitTogetherShareOneCommitAndAreAnsweredAfterIt) {
  FailingDirectory directory;
  std::promise<void> gate, started;
  BoundedQueue<int> answered(16);
  HubWorker worker(
      directory, [] {}, [](const Status&) {});
  ASSERT_TRUE(worker.post({[&] {
                             started.set_value();
                             gate.get_future().wait();
                           },
                           [](const Status&) {}}));
  started.get_future().wait();
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(worker.post({[] {}, [&, i](const Status& durable) { (void)answered.try_push(durable ? i : -1); }}));
  gate.set_value();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(answered.pop_for(kPatience), i);
  worker.stop();
  EXPECT_EQ(worker.groups(), 2U);
  EXPECT_EQ(worker.jobs(), 4U);
}

TEST(HubWorkerTest, FailedCommitIsToldToEveryJobOfTheGroup) {
  FailingDirectory directory;
  directory.fail_commit = true;
  BoundedQueue<bool> answered(4);
  HubWorker worker(
      directory, [] {}, [](const Status&) {});
  ASSERT_TRUE(worker.post({[] {}, [&](const Status& durable) { (void)answered.try_push(durable.has_value()); }}));
  EXPECT_EQ(answered.pop_for(kPatience), false);
  worker.stop();
  EXPECT_EQ(directory.rolled_back, 1);
  EXPECT_TRUE(worker.last_group_failed());
  EXPECT_FALSE(worker.post({[] {}, [](const Status&) {}}));
}

}  // namespace
}  // namespace till::net
