// The hub as an object store, over the loopback: the conformance suite, and what only a hub of many tenants must keep.
#include <filesystem>
#include <fstream>

#include "../backup/object_store_conformance.hpp"
#include "hub_fixture.hpp"
#include "net/cloud/hub_objects.hpp"
#include "net/http_client.hpp"
#include "net/hub/objects.hpp"

namespace till {
namespace net {
namespace {

std::unique_ptr<HubObjects> store_of(TestHub& hub, TestTill& till) {
  static SystemRandom random;
  return std::make_unique<HubObjects>(hub.address(), till.credentials(), till.clock, random);
}

class HubPlace final : public backup::StorePlace {
 public:
  HubPlace() {
    hub_.add_tenant("Shop");
    (void)must(till_.enrol(hub_.code("Shop")));
  }
  std::unique_ptr<backup::ObjectStore> open() override { return store_of(hub_, till_); }
  void leave(const std::string& name, ByteView bytes) override {
    const auto path = path_of(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << as_text(bytes);
  }
  bool has(const std::string& name) override { return std::filesystem::exists(path_of(name)); }

 private:
  std::filesystem::path path_of(const std::string& name) {
    return std::filesystem::path(hub_.folder()) / "objects" / to_string(till_.tenant()) / name;
  }
  TestHub hub_;
  TestTill till_{hub_};
};

}  // namespace
}  // namespace net

namespace backup {
namespace {

INSTANTIATE_TEST_SUITE_P(Hub, ObjectStoreConformance,
                         testing::Values(StorePlaceMaker{"loopback", [] { return std::make_unique<net::HubPlace>(); }}),
                         place_name);

}  // namespace
}  // namespace backup

namespace net {
namespace {

class HubObjectsTest : public testing::Test {
 protected:
  HubObjectsTest() {
    hub_.add_tenant("Shop");
    (void)must(till_.enrol(hub_.code("Shop")));
    store_ = store_of(hub_, till_);
  }
  static Bytes noise(std::size_t size) {
    SeededRandom random(7);
    return random.bytes(size);
  }
  std::size_t uploads() {
    const std::filesystem::directory_iterator files(hub_.folder() + "/uploads");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
  }

  TestHub hub_;
  TestTill till_{hub_};
  std::unique_ptr<HubObjects> store_;
};

TEST_F(HubObjectsTest, another_tenant_sees_nothing_and_may_use_the_same_names) {
  ASSERT_TRUE(store_->put("sync/snapshot/1", view("ours")));
  hub_.add_tenant("Other");
  TestTill stranger(hub_);
  (void)must(stranger.enrol(hub_.code("Other")));
  const auto theirs = store_of(hub_, stranger);
  EXPECT_TRUE(theirs->list("")->empty());
  EXPECT_FALSE(theirs->get("sync/snapshot/1", 100)->has_value());
  EXPECT_TRUE(theirs->remove("sync/snapshot/1"));
  EXPECT_TRUE(theirs->put("sync/snapshot/1", view("theirs")));
  EXPECT_EQ(**store_->get("sync/snapshot/1", 100), to_bytes(view("ours")));
  EXPECT_NE(*theirs->id(), *store_->id());
}

TEST_F(HubObjectsTest, a_put_that_was_cut_off_goes_on_where_it_stopped) {
  const Bytes large = noise(5 * backup::kMaxPieceBytes + 17);
  int pieces = 0;
  store_->before_each_piece([&]() -> Status {
    if (++pieces == 4) return fail(ErrorKind::retry, "the line is cut");
    return {};
  });
  ASSERT_FALSE(store_->put("a/large", large));
  EXPECT_FALSE(store_->get("a/large", large.size())->has_value()) << "half an object is none";
  EXPECT_TRUE(store_->list("")->empty());
  EXPECT_EQ(uploads(), 1U);
  pieces = 10;
  ASSERT_TRUE(store_->put("a/large", large));
  EXPECT_EQ(pieces, 10 + 1 + 4) << "a question, and the four pieces that were missing";
  EXPECT_EQ(**store_->get("a/large", large.size()), large);
  EXPECT_EQ(uploads(), 0U);
}

TEST_F(HubObjectsTest, what_was_put_outlives_the_hub_and_half_of_it_does_not) {
  const Bytes large = noise(3 * backup::kMaxPieceBytes);
  ASSERT_TRUE(store_->put("whole", large));
  int pieces = 0;
  store_->before_each_piece([&]() -> Status {
    if (++pieces == 3) return fail(ErrorKind::retry, "the line is cut");
    return {};
  });
  ASSERT_FALSE(store_->put("half", noise(2 * backup::kMaxPieceBytes)));
  store_->before_each_piece(nullptr);
  hub_.stop();
  hub_.start();
  EXPECT_EQ(uploads(), 0U);
  EXPECT_EQ(**store_->get("whole", large.size()), large);
  EXPECT_EQ(store_->list("")->size(), 1U);
  EXPECT_EQ(*store_->space()->free_bytes, *store_->space()->total_bytes - large.size()) << "counted anew";
}

TEST_F(HubObjectsTest, a_full_quota_is_said_in_a_sentence_and_removing_makes_room) {
  hub_.stop();
  hub_.quota_bytes = 1'000'000;
  hub_.start();
  ASSERT_TRUE(store_->put("first", noise(700'000)));
  const auto second = store_->put("second", noise(300'001));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::permanent);
  EXPECT_NE(second.error().message.find("space on the hub is full"), std::string::npos) << second.error().message;
  EXPECT_EQ(*store_->space()->free_bytes, 300'000U);
  ASSERT_TRUE(store_->remove("first"));
  EXPECT_TRUE(store_->put("second", noise(300'001)));
}

TEST_F(HubObjectsTest, an_object_beyond_the_bound_is_refused_before_it_is_sent) {
  const auto put = store_->put("huge", Bytes(backup::kMaxTenantObjectBytes + 1));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::permanent);
}

TEST_F(HubObjectsTest, a_revoked_terminal_reads_and_writes_nothing_more) {
  ASSERT_TRUE(store_->put("a", view("x")));
  hub_.revoke("Shop", till_.id());
  EXPECT_EQ(store_->get("a", 10).error().kind, ErrorKind::denied);
  EXPECT_EQ(store_->put("b", view("x")).error().kind, ErrorKind::denied);
  EXPECT_EQ(store_->list("").error().kind, ErrorKind::denied);
}

TEST_F(HubObjectsTest, a_hub_that_is_away_is_no_empty_store) {
  hub_.stop();
  EXPECT_EQ(store_->get("a", 10).error().kind, ErrorKind::retry);
  EXPECT_EQ(store_->list("").error().kind, ErrorKind::retry);
}

TEST_F(HubObjectsTest, a_terminal_whose_clock_is_wrong_is_let_in_by_the_hubs_time) {
  till_.clock.advance(std::chrono::hours(30));
  ASSERT_TRUE(store_->put("a", view("x")));
  EXPECT_TRUE(store_->get("a", 10)->has_value());
}

TEST_F(HubObjectsTest, lists_longer_than_a_page_are_whole) {
  const std::filesystem::path folder = hub_.folder() + "/objects/" + to_string(till_.tenant());
  ASSERT_TRUE(store_->put("n/first", view("x")));
  for (std::size_t i = 0; i < backup::kMaxObjectsPerPage + 5; ++i)
    std::ofstream(folder / "n" / ("x" + std::to_string(10'000 + i))) << "12";
  const auto all = must(store_->list("n/"));
  ASSERT_EQ(all.size(), backup::kMaxObjectsPerPage + 6);
  EXPECT_EQ(all.back().name, "n/x11004");
  EXPECT_EQ(all.back().size, 2U);
}

TEST_F(HubObjectsTest, counts_stand_in_the_metrics) {
  ASSERT_TRUE(store_->put("a", view("12345")));
  HttpClient http({"the hub", hub_.ca_file()});
  HttpCall call;
  call.url = hub_.url() + "/metrics";
  const auto text = std::string(as_text(must(http.send(call)).body));
  EXPECT_NE(text.find("till_hub_object_received_bytes_total 5\n"), std::string::npos) << text;
}

// Live sync goes on while a disk stands still under an object: here the object store never answers at all.
class StuckObjects final : public backup::TenantObjects {
 public:
  explicit StuckObjects(BoundedQueue<bool>& release) : release_(release) {}
  Result<Id> id(const Id&) override { return wait<Id>(); }
  Result<backup::UploadState> put_piece(const Id&, const backup::Upload&, std::uint64_t, ByteView) override {
    return wait<backup::UploadState>();
  }
  Result<std::optional<backup::ObjectPiece>> get_piece(const Id&, std::string_view, std::uint64_t,
                                                       std::size_t) override {
    return wait<std::optional<backup::ObjectPiece>>();
  }
  Result<backup::ObjectPage> list(const Id&, std::string_view, std::string_view) override {
    return wait<backup::ObjectPage>();
  }
  Status remove(const Id&, std::string_view) override { return {}; }
  Status sweep_unfinished(const Id&, std::string_view) override { return {}; }
  Result<backup::TenantSpace> space(const Id&) override { return wait<backup::TenantSpace>(); }

 private:
  template <class T>
  Result<T> wait() {
    (void)release_.pop();
    return T{};
  }
  BoundedQueue<bool>& release_;
};

TEST(ObjectService, refuses_at_once_what_it_cannot_queue_and_answers_everything_else) {
  BoundedQueue<bool> release(256);
  StuckObjects stuck(release);
  ObjectService service(stuck);
  std::atomic<int> answered = 0, busy = 0;
  const int asked = static_cast<int>(ObjectService::kMaxWaiting) + 10;
  for (int i = 0; i < asked; ++i) {
    ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/object-space";
    service.post({}, std::move(request), [&](const ApiAnswer& answer) {
      ++answered;
      busy += answer.status == 503;
    });
  }
  EXPECT_GE(busy, 8) << "one may be in hand and the queue full";
  release.close();
  service.stop();
  EXPECT_EQ(answered, asked);
}

TEST_F(HubObjectsTest, a_sale_goes_through_while_large_objects_do) {
  LinkProbe link(hub_, till_);
  ASSERT_TRUE(link.greet(till_));
  std::jthread pushing([&] { EXPECT_TRUE(store_->put("large", noise(8 * backup::kMaxPieceBytes))); });
  const auto ack = link.push(till_.next_segment());
  ASSERT_TRUE(ack);
  EXPECT_TRUE(sync::is_durable(ack->outcome));
}

}  // namespace
}  // namespace net
}  // namespace till
