// A sale overtakes an import of any size, from the till to the hub and from the hub to a till: ahead of it goes only
// what was on the line already, and that is bounded by the window, not by what is queued.
#include <gtest/gtest.h>

#include "engine_fixture.hpp"
#include "sim/memory_hub_store.hpp"
#include "sync/hub_session.hpp"

namespace till::sync {
namespace {

constexpr std::size_t kRowsPerTransaction = 100;  // as an import writes them

Id row_id(std::size_t number) {
  Id row = id_of(0xab);
  for (int i = 0; i < 4; ++i)
    row.bytes[static_cast<std::size_t>(12 + i)] = static_cast<std::uint8_t>(number >> (8 * i));
  return row;
}
std::string content_of(std::size_t number) {
  std::string text(200, ' ');  // that cannot be packed into nothing
  std::uint64_t state = number * 2 + 1;
  for (char& c : text) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    c = static_cast<char>('a' + (state >> 33) % 26);
  }
  return text;
}

class Overtaking : public testing::TestWithParam<std::size_t> {
 protected:
  Overtaking() {
    for (std::size_t i = 0; i < 3; ++i)
      hub_store.tenants[shop.tenant].devices[Shop::device(i)] = {shop.public_key(i), false};
  }
  // Into the log of `a`.
  void import(std::size_t rows) {
    for (std::size_t first = 0; first < rows; first += kRowsPerTransaction) {
      value_of(a.disk.begin());
      for (std::size_t i = first; i < std::min(rows, first + kRowsPerTransaction); ++i)
        value_of(a.log.set(a.store(), Lane::normal, kProduct, row_id(i), {{kSku, encode(content_of(i))}}));
      value_of(a.log.seal(a.store()));
      value_of(a.disk.commit());
    }
  }
  // Of a third terminal, at the hub.
  void hub_holds(std::size_t rows) {
    for (std::size_t first = 0; first < rows; first += kRowsPerTransaction) {
      std::vector<std::vector<Op>> groups(1);
      for (std::size_t i = first; i < std::min(rows, first + kRowsPerTransaction); ++i)
        groups[0].push_back(set_sku(row_id(i), content_of(i)));
      put_into_hub(import_.segment(shop.tenant, *shop.keys[2], std::move(groups)));
    }
  }
  void hub_holds_a_sale() {
    Op op;
    op.kind = OpKind::add;
    op.entity = kSale;
    op.row = kSold;
    op.fields = to_fields(domain::Sale{});
    put_into_hub(sales_.segment(shop.tenant, *shop.keys[2], {{op}}));
  }
  void put_into_hub(const Bytes& segment) {
    EXPECT_EQ(value_of(core.accept(shop.tenant, segment, shop.clock.now())).outcome, Outcome::stored);
  }
  // What the hub answers to these.
  Received answers(HubSession& session, const std::vector<Bytes>& frames) {
    Received received;
    for (const Bytes& frame : frames) {
      auto reply = value_of(session.receive(frame, shop.clock.now()));
      for (Bytes& out : reply.frames) received.frames.push_back(std::move(out));
    }
    return received;
  }
  // Until the line is full: the next step sends nothing more.
  std::vector<Bytes> all_that_goes_without_an_answer(Till& till) {
    std::vector<Bytes> frames = till.sent();
    for (int i = 0; i < 200; ++i) {
      till.advance_ms(1);
      till.step(Tick{});
      const auto more = till.sent();
      if (more.empty()) break;
      frames.insert(frames.end(), more.begin(), more.end());
    }
    return frames;
  }
  static std::vector<Lane> lanes_of(const std::vector<Bytes>& frames) {
    std::vector<Lane> lanes;
    for (const Bytes& frame : frames) {
      const Message message = value_of(decode_message(frame));
      if (const auto* s = std::get_if<SegmentMessage>(&message))
        lanes.push_back(value_of(parse_envelope(s->bytes)).feed.lane);
    }
    return lanes;
  }
  static std::size_t bytes_of(const std::vector<Bytes>& frames) {
    std::size_t bytes = 0;
    for (const Bytes& frame : frames) bytes += frame.size();
    return bytes;
  }

  const Id kSold = id_of(0x5a, 1);
  Shop shop{3};
  sim::MemoryHubStore hub_store;
  HubCore core{hub_store};
  Till a{shop, 0};
  Chain import_{{Shop::device(2), 5, Lane::normal}}, sales_{{Shop::device(2), 5, Lane::critical}};
};

constexpr std::size_t kLargestSegment = 64 * 1024;

TEST_P(Overtaking, TheWayToTheHubIsFreeAfterWhatIsOnTheLine) {
  import(GetParam());
  HubSession session(core, shop.tenant, Shop::device(0));
  a.sell(1);
  a.step(LinkUp{});
  a.step(answers(session, a.sent()));
  const auto on_the_line = all_that_goes_without_an_answer(a);
  ASSERT_GT(lanes_of(on_the_line).size(), 1U);
  EXPECT_EQ(lanes_of(on_the_line).front(), Lane::critical) << "rows of the import went before a sale that waited";
  ASSERT_GT(bytes_of(on_the_line), kWindowBytes) << "the line is not full";
  EXPECT_LE(bytes_of(on_the_line), kWindowBytes + kLargestSegment);
  a.sell(2);
  a.step(answers(session, on_the_line));
  const auto after = lanes_of(a.sent());
  ASSERT_FALSE(after.empty());
  EXPECT_EQ(after.front(), Lane::critical) << "rows of the import went before the sale";
  EXPECT_LE(after.size(), 16U) << "a step does not hold the writer for long";
}

TEST_P(Overtaking, TheWayFromTheHubIsFreeAfterWhatIsOnTheLineAndTheTillTakesItNext) {
  hub_holds(GetParam());
  HubSession session(core, shop.tenant, Shop::device(0));
  a.step(LinkUp{});
  a.step(answers(session, a.sent()));
  Received on_the_line = answers(session, a.sent());
  for (auto more = value_of(session.serve()); !more.empty(); more = value_of(session.serve()))
    on_the_line.frames.insert(on_the_line.frames.end(), more.begin(), more.end());
  ASSERT_GT(bytes_of(on_the_line.frames), kWindowBytes) << "the line is not full";
  EXPECT_LE(bytes_of(on_the_line.frames), kWindowBytes + kLargestSegment);
  hub_holds_a_sale();
  EXPECT_TRUE(value_of(session.serve()).empty()) << "the window was not full";
  a.step(on_the_line);
  // What is on the line is taken in, in steps; with the first word of it the hub sends the sale before the rest.
  std::vector<Lane> after;
  std::size_t steps = 0;
  for (; steps < 40 && !a.documents().contains(kSold); ++steps) {
    Received received = answers(session, a.sent());
    for (const Lane lane : lanes_of(received.frames)) after.push_back(lane);
    a.advance_ms(1);
    received.frames.empty() ? a.step(Tick{}) : a.step(received);
  }
  ASSERT_FALSE(after.empty());
  EXPECT_EQ(after.front(), Lane::critical) << "rows of the import went before the sale";
  EXPECT_TRUE(a.documents().contains(kSold)) << "the sale waits behind the import";
  const auto rows_on_the_line = lanes_of(on_the_line.frames).size() * kRowsPerTransaction;
  EXPECT_LE(a.rows(), rows_on_the_line + kMaxOpsPerStep) << "more came before it than what was on the line and a step";
}

INSTANTIATE_TEST_SUITE_P(Rows, Overtaking, testing::Values(10'000, 100'000),
                         [](const auto& run) { return std::to_string(run.param); });

}  // namespace
}  // namespace till::sync
