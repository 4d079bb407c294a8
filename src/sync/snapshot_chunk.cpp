// The bytes of a chunk: docs/SYNC.md, "Snapshot".
#include <algorithm>
#include <map>

#include "sync/snapshot.hpp"

namespace till::sync {

namespace {

using Maker = std::pair<Id, Incarnation>;  // of a change

class ChunkWriter {
 public:
  void feed(const Feed& feed) {
    maker({feed.device, feed.incarnation});
    body_.u8(static_cast<std::uint8_t>(feed.lane));
  }
  void order(const Order& order) {
    maker({order.device, order.incarnation});
    body_.u64(order.stamp.packed);
    body_.varint(order.sequence);
  }
  ByteWriter& body() { return body_; }
  Bytes take() {
    ByteWriter out;
    out.varint(list_.size());
    for (const Maker& maker : list_) {
      out.raw(maker.first.view());
      out.u64(maker.second);
    }
    out.raw(body_.bytes());
    return out.take();
  }

 private:
  void maker(const Maker& maker) {
    const auto [at, is_new] = numbers_.try_emplace(maker, list_.size());
    if (is_new) list_.push_back(maker);
    body_.varint(at->second);
  }
  ByteWriter body_;
  std::map<Maker, std::size_t> numbers_;
  std::vector<Maker> list_;
};

void write(ByteWriter& out, const FieldMap& fields) {
  out.varint(fields.size());
  for (const auto& [number, value] : fields) {
    out.varint(number);
    out.sized(value);
  }
}

void write(ChunkWriter& out, const SnapshotField& field) {
  out.body().varint(field.number);
  out.order(field.order);
  out.body().sized(field.value);
  out.body().varint(field.rivals.size());
  for (const Rival& rival : field.rivals) {
    out.order(rival.order);
    out.body().sized(rival.value);
  }
  out.body().varint(field.expected.size());
  for (const Order& order : field.expected) out.order(order);
}

void write(ChunkWriter& out, const SnapshotParked& parked) {
  out.feed(parked.feed);
  out.body().varint(parked.first);
  out.body().varint(parked.last);
  out.body().u8(static_cast<std::uint8_t>(parked.reason));
  out.body().u64(static_cast<std::uint64_t>(parked.due_ms));
  out.body().varint(parked.key_epoch);
  out.body().u8(parked.whole_segment ? 1 : 0);
  out.body().sized(parked.bytes);
}

class ChunkReader {
 public:
  explicit ChunkReader(ByteView plain) : in_(plain) {}

  Status makers() {
    const auto count = TRY(length(24));
    for (std::size_t i = 0; i < count; ++i) {
      const Id device = TRY(id_from_bytes(TRY(in_.raw(16))));
      list_.emplace_back(device, TRY(in_.u64()));
    }
    return {};
  }
  // A number of things of at least `each` bytes: never more than the rest can hold.
  Result<std::size_t> length(std::size_t each) {
    const auto count = TRY(in_.varint());
    if (count > in_.rest().size() / each) return corrupt("the snapshot is damaged");
    return static_cast<std::size_t>(count);
  }
  Result<Feed> feed() {
    const Maker maker = TRY(this->maker());
    const auto lane = TRY(in_.u8());
    if (lane >= kLanes) return corrupt("the snapshot is damaged");
    return Feed{maker.first, maker.second, static_cast<Lane>(lane)};
  }
  Result<Order> order() {
    const Maker maker = TRY(this->maker());
    Order order;
    order.device = maker.first;
    order.incarnation = maker.second;
    order.stamp.packed = TRY(in_.u64());
    order.sequence = TRY(in_.varint());
    return order;
  }
  Result<Bytes> value() { return to_bytes(TRY(in_.sized(in_.rest().size()))); }
  Result<FieldNumber> number() {
    const auto number = TRY(in_.varint());
    if (number > UINT16_MAX) return corrupt("the snapshot is damaged");
    return static_cast<FieldNumber>(number);
  }
  ByteReader& in() { return in_; }

 private:
  Result<Maker> maker() {
    const auto at = TRY(in_.varint());
    if (at >= list_.size()) return corrupt("the snapshot is damaged");
    return list_[static_cast<std::size_t>(at)];
  }
  ByteReader in_;
  std::vector<Maker> list_;
};

Result<SnapshotField> read_field(ChunkReader& in) {
  SnapshotField field;
  field.number = TRY(in.number());
  field.order = TRY(in.order());
  field.value = TRY(in.value());
  const auto rivals = TRY(in.length(11));
  for (std::size_t i = 0; i < rivals; ++i) {
    Rival rival;
    rival.order = TRY(in.order());
    rival.value = TRY(in.value());
    field.rivals.push_back(std::move(rival));
  }
  const auto expected = TRY(in.length(10));
  for (std::size_t i = 0; i < expected; ++i) field.expected.push_back(TRY(in.order()));
  return field;
}

Status read_heads(ChunkReader& in, SnapshotChunk& chunk) {
  const auto heads = TRY(in.length(36));
  for (std::size_t i = 0; i < heads; ++i) {
    FeedHead head;
    head.feed = TRY(in.feed());
    head.sequence = TRY(in.in().varint());
    const auto hash = TRY(in.in().raw(head.hash.size()));
    std::copy(hash.begin(), hash.end(), head.hash.begin());
    head.branch = static_cast<std::uint32_t>(TRY(in.in().varint()));
    chunk.heads.push_back(head);
  }
  const auto ops = TRY(in.length(16));
  for (std::size_t i = 0; i < ops; ++i) chunk.ops.push_back(TRY(id_from_bytes(TRY(in.in().raw(16)))));
  return {};
}

Status read_parked(ChunkReader& in, SnapshotChunk& chunk) {
  const auto count = TRY(in.length(16));
  for (std::size_t i = 0; i < count; ++i) {
    SnapshotParked parked;
    parked.feed = TRY(in.feed());
    parked.first = TRY(in.in().varint());
    parked.last = TRY(in.in().varint());
    parked.reason = static_cast<ParkedReason>(TRY(in.in().u8()));
    parked.due_ms = static_cast<std::int64_t>(TRY(in.in().u64()));
    parked.key_epoch = static_cast<std::uint32_t>(TRY(in.in().varint()));
    parked.whole_segment = TRY(in.in().u8()) != 0;
    parked.bytes = TRY(in.value());
    chunk.parked.push_back(std::move(parked));
  }
  return {};
}

Status read_rows(ChunkReader& in, SnapshotChunk& chunk) {
  const auto rows = TRY(in.length(18));
  for (std::size_t i = 0; i < rows; ++i) {
    SnapshotRow row;
    row.entity = TRY(in.number());
    row.row = TRY(id_from_bytes(TRY(in.in().raw(16))));
    const auto fields = TRY(in.length(14));
    for (std::size_t f = 0; f < fields; ++f) row.fields.push_back(TRY(read_field(in)));
    chunk.rows.push_back(std::move(row));
  }
  return {};
}

Status read_documents(ChunkReader& in, SnapshotChunk& chunk) {
  const auto documents = TRY(in.length(34));
  for (std::size_t i = 0; i < documents; ++i) {
    SnapshotDocument document;
    document.entity = TRY(in.number());
    document.row = TRY(id_from_bytes(TRY(in.in().raw(16))));
    document.author = TRY(id_from_bytes(TRY(in.in().raw(16))));
    const auto fields = TRY(in.length(2));
    for (std::size_t f = 0; f < fields; ++f) {
      const auto number = TRY(in.number());
      document.fields[number] = TRY(in.value());
    }
    chunk.documents.push_back(std::move(document));
  }
  return {};
}

}  // namespace

Bytes encode_chunk(const SnapshotChunk& chunk) {
  ChunkWriter out;
  out.body().varint(chunk.heads.size());
  for (const FeedHead& head : chunk.heads) {
    out.feed(head.feed);
    out.body().varint(head.sequence);
    out.body().raw(head.hash);
    out.body().varint(head.branch);
  }
  out.body().varint(chunk.ops.size());
  for (const Id& op : chunk.ops) out.body().raw(op.view());
  out.body().varint(chunk.parked.size());
  for (const SnapshotParked& parked : chunk.parked) write(out, parked);
  out.body().varint(chunk.rows.size());
  for (const SnapshotRow& row : chunk.rows) {
    out.body().varint(row.entity);
    out.body().raw(row.row.view());
    out.body().varint(row.fields.size());
    for (const SnapshotField& field : row.fields) write(out, field);
  }
  out.body().varint(chunk.documents.size());
  for (const SnapshotDocument& document : chunk.documents) {
    out.body().varint(document.entity);
    out.body().raw(document.row.view());
    out.body().raw(document.author.view());
    write(out.body(), document.fields);
  }
  return out.take();
}

Result<SnapshotChunk> decode_chunk(ByteView plain) {
  ChunkReader in(plain);
  SnapshotChunk chunk;
  TRY(in.makers());
  TRY(read_heads(in, chunk));
  TRY(read_parked(in, chunk));
  TRY(read_rows(in, chunk));
  TRY(read_documents(in, chunk));
  if (!in.in().empty()) return corrupt("the snapshot is longer than its content");
  return chunk;
}

}  // namespace till::sync
