#include <gmock/gmock.h>

#include "hub_fixture.hpp"
#include "net/http_client.hpp"
#include "net/hub/request_signature.hpp"
#include "security/key_exchange.hpp"

namespace till::net {
namespace {

using testing::HasSubstr;

struct Enrolling : testing::Test {
  TestHub hub;
  Enrolling() { hub.add_tenant("Corner Shop"); }
};

TEST_F(Enrolling, FirstTerminalBringsTheKeysTheSecondWaitsForThem) {
  TestTill a(hub, "Front"), b(hub, "Bar");
  const auto first = must(a.enrol(hub.code("Corner Shop")));
  const auto second = must(b.enrol(hub.code("Corner Shop")));
  EXPECT_EQ(first.tenant_name, "Corner Shop");
  EXPECT_EQ(first.tenant, second.tenant);
  EXPECT_EQ(first.device_number, 1U);
  EXPECT_EQ(second.device_number, 2U);
  EXPECT_TRUE(first.first);
  EXPECT_FALSE(second.first);
  EXPECT_FALSE(must(b.client().my_key_grant()));

  const auto peers = must(a.client().devices());
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_EQ(peers[1].name, "Bar");
  EXPECT_TRUE(peers[0].has_keys);
  EXPECT_FALSE(peers[1].has_keys);

  SystemRandom random;
  security::ExchangePublicKey to{};
  std::copy(peers[1].sealing_key.begin(), peers[1].sealing_key.end(), to.begin());
  const auto sealed = must(security::seal_to(to, view("the ring"), view("key ring"), random));
  must(a.client().grant_keys(b.id(), sealed));
  const auto grant = must(b.client().my_key_grant());
  ASSERT_TRUE(grant);
  EXPECT_EQ(grant->from, a.id());
  EXPECT_EQ(as_text(must(security::open_sealed(b.identity().exchange, grant->sealed, view("key ring")))), "the ring");
}

TEST_F(Enrolling, AShopFromAnotherHubKeepsItsId) {
  SystemRandom random;
  const Id shop = new_id(hub.clock, random);
  TestTill a(hub, "Front"), b(hub, "Bar"), fresh(hub, "New");
  const auto code = hub.code("Corner Shop"), second_code = hub.code("Corner Shop");
  EXPECT_EQ(must(a.enrol(code, shop)).tenant, shop);
  EXPECT_EQ(must(a.enrol(code, shop)).tenant, shop) << "the first answer may have been lost";
  EXPECT_EQ(must(b.enrol(second_code, shop)).tenant, shop) << "a code from before it had that id";
  EXPECT_EQ(must(fresh.enrol(hub.code("Corner Shop"))).tenant, shop);
  const auto peers = must(a.client().devices());
  ASSERT_EQ(peers.size(), 3U);
  EXPECT_TRUE(peers[1].has_keys) << "nobody needs to let it in";
  EXPECT_FALSE(peers[2].has_keys);
}

TEST_F(Enrolling, ATenantThatSomebodyHasJoinedIsNotGivenToAnotherShop) {
  SystemRandom random;
  TestTill a(hub, "Front"), b(hub, "Bar");
  const auto tenant = must(a.enrol(hub.code("Corner Shop"))).tenant;
  const auto code = hub.code("Corner Shop");
  const auto refused = b.enrol(code, new_id(hub.clock, random));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("'Corner Shop', another shop"));
  EXPECT_EQ(must(b.enrol(code)).tenant, tenant) << "the code was not used up";
}

TEST_F(Enrolling, CodeIsTakenAsPeopleTypeIt) {
  TestTill till(hub);
  auto code = hub.code("corner shop");
  for (char& c : code) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
  EXPECT_TRUE(till.enrol(code));
}

TEST_F(Enrolling, CodeServesOneTerminalOnly) {
  TestTill a(hub), b(hub);
  const auto code = hub.code("Corner Shop");
  must(a.enrol(code));
  const auto again = b.enrol(code);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::denied);
  EXPECT_THAT(again.error().message, HasSubstr("used already"));
}

TEST_F(Enrolling, TerminalThatMissedTheAnswerMayAskAgain) {
  TestTill a(hub);
  const auto code = hub.code("Corner Shop");
  const auto once = must(a.enrol(code));
  const auto twice = must(a.enrol(code));
  EXPECT_EQ(once.device_number, twice.device_number);
  EXPECT_TRUE(twice.first);
}

TEST_F(Enrolling, ExpiredCodeIsRefused) {
  TestTill a(hub);
  const auto code = hub.code("Corner Shop", 5);
  hub.clock.advance(std::chrono::minutes(5));
  a.clock.advance(std::chrono::minutes(5));
  const auto late = a.enrol(code);
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("expired"));
}

TEST_F(Enrolling, UnknownAndMisspeltCodesAreRefusedWithASentence) {
  TestTill a(hub);
  const auto unknown = a.enrol("7K3M-0QXR-AAAA-BBBB");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("does not know this enrolment code"));
  const auto cut = a.enrol("7K3M-0QXR");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::invalid);
}

TEST_F(Enrolling, GuessingIsStoppedAfterTenWrongCodes) {
  TestTill a(hub);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(a.enrol("7K3M-0QXR-AAAA-BBBB"));
  const auto code = hub.code("Corner Shop");
  const auto throttled = a.enrol(code);
  ASSERT_FALSE(throttled);
  EXPECT_EQ(throttled.error().kind, ErrorKind::retry);
  EXPECT_THAT(throttled.error().message, HasSubstr("too many wrong"));
  hub.clock.advance(std::chrono::minutes(15));
  a.clock.advance(std::chrono::minutes(15));
  EXPECT_TRUE(a.enrol(code));
}

TEST_F(Enrolling, EnrolmentMustBeSignedWithTheKeyThatItBrings) {
  TestTill a(hub), thief(hub);
  SystemRandom random;
  HubClient client(hub.address(), {a.id(), thief.credentials().sign}, a.clock, random);
  const auto stolen = client.enrol(a.enrol_request(hub.code("Corner Shop")));
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().kind, ErrorKind::denied);
}

TEST_F(Enrolling, TerminalWithAWrongClockEnrolsAllTheSame) {
  TestTill a(hub);
  a.clock.advance(std::chrono::hours(24 * 400));
  EXPECT_TRUE(a.enrol(hub.code("Corner Shop")));
  EXPECT_TRUE(a.client().devices());
}

TEST_F(Enrolling, RevokedTerminalIsRefusedAtOnce) {
  TestTill a(hub), b(hub);
  must(a.enrol(hub.code("Corner Shop")));
  must(b.enrol(hub.code("Corner Shop")));
  hub.revoke("Corner Shop", b.id());
  const auto refused = b.client().devices();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_THAT(refused.error().message, HasSubstr("revoked"));
  EXPECT_FALSE(b.enrol(hub.code("Corner Shop")));
  EXPECT_FALSE(a.client().grant_keys(b.id(), view("ring")));
}

TEST_F(Enrolling, TerminalNobodyEnrolledIsRefused) {
  TestTill stranger(hub);
  const auto refused = stranger.client().devices();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("does not know this terminal"));
}

TEST_F(Enrolling, HealthStatusAndMetricsAreThereForMonitoring) {
  TestTill a(hub);
  const auto enrolled = must(a.enrol(hub.code("Corner Shop")));
  const auto health = must(a.client().health());
  EXPECT_EQ(health.status, "ok");
  EXPECT_EQ(health.total_connections, 0U);
  HttpClientOptions options;
  options.ca_file = hub.ca_file();
  HttpClient http(options);
  HttpCall call;
  call.url = hub.url() + "/metrics";
  const auto metrics = must(http.send(call));
  EXPECT_THAT(metrics.content_type, HasSubstr("text/plain; version=0.0.4"));
  EXPECT_THAT(std::string(as_text(metrics.body)), HasSubstr("till_hub_live_terminals 0\n"));
  EXPECT_THAT(std::string(as_text(metrics.body)), testing::Not(HasSubstr("Corner")));
  call.url = hub.url() + "/api/restaurants/" + to_string(enrolled.tenant) + "/status";
  const auto status = boost::json::parse(std::string(as_text(must(http.send(call)).body))).as_object();
  EXPECT_EQ(status.at("status").as_string(), "offline");
  EXPECT_EQ(status.at("enrolledTerminals").to_number<int>(), 1);
  call.url = hub.url() + "/api/restaurants/Corner%20Shop/status";
  EXPECT_EQ(must(http.send(call)).status, 404);
  call.url = hub.url() + "/no/such/thing";
  EXPECT_EQ(must(http.send(call)).status, 404);
}

TEST_F(Enrolling, UnsignedRequestsAndHugeBodiesAreRefused) {
  HttpClientOptions options;
  options.ca_file = hub.ca_file();
  HttpClient http(options);
  HttpCall call;
  call.url = hub.url() + "/api/v1/devices";
  EXPECT_EQ(must(http.send(call)).status, 403);
  call.method = "POST";
  call.url = hub.url() + "/api/v1/enrol";
  call.body = to_bytes(std::string_view("{\"code\": 5"));
  EXPECT_EQ(must(http.send(call)).status, 400);
  call.body = Bytes(5U << 20, 'x');
  EXPECT_EQ(must(http.send(call)).status, 413);
}

TEST_F(Enrolling, RequestSeenOnTheWireCannotBeSentAgain) {
  TestTill a(hub);
  must(a.enrol(hub.code("Corner Shop")));
  SystemRandom random;
  HttpClientOptions options;
  options.ca_file = hub.ca_file();
  HttpClient http(options);
  HttpCall call;
  call.url = hub.url() + "/api/v1/devices";
  call.headers = {
      {"Authorization", must(authorization_for(a.credentials(), "GET", "/api/v1/devices", {}, a.clock.now(), random))}};
  EXPECT_EQ(must(http.send(call)).status, 200);
  const auto replayed = must(http.send(call));
  EXPECT_EQ(replayed.status, 403);
  EXPECT_THAT(std::string(as_text(replayed.body)), HasSubstr("sent before"));
  call.url = hub.url() + "/api/v1/key-grants/mine";
  EXPECT_EQ(must(http.send(call)).status, 403);
}

TEST(HubAdministration, CommandsExplainWhatIsWrong) {
  TestHub hub;
  hub.add_tenant("A");
  const auto error = [&](const boost::json::object& request) {
    const auto answer = hub.admin(request);
    return answer.contains("error") ? std::string(answer.at("error").as_string()) : std::string("accepted");
  };
  EXPECT_THAT(error({{"do", "tenant add"}, {"name", "a"}}), HasSubstr("already"));
  EXPECT_THAT(error({{"do", "tenant add"}, {"name", "  "}}), HasSubstr("needs a name"));
  EXPECT_THAT(error({{"do", "device code"}, {"tenant", "B"}}), HasSubstr("there is no tenant 'B'"));
  EXPECT_THAT(error({{"do", "device code"}, {"tenant", "A"}, {"ttl_minutes", 0}}), HasSubstr("1 to 10080"));
  EXPECT_THAT(error({{"do", "device revoke"}, {"tenant", "A"}, {"device", "9"}}), HasSubstr("no terminal '9'"));
  EXPECT_THAT(error({{"do", "dance"}}), HasSubstr("no command 'dance'"));
}

}  // namespace
}  // namespace till::net
