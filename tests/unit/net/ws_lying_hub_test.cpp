// What a terminal does when the hub lies: a listener like the hub's with a service behind it that says what a test
// wants.
#include <gmock/gmock.h>

#include "hub_fixture.hpp"

namespace till::net {
namespace {

using testing::HasSubstr;

struct LyingService final : HubService {
  LiveChallenge next_challenge{kLiveVersion, Bytes(kLiveNonceSize, 7), 0};
  std::function<LiveVerdict(const LiveProof&)> judge;
  std::vector<Bytes> after_welcome;
  ApiAnswer next_answer;

  void handle(ApiRequest, AnswerApi answer) override { answer(next_answer); }
  LiveChallenge challenge() override { return next_challenge; }
  void live_proof(std::shared_ptr<LiveConnection> connection, LiveChallenge, Bytes frame,
                  std::function<void(LiveVerdict)> verdict) override {
    verdict(judge(must(decode<LiveProof>(frame))));
    for (const auto& bytes : after_welcome) EXPECT_TRUE(connection->send(std::make_shared<const Bytes>(bytes)));
  }
  void live_message(std::shared_ptr<LiveConnection>, Bytes, std::function<void()> consumed) override { consumed(); }
  void live_closed(std::shared_ptr<LiveConnection>) override {}
};

struct LyingHub : testing::Test {
  TestHub honest;  // lends its authority file
  TestTill till{honest};
  LyingService service;
  std::unique_ptr<Listener> listener;
  LyingHub() {
    honest.add_tenant("Shop");
    must(till.enrol(honest.code("Shop")));
    service.judge = [](const LiveProof& proof) { return LiveVerdict{true, proof.tenant, {}}; };
  }
  std::string url() {
    listener = must(Listener::open(loopback_options(), service));
    listener->run();
    return "https://127.0.0.1:" + std::to_string(listener->port());
  }
  Error end_of_attempt() {
    LinkProbe link(url(), honest.ca_file(), till, 4096);
    return link.closed();
  }
};

TEST_F(LyingHub, AnotherTenantInItsWelcomeIsRefused) {
  service.judge = [](const LiveProof&) { return LiveVerdict{true, Id{{1, 2, 3}}, {}}; };
  const auto end = end_of_attempt();
  EXPECT_EQ(end.kind, ErrorKind::denied);
  EXPECT_THAT(end.message, HasSubstr("another tenant"));
}

TEST_F(LyingHub, ChallengeOfAnUnknownVersionOrShapeIsRefused) {
  service.next_challenge.version = 99;
  EXPECT_EQ(end_of_attempt().kind, ErrorKind::corrupt);
  service.next_challenge = {kLiveVersion, Bytes(3, 1), 0};
  EXPECT_EQ(end_of_attempt().kind, ErrorKind::corrupt);
}

TEST_F(LyingHub, HugeChallengeIsRefused) {
  service.next_challenge.nonce = Bytes(1U << 20, 1);
  EXPECT_EQ(end_of_attempt().kind, ErrorKind::corrupt);
}

TEST_F(LyingHub, FrameLargerThanAgreedEndsTheLink) {
  service.after_welcome = {Bytes(5000, 1)};
  EXPECT_EQ(end_of_attempt().kind, ErrorKind::corrupt);
}

TEST_F(LyingHub, RefusalIsShownAsThisHubsWordsAndCutToSize) {
  service.judge = [](const LiveProof&) { return LiveVerdict{false, {}, std::string(900, 'x')}; };
  const auto end = end_of_attempt();
  EXPECT_EQ(end.kind, ErrorKind::denied);
  EXPECT_THAT(end.message, HasSubstr("the hub says: xxx"));
  EXPECT_LT(end.message.size(), 300U);
}

TEST_F(LyingHub, NonsenseInAnswersIsCorruptNotACrash) {
  SystemRandom random;
  HubClient client({url(), honest.ca_file()}, till.credentials(), till.clock, random);
  const auto corrupt_after = [&](std::string_view body, int status = 200) {
    service.next_answer.status = status;
    service.next_answer.body = to_bytes(body);
    const auto devices = client.devices();
    return !devices && devices.error().kind == ErrorKind::corrupt;
  };
  EXPECT_TRUE(corrupt_after(""));
  EXPECT_TRUE(corrupt_after("<html>"));
  EXPECT_TRUE(corrupt_after("[1]"));
  EXPECT_TRUE(corrupt_after("{}"));
  EXPECT_TRUE(corrupt_after("{\"devices\": [3]}"));
  EXPECT_TRUE(corrupt_after("{\"devices\": [{\"id\": \"x\"}]}"));
  EXPECT_TRUE(corrupt_after("teapot", 418));
  EXPECT_TRUE(corrupt_after(std::string(200, '[')));
  EXPECT_FALSE(corrupt_after("{\"devices\": []}"));
}

TEST(LiveLinkErrors, NobodyThereIsWorthAnotherTry) {
  TestHub hub;
  TestTill till(hub);
  const auto url = hub.url();
  hub.stop();
  LinkProbe link(url, hub.ca_file(), till);
  const auto end = link.closed();
  EXPECT_EQ(end.kind, ErrorKind::retry);
  EXPECT_THAT(end.message, HasSubstr("cannot be reached"));
}

TEST(LiveLinkErrors, CertificateOfAnotherAuthorityIsRefused) {
  TestHub hub;
  TestTill till(hub);
  TempFolder folder;
  const auto other = must(make_authority("Somebody else", real_now()));
  must(storage::make_real_env()->write_atomic(folder.file("ca.pem"), view(other.certificate)));
  LinkProbe link(hub.url(), folder.file("ca.pem"), till);
  const auto end = link.closed();
  EXPECT_EQ(end.kind, ErrorKind::denied);
  EXPECT_THAT(end.message, HasSubstr("certificate is not trusted"));
}

TEST(LiveLinkErrors, CertificateForAnotherHostIsRefused) {
  auto options = loopback_options();
  const auto pair = must(make_server_certificate(TestCertificates::get().authority, {"hub.example"}, real_now()));
  options.certificate_pem = pair.certificate;
  options.private_key_pem = pair.private_key;
  TestHub hub(options);
  TestTill till(hub);
  LinkProbe link(hub, till);
  EXPECT_EQ(link.closed().kind, ErrorKind::denied);
}

TEST(LiveLinkErrors, MissingAuthorityFileAndBadAddressesAreInvalid) {
  TestHub hub;
  TestTill till(hub);
  LinkProbe no_file(hub.url(), "/no/such/ca.pem", till);
  EXPECT_EQ(no_file.closed().kind, ErrorKind::invalid);
  LinkProbe no_address("hub.example", hub.ca_file(), till);
  EXPECT_EQ(no_address.closed().kind, ErrorKind::invalid);
}

TEST(LiveLinkErrors, LinkCanBeClosedAndOpenedAgainAndRefusesToSendMeanwhile) {
  TestHub hub;
  hub.add_tenant("Shop");
  TestTill till(hub);
  must(till.enrol(hub.code("Shop")));
  LinkProbe link(hub, till);
  ASSERT_TRUE(link.opened());
  link.link().close();
  EXPECT_EQ(link.closed().kind, ErrorKind::retry);
  EXPECT_FALSE(link.link().send(Bytes(3)));
  link.link().connect();
  EXPECT_TRUE(link.opened());
  EXPECT_TRUE(link.link().is_open());
}

TEST(LiveLinkErrors, MessageLargerThanTheBoundIsNotTaken) {
  TestHub hub;
  hub.add_tenant("Shop");
  TestTill till(hub);
  must(till.enrol(hub.code("Shop")));
  LinkProbe link(hub.url(), hub.ca_file(), till, 4096);
  ASSERT_TRUE(link.opened());
  EXPECT_FALSE(link.link().send(Bytes(4097)));
  EXPECT_TRUE(link.link().send(till.hello()));
}

}  // namespace
}  // namespace till::net
