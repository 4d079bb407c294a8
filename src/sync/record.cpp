#include "sync/record.hpp"

#include <algorithm>

#include "core/zigzag.hpp"
#include "security/hash.hpp"

namespace till::sync {

namespace {

// The devices and incarnations that a record speaks of, each written once. Number 0 is the record's own.
struct Origins {
  std::vector<std::pair<Id, Incarnation>> list;

  std::size_t number_of(const Feed& own, const Order& order) {
    if (order.device == own.device && order.incarnation == own.incarnation) return 0;
    const std::pair<Id, Incarnation> origin{order.device, order.incarnation};
    const auto at = std::find(list.begin(), list.end(), origin);
    if (at != list.end()) return static_cast<std::size_t>(at - list.begin()) + 1;
    list.push_back(origin);
    return list.size();
  }
};

void write_op(ByteWriter& out, const Record& record, const Op& op, Origins& origins) {
  out.u8(static_cast<std::uint8_t>(op.kind));
  out.varint(op.entity);
  out.raw(op.row.view());
  out.varint(op.fields.size());
  for (const auto& [number, value] : op.fields) {
    out.varint(number);
    out.sized(value);
    if (op.kind != OpKind::set) continue;
    const auto replaced = op.replaces.find(number);
    out.varint(replaced == op.replaces.end() ? 0 : replaced->second.size());
    if (replaced == op.replaces.end()) continue;
    for (const Order& order : replaced->second) {
      out.varint(origins.number_of(record.feed, order));
      out.varint(zigzag(static_cast<std::int64_t>(record.stamp.packed - order.stamp.packed)));
      out.varint(order.sequence);
    }
  }
}

Result<std::uint64_t> bounded(ByteReader& in, std::uint64_t max, const char* what) {
  const auto n = TRY(in.varint());
  if (n > max) return fail(ErrorKind::corrupt, "the record cannot be read", std::string("too large: ") + what);
  return n;
}

Result<Id> read_id(ByteReader& in) {
  return id_from_bytes(TRY(in.raw(16)));
}

Result<Order> read_order(ByteReader& in, const Record& record, const Origins& origins) {
  Order order;
  const auto origin = TRY(bounded(in, origins.list.size(), "origin"));
  order.device = origin == 0 ? record.feed.device : origins.list[origin - 1].first;
  order.incarnation = origin == 0 ? record.feed.incarnation : origins.list[origin - 1].second;
  order.stamp.packed = record.stamp.packed - static_cast<std::uint64_t>(unzigzag(TRY(in.varint())));
  order.sequence = TRY(in.varint());
  return order;
}

Result<Op> read_op(ByteReader& in, const Record& record, const Origins& origins) {
  Op op;
  const auto kind = TRY(in.u8());
  if (kind > static_cast<std::uint8_t>(OpKind::add)) return corrupt("the record holds an unknown kind of change");
  op.kind = static_cast<OpKind>(kind);
  op.entity = static_cast<EntityNumber>(TRY(bounded(in, UINT16_MAX, "entity")));
  op.row = TRY(read_id(in));
  const auto fields = TRY(bounded(in, kMaxFieldsPerOp, "fields"));
  for (std::uint64_t i = 0; i < fields; ++i) {
    const auto number = static_cast<FieldNumber>(TRY(bounded(in, UINT16_MAX, "field")));
    if (!op.fields.emplace(number, to_bytes(TRY(in.sized(kMaxRecordBytes)))).second) {
      return corrupt("the record names a field twice");
    }
    if (op.kind != OpKind::set) continue;
    const auto replaced = TRY(bounded(in, kMaxFieldsPerOp, "replaced changes"));
    for (std::uint64_t r = 0; r < replaced; ++r) op.replaces[number].push_back(TRY(read_order(in, record, origins)));
  }
  return op;
}

Status check_bounds(const Record& record) {
  if (record.ops.size() > kMaxOpsPerRecord) return invalid("too many changes at once; make them in smaller steps");
  if (record.needs.size() > kMaxDependencies) return invalid("the change depends on too many others");
  for (const Op& op : record.ops) {
    if (op.fields.size() > kMaxFieldsPerOp) return invalid("the change has too many fields");
  }
  return {};
}

}  // namespace

std::string_view to_string(Lane lane) {
  constexpr std::array<std::string_view, kLanes> names = {"critical", "high", "normal", "low"};
  return names[index(lane)];
}

Result<Bytes> encode_body(const Record& record) {
  TRY(check_bounds(record));
  Origins origins;
  ByteWriter ops;
  for (const Op& op : record.ops) write_op(ops, record, op, origins);

  ByteWriter out;
  out.varint(record.schema);
  out.varint(record.min_reader);
  out.u64(record.stamp.packed);
  out.raw(record.op_id.view());
  out.varint(record.needs.size());
  for (const Dependency& need : record.needs) {
    out.raw(need.feed.device.view());
    out.u64(need.feed.incarnation);
    out.u8(static_cast<std::uint8_t>(need.feed.lane));
    out.varint(need.sequence);
  }
  out.varint(origins.list.size());
  for (const auto& [device, incarnation] : origins.list) {
    out.raw(device.view());
    out.u64(incarnation);
  }
  out.varint(record.ops.size());
  out.raw(ops.bytes());
  if (out.bytes().size() > kMaxRecordBytes) return invalid("the change is too large; make it in smaller steps");
  return out.take();
}

Result<Record> decode_body(const Feed& feed, std::uint64_t sequence, ByteView body) {
  if (body.size() > kMaxRecordBytes) return corrupt("the record is too large");
  ByteReader in(body);
  Record record;
  record.feed = feed;
  record.sequence = sequence;
  record.schema = static_cast<std::uint32_t>(TRY(bounded(in, UINT32_MAX, "schema")));
  record.min_reader = static_cast<std::uint32_t>(TRY(bounded(in, UINT32_MAX, "reader")));
  record.stamp.packed = TRY(in.u64());
  record.op_id = TRY(read_id(in));
  if (record.min_reader > kSchema) return record;
  const auto needs = TRY(bounded(in, kMaxDependencies, "dependencies"));
  for (std::uint64_t i = 0; i < needs; ++i) {
    Dependency need;
    need.feed.device = TRY(read_id(in));
    need.feed.incarnation = TRY(in.u64());
    need.feed.lane = static_cast<Lane>(TRY(in.u8()));
    if (index(need.feed.lane) >= kLanes) return corrupt("the record names an unknown lane");
    need.sequence = TRY(in.varint());
    record.needs.push_back(need);
  }
  Origins origins;
  const auto origin_count = TRY(bounded(in, in.rest().size() / 24, "origins"));
  for (std::uint64_t i = 0; i < origin_count; ++i) {
    const Id device = TRY(read_id(in));
    origins.list.emplace_back(device, TRY(in.u64()));
  }
  const auto ops = TRY(bounded(in, kMaxOpsPerRecord, "changes"));
  for (std::uint64_t i = 0; i < ops; ++i) record.ops.push_back(TRY(read_op(in, record, origins)));
  if (!in.empty()) return corrupt("the record is longer than its content");
  return record;
}

RecordHash chain_hash(const Feed& feed, std::uint64_t sequence, const RecordHash& previous, ByteView body) {
  ByteWriter head;
  head.raw(view("till record 1"));
  head.raw(feed.device.view());
  head.u64(feed.incarnation);
  head.u8(static_cast<std::uint8_t>(feed.lane));
  head.u64(sequence);
  head.raw(previous);
  security::Sha256 hash;
  return hash.update(head.bytes()).update(body).finish();
}

}  // namespace till::sync
