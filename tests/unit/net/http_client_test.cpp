#include "net/http_client.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "hub_fixture.hpp"
#include "net/http_url.hpp"
#include "printers_loopback.hpp"

namespace till::net {
namespace {

using testing::HasSubstr;

struct FixedService final : HubService {
  ApiAnswer fixed;
  bool silent = false;
  std::vector<AnswerApi> kept;
  std::mutex mutex;
  void handle(ApiRequest request, AnswerApi answer) override {
    std::lock_guard lock(mutex);
    seen = std::move(request);
    if (silent)
      kept.push_back(std::move(answer));
    else
      answer(fixed);
  }
  LiveChallenge challenge() override { return {}; }
  void live_proof(std::shared_ptr<LiveConnection>, LiveChallenge, Bytes, std::function<void(LiveVerdict)>) override {}
  void live_message(std::shared_ptr<LiveConnection>, Bytes, std::function<void()>) override {}
  void live_closed(std::shared_ptr<LiveConnection>) override {}
  ApiRequest seen;
};

struct HttpClientTest : testing::Test {
  TempFolder folder;
  FixedService service;
  std::unique_ptr<Listener> listener;
  HttpClientOptions options;
  HttpCall call;
  HttpClientTest() {
    options.ca_file = folder.file("ca.pem");
    options.peer = "the hub";
    must(storage::make_real_env()->write_atomic(options.ca_file, view(TestCertificates::get().authority.certificate)));
    serve();
  }
  void serve(ListenerOptions with = loopback_options()) {
    listener = must(Listener::open(std::move(with), service));
    listener->run();
    call.url = "https://127.0.0.1:" + std::to_string(listener->port()) + "/x?y=1";
  }
};

TEST_F(HttpClientTest, MethodTargetBodyAndAnswerAreCarriedAsTheyAre) {
  service.fixed.status = 418;
  service.fixed.content_type = "text/x-test";
  service.fixed.body = Bytes{0, 1, 255};
  call.method = "POST";
  call.body = Bytes{9, 0, 8};
  call.headers = {{"Authorization", "Something"}};
  HttpClient http(options);
  const auto answer = must(http.send(call));
  EXPECT_EQ(answer.status, 418);
  EXPECT_EQ(answer.content_type, "text/x-test");
  EXPECT_EQ(answer.body, service.fixed.body);
  EXPECT_EQ(service.seen.method, "POST");
  EXPECT_EQ(service.seen.target, "/x?y=1");
  EXPECT_EQ(service.seen.body, call.body);
  EXPECT_EQ(service.seen.authorization, "Something");
  EXPECT_EQ(service.seen.peer, "127.0.0.1");
}

TEST_F(HttpClientTest, NobodyThereIsRetry) {
  listener.reset();
  HttpClient http(options);
  const auto answer = http.send(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::retry);
  EXPECT_THAT(answer.error().message, HasSubstr("the hub cannot be reached"));
}

TEST_F(HttpClientTest, ForeignCertificateIsDenied) {
  const auto other = must(make_authority("Somebody else", real_now()));
  must(storage::make_real_env()->write_atomic(options.ca_file, view(other.certificate)));
  HttpClient http(options);
  const auto answer = http.send(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_THAT(answer.error().message, HasSubstr("not trusted"));
}

TEST_F(HttpClientTest, CertificateOfAnotherHostIsDenied) {
  auto with = loopback_options();
  const auto pair = must(make_server_certificate(TestCertificates::get().authority, {"hub.example"}, real_now()));
  with.certificate_pem = pair.certificate;
  with.private_key_pem = pair.private_key;
  serve(with);
  HttpClient http(options);
  EXPECT_EQ(http.send(call).error().kind, ErrorKind::denied);
}

TEST_F(HttpClientTest, MissingAuthorityFileIsInvalid) {
  options.ca_file = folder.file("nothing.pem");
  HttpClient http(options);
  EXPECT_EQ(http.send(call).error().kind, ErrorKind::invalid);
}

TEST_F(HttpClientTest, AnswerPastTheBoundIsCorrupt) {
  service.fixed.body = Bytes(5000, 'x');
  options.max_answer_bytes = 4096;
  HttpClient http(options);
  EXPECT_EQ(http.send(call).error().kind, ErrorKind::corrupt);
  service.fixed.body = Bytes(4096, 'x');
  EXPECT_EQ(must(http.send(call)).body.size(), 4096U);
}

TEST_F(HttpClientTest, SilentServerEndsInATimeOut) {
  service.silent = true;
  options.total_timeout = std::chrono::milliseconds(300);
  HttpClient http(options);
  EXPECT_EQ(http.send(call).error().kind, ErrorKind::retry);
  std::lock_guard lock(service.mutex);
  for (const auto& answer : std::exchange(service.kept, {})) answer({});
}

TEST_F(HttpClientTest, StoppedClientRefusesAtOnce) {
  HttpClient http(options);
  http.stop();
  EXPECT_EQ(http.send(call).error().kind, ErrorKind::retry);
}

TEST_F(HttpClientTest, ServerThatSpeaksNoTlsIsNotTakenForAHub) {
  LoopbackPrinter printer;
  call.url = "https://127.0.0.1:" + std::to_string(printer.port()) + "/";
  options.total_timeout = std::chrono::milliseconds(1000);
  HttpClient http(options);
  EXPECT_FALSE(http.send(call));
}

TEST_F(HttpClientTest, TooManyConnectionsAreTurnedAway) {
  auto with = loopback_options();
  with.max_connections = 1;
  serve(with);
  HttpClient first(options), second(options);
  EXPECT_TRUE(first.send(call));  // keeps its connection
  EXPECT_FALSE(second.send(call));
  EXPECT_EQ(listener->counts().refused, 1U);
}

TEST_F(HttpClientTest, ClientThatNeverSpeaksIsDropped) {
  auto with = loopback_options();
  with.handshake_timeout = std::chrono::milliseconds(50);
  serve(with);
  Descriptor silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{20, 0};
  ::setsockopt(silent.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(listener->port());
  ASSERT_EQ(::connect(silent.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  char byte = 0;
  EXPECT_EQ(::recv(silent.get(), &byte, 1, 0), 0) << "the hub hangs up, it does not wait for ever";
}

TEST(HttpsUrlTest, TakesHostsAddressesAndPorts) {
  EXPECT_EQ(must(parse_https_url("https://hub.example")).base(), "https://hub.example:443");
  EXPECT_EQ(must(parse_https_url("https://10.0.0.7:8443/")).base(), "https://10.0.0.7:8443");
  EXPECT_EQ(must(parse_https_url("https://[::1]:8443")).host, "::1");
  EXPECT_EQ(must(parse_https_url("https://[::1]:8443")).base(), "https://[::1]:8443");
}

TEST(HttpsUrlTest, RefusesEverythingElseWithAnExample) {
  for (const auto* text : {"", "hub", "http://hub", "https://", "https://hub:0", "https://hub:70000", "https://hub:8x",
                           "https://a b", "https://user@hub", "https://hub/path", "https://[::1", "https://[::1]x"})
    EXPECT_THAT(parse_https_url(text).error().message, HasSubstr("https://hub.example")) << text;
}

}  // namespace
}  // namespace till::net
