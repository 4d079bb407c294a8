#include "sync/messages.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kHeaderBytes = 4;
// Every message but a segment; bounds what a hostile list can make the reader allocate.
constexpr std::size_t kMaxSmallMessageBytes = 48 * 1024;

enum Kind : std::uint8_t { kHello = 1, kHave = 2, kWant = 3, kSegment = 4, kAck = 5 };

std::uint8_t kind_of(const Message& message) {
  return static_cast<std::uint8_t>(message.index() + 1);
}

template <class T>
Result<Message> read(ByteView body) {
  return Message(TRY(decode<T>(body)));
}

bool lanes_known(const Message& message) {
  const auto known = [](const Feed& feed) { return index(feed.lane) < kLanes; };
  bool good = true;
  if (const auto* have = std::get_if<Have>(&message)) {
    for (const FeedHead& head : have->heads) good &= known(head.feed);
  } else if (const auto* want = std::get_if<Want>(&message)) {
    for (const FeedRange& range : want->ranges) good &= known(range.feed);
  } else if (const auto* ack = std::get_if<Ack>(&message)) {
    for (const AckItem& item : ack->items) good &= known(item.feed) && item.outcome <= Outcome::busy;
  }
  return good;
}

}  // namespace

std::string_view sentence(Outcome outcome) {
  switch (outcome) {
    case Outcome::stored:
    case Outcome::duplicate:
      return {};
    case Outcome::gap:
      return "the hub lacks earlier records of this terminal";
    case Outcome::malformed:
      return "the hub could not read this terminal's records";
    case Outcome::too_large:
      return "the hub does not take records of this size";
    case Outcome::wrong_tenant:
      return "the records belong to another shop; enrol this terminal again";
    case Outcome::unknown_device:
      return "the hub does not know this terminal; enrol it again";
    case Outcome::revoked:
      return "this terminal was taken out of the shop; ask the owner";
    case Outcome::bad_signature:
      return "the hub does not accept this terminal's signature; enrol it again";
    case Outcome::busy:
      return "the hub cannot store anything at the moment";
  }
  return "the hub refused the records";
}

Bytes encode_message(const Message& message) {
  ByteWriter out;
  out.raw(view("TS"));
  out.u8(kProtocolVersion);
  out.u8(kind_of(message));
  std::visit([&](const auto& body) { out.raw(encode(body)); }, message);
  return out.take();
}

Result<Message> decode_message(ByteView frame) {
  if (frame.size() > kMaxMessageBytes || frame.size() < kHeaderBytes || as_text(frame.first(2)) != "TS") {
    return corrupt("this is not a sync message");
  }
  if (frame[2] != kProtocolVersion) {
    return fail(ErrorKind::permanent,
                "the other side speaks another version of the sync protocol; bring it up to date");
  }
  const std::uint8_t kind = frame[3];
  if (kind != kSegment && frame.size() > kMaxSmallMessageBytes) return corrupt("the sync message is too large");
  const ByteView body = frame.subspan(kHeaderBytes);
  Result<Message> message = corrupt("this kind of sync message is not known");
  if (kind == kHello) message = read<Hello>(body);
  if (kind == kHave) message = read<Have>(body);
  if (kind == kWant) message = read<Want>(body);
  if (kind == kSegment) message = read<SegmentMessage>(body);
  if (kind == kAck) message = read<Ack>(body);
  if (message && !lanes_known(*message)) return corrupt("the sync message makes no sense");
  return message;
}

}  // namespace till::sync
