// A real hub on the loopback and real terminals for its tests: TLS, SQLite, signatures, all of it, in one process.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "core/queue.hpp"
#include "net/hub/admin.hpp"
#include "net/hub/hub_client.hpp"
#include "net/hub/hub_server.hpp"
#include "net/tls_identity.hpp"
#include "net/transports/live_link.hpp"
#include "security/device_identity.hpp"
#include "security/key_ring.hpp"
#include "storage/hub_folder.hpp"
#include "storage/hub_objects.hpp"
#include "support/temp_folder.hpp"
#include "sync/messages.hpp"
#include "sync/ring_keys.hpp"
#include "sync/segment.hpp"

namespace till::net {

using test::TempFolder;

constexpr std::chrono::seconds kPatience{20};  // a test that waits this long has failed

template <class T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().message << " (" << result.error().cause << ")";
    std::abort();
  }
  return std::move(*result);
}
inline void must(Status status) {
  ASSERT_TRUE(status) << status.error().message << " (" << status.error().cause << ")";
}

inline UtcTime real_now() {
  return SystemClock().now();
}

// An authority and a certificate for the loopback, made once for the whole program.
struct TestCertificates {
  PemPair authority = must(make_authority("Test authority", real_now()));
  PemPair server = must(make_server_certificate(authority, {"localhost", "127.0.0.1"}, real_now()));
  static const TestCertificates& get() {
    static const TestCertificates certificates;
    return certificates;
  }
};

inline ListenerOptions loopback_options() {
  ListenerOptions options;
  options.certificate_pem = TestCertificates::get().server.certificate;
  options.private_key_pem = TestCertificates::get().server.private_key;
  return options;
}

class TestHub {
 public:
  explicit TestHub(ListenerOptions options = loopback_options()) : options_(std::move(options)) {
    must(env_->write_atomic(ca_file(), view(TestCertificates::get().authority.certificate)));
    start();
  }
  ~TestHub() { stop(); }

  void start() {
    folder_ = must(storage::HubFolder::open(*env_, files_.file("hub")));
    objects_ = must(storage::HubObjectFolders::open(*env_, files_.file("hub"), clock, random_, quota_bytes));
    server_ = must(
        HubServer::start(options_, folder_->tenants(), folder_->segments(), clock, random_, objects_.get(), retention));
    options_.port = server_->port();  // a hub that comes back is where it was
  }
  void stop() {
    server_.reset();
    objects_.reset();
    folder_.reset();
  }

  void move_to_another_port() { options_.port = 0; }  // from the next start on

  boost::json::object admin(const boost::json::object& request) {
    const auto result = admin_result(server_->administrate(boost::json::serialize(request)));
    if (!result) return {{"error", result.error().message}};
    return boost::json::parse(*result).as_object();
  }
  void add_tenant(const std::string& name) { admin({{"do", "tenant add"}, {"name", name}}); }
  std::string code(const std::string& tenant, std::uint64_t minutes = 60) {
    return std::string(
        admin({{"do", "device code"}, {"tenant", tenant}, {"ttl_minutes", minutes}}).at("code").as_string());
  }
  void revoke(const std::string& tenant, const Id& device) {
    admin({{"do", "device revoke"}, {"tenant", tenant}, {"device", to_string(device)}});
  }

  [[nodiscard]] std::uint16_t port() const { return options_.port; }
  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(options_.port); }
  [[nodiscard]] std::string ca_file() const { return files_.file("ca.pem"); }
  [[nodiscard]] HubAddress address() const { return {url(), ca_file()}; }

  [[nodiscard]] std::string folder() const { return files_.file("hub"); }

  ManualClock clock{real_now()};
  std::uint64_t quota_bytes = 1ULL << 30;  // from the next start on
  sync::HubRetention retention;            // so, too

 private:
  TempFolder files_;
  std::unique_ptr<storage::Env> env_ = storage::make_real_env();
  SystemRandom random_;
  ListenerOptions options_;
  std::unique_ptr<storage::HubFolder> folder_;
  std::unique_ptr<storage::HubObjectFolders> objects_;
  std::unique_ptr<HubServer> server_;
};

// A terminal: identity, key ring, and one feed that it writes.
class TestTill {
 public:
  explicit TestTill(TestHub& hub, std::string name = "Till") : hub_(hub), name_(std::move(name)) {}

  [[nodiscard]] DeviceCredentials credentials() {
    return {identity_.device, [this](ByteView message) -> Result<Bytes> {
              const auto signature = TRY(identity_.signing.sign(message));
              return Bytes(signature.begin(), signature.end());
            }};
  }
  [[nodiscard]] EnrolRequest enrol_request(const std::string& code, const Id& continues = {}) const {
    const auto& signing = identity_.signing.public_key();
    const auto& exchange = identity_.exchange.public_key();
    return {code, name_, {signing.begin(), signing.end()}, {exchange.begin(), exchange.end()}, continues};
  }
  // `continues`: the shop that it belonged to at another hub.
  Result<Enrolment> enrol(const std::string& code, const Id& continues = {}) {
    auto enrolled = client().enrol(enrol_request(code, continues));
    if (enrolled) tenant_ = enrolled->tenant;
    return enrolled;
  }
  HubClient& client() {
    if (!client_) client_ = std::make_unique<HubClient>(hub_.address(), credentials(), clock, random_);
    return *client_;
  }

  // The next segment of this till's critical lane, with one record.
  Bytes next_segment() {
    sync::Record record;
    record.feed = feed();
    record.sequence = ++sequence_;
    record.stamp = sync::Stamp::of(real_now().us / 1000, 0);
    record.op_id = new_id(clock, random_);
    sync::Op op;
    op.kind = sync::OpKind::add;
    op.entity = 7;
    op.row = record.op_id;
    op.fields[1] = to_bytes(std::string_view("a sale of " + name_));
    record.ops = {op};
    const auto body = must(sync::encode_body(record));
    const auto hash = sync::chain_hash(feed(), sequence_, previous_, body);
    if (!ring_) ring_ = security::KeyRing::generate(tenant_, clock, random_);
    sync::RingKeys keys(*ring_, identity_.signing, random_);
    auto segment = must(sync::seal_segment(tenant_, feed(), sequence_, previous_, {{body, hash}}, keys));
    previous_ = hash;
    return segment;
  }

  [[nodiscard]] sync::Feed feed() const { return {identity_.device, 77, sync::Lane::critical}; }
  [[nodiscard]] const Id& id() const { return identity_.device; }
  [[nodiscard]] const Id& tenant() const { return tenant_; }
  [[nodiscard]] const security::DeviceIdentity& identity() const { return identity_; }
  void pretend_tenant(const Id& tenant) { tenant_ = tenant; }
  [[nodiscard]] Bytes hello() const {
    sync::Hello message;
    message.tenant = tenant_;
    message.device = id();
    message.incarnation = 77;
    return sync::encode_message(message);
  }
  static Bytes want(const sync::Cursor& cursor = {}) { return sync::encode_message(sync::Want{cursor, {}}); }
  static Bytes push(Bytes segment) { return sync::encode_message(sync::SegmentMessage{0, 0, 0, std::move(segment)}); }

  ManualClock clock{real_now()};

 private:
  TestHub& hub_;
  std::string name_;
  SystemRandom random_;
  security::DeviceIdentity identity_ = must(security::DeviceIdentity::generate(clock, random_));
  std::optional<security::KeyRing> ring_;
  std::unique_ptr<HubClient> client_;
  Id tenant_;
  std::uint64_t sequence_ = 0;
  sync::RecordHash previous_{};
};

// A live link whose events a test waits for.
class LinkProbe {
 public:
  LinkProbe(const std::string& url, const std::string& ca_file, TestTill& till,
            std::size_t max_message_bytes = 1U << 20)
      : link_(options(url, ca_file, till, max_message_bytes),
              {[this] { (void)opened_.try_push(true); },
               [this](Bytes message) { (void)messages_.try_push(std::move(message)); },
               [this](Error reason) { (void)closed_.try_push(std::move(reason)); }}) {
    link_.connect();
  }
  LinkProbe(TestHub& hub, TestTill& till) : LinkProbe(hub.url(), hub.ca_file(), till) {}

  bool opened() { return opened_.pop_for(kPatience).has_value(); }
  Error closed() { return closed_.pop_for(kPatience).value_or(Error{ErrorKind::permanent, "it was never closed", {}}); }
  // The next message of kind M; others before it are passed over.
  template <class M>
  std::optional<M> next() {
    while (auto frame = messages_.pop_for(kPatience)) {
      auto message = sync::decode_message(*frame);
      if (message && std::holds_alternative<M>(*message)) return std::get<M>(*message);
    }
    return std::nullopt;
  }
  // HELLO and WANT; true when the hub greeted back.
  bool greet(TestTill& till, const sync::Cursor& cursor = {}) {
    return opened() && link_.send(till.hello()) && link_.send(TestTill::want(cursor)) && next<sync::Hello>() &&
           next<sync::Have>();
  }
  std::optional<sync::AckItem> push(Bytes segment) {
    if (!link_.send(TestTill::push(std::move(segment)))) return std::nullopt;
    // An ACK without items is the hub saying that it has nothing more.
    while (const auto ack = next<sync::Ack>())
      if (!ack->items.empty()) return ack->items.front();
    return std::nullopt;
  }
  LiveLink& link() { return link_; }
  // Nothing that belongs to another terminal has come.
  bool quiet() {
    while (auto frame = messages_.try_pop()) {
      const auto message = sync::decode_message(*frame);
      if (!message || std::holds_alternative<sync::SegmentMessage>(*message)) return false;
    }
    return true;
  }

 private:
  static LiveLinkOptions options(const std::string& url, const std::string& ca_file, TestTill& till,
                                 std::size_t max_message_bytes) {
    LiveLinkOptions o;
    o.url = url;
    o.ca_file = ca_file;
    o.tenant = till.tenant();
    o.credentials = till.credentials();
    o.max_message_bytes = max_message_bytes;
    return o;
  }
  BoundedQueue<bool> opened_{64};
  BoundedQueue<Bytes> messages_{4096};
  BoundedQueue<Error> closed_{64};
  LiveLink link_;
};

// How many of a request's answers carry something of other terminals.
inline std::size_t segments_in(const std::vector<Bytes>& answers) {
  std::size_t segments = 0;
  for (const auto& answer : answers) {
    const auto message = sync::decode_message(answer);
    segments += message && std::holds_alternative<sync::SegmentMessage>(*message);
  }
  return segments;
}

}  // namespace till::net
