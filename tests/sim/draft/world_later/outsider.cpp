#include "sim/outsider.hpp"

#include "core/wire.hpp"
#include "domain/entities/documents.hpp"
#include "security/hash.hpp"
#include "sim/hub_node.hpp"
#include "sim/sim_keys.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

constexpr Incarnation kIncarnation = 77;
constexpr std::size_t kLedgerNumber = 1000;  // no terminal's

Id outsider_id(std::uint8_t number) {
  Id id;
  id.bytes[0] = 0x0d;
  id.bytes[15] = number;
  return id;
}

}  // namespace

Outsider::Outsider(World& world, const Id& tenant, std::uint8_t number)
    : world_(world), tenant_(tenant), device_(outsider_id(number)), random_(world.plan().seed * 131 + number) {
  world.outsiders.insert(device_);
  for (auto& hub : world.hubs()) hub->admit(tenant, device_);
}

Record Outsider::record(Lane lane, std::vector<Op> ops) {
  Record record;
  record.feed = {device_, kIncarnation, lane};
  record.sequence = heads_[lane].sequence + 1;
  record.stamp = Stamp::of(world_.true_time().us / 1000, static_cast<std::uint16_t>(random_.below(100)));
  random_.fill(record.op_id.bytes);
  record.ops = std::move(ops);
  return record;
}

Record Outsider::good_sale() {
  LedgerEntry entry;
  entry.terminal = kLedgerNumber;
  entry.tenant = tenant_;
  domain::Sale sale;
  domain::StockMove move;
  random_.fill(sale.id.bytes);
  random_.fill(move.id.bytes);
  random_.fill(move.product.bytes);
  move.delta_milli = -1000;
  sale.at = world_.true_time();
  sale.receipt = to_string(sale.id);
  entry.documents = {sale.id, move.id};
  entry.deltas = {{move.product, move.delta_milli}};
  world_.ledger().push_back(entry);
  return record(Lane::critical, {{OpKind::add, domain::Sale::kEntity, sale.id, to_fields(sale), {}},
                                 {OpKind::add, domain::StockMove::kEntity, move.id, to_fields(move), {}}});
}

Bytes Outsider::segment(Lane lane, const std::vector<Bytes>& bodies) {
  return segment(lane, bodies, {});
}

// As docs/SYNC.md, "Segment", says.
Bytes Outsider::segment(Lane lane, const std::vector<Bytes>& bodies, const Warp& warp) {
  Head& head = heads_[lane];
  const Feed feed{device_, kIncarnation, lane};
  const RecordHash before = head.hash;
  const std::uint64_t first = head.sequence + 1;
  ByteWriter plain;
  plain.u8(0);
  for (const Bytes& body : bodies) {
    head.hash = chain_hash(feed, ++head.sequence, head.hash, body);
    plain.sized(body);
  }
  if (warp.wrong_chain) head.hash[0] ^= 1;
  SimKeys keys(device_);
  ByteWriter out;
  out.raw(view("TG"));
  out.u8(kSegmentVersion);
  out.raw(tenant_.view());
  out.raw(device_.view());
  out.u64(kIncarnation);
  out.u8(static_cast<std::uint8_t>(lane));
  out.varint(first);
  out.varint(bodies.size());
  out.raw(before);
  out.raw(head.hash);
  out.u64(Stamp::of(world_.true_time().us / 1000, 0).packed);
  out.varint(0);
  out.varint(kSchema);
  out.varint(1);
  out.varint(keys.current_epoch());
  out.varint(plain.bytes().size() + keys.seal_overhead_bytes());
  const Bytes payload = *keys.seal(keys.current_epoch(), plain.bytes(), out.bytes());
  ByteWriter message;
  message.raw(view("till segment 1"));
  message.raw(out.bytes());
  message.raw(security::sha256(payload));
  auto signature = *keys.sign(message.bytes());
  if (warp.wrong_signature) signature[5] ^= 1;
  out.raw(signature);
  out.raw(payload);
  return out.take();
}

void Outsider::send(const Bytes& segment) {
  sent_.push_back(segment);
  (void)world_.hub().deliver(tenant_, segment);
}

void Outsider::send(Lane lane, const std::vector<Record>& records) {
  std::vector<Bytes> bodies;
  for (const Record& record : records) bodies.push_back(*encode_body(record));
  send(segment(lane, bodies));
}

void Outsider::send_again() {
  for (const Bytes& segment : sent_) (void)world_.hub().deliver(tenant_, segment);
}

Op set_field(EntityNumber entity, const Id& row, FieldNumber field, Bytes value) {
  Op op;
  op.entity = entity;
  op.row = row;
  op.fields[field] = std::move(value);
  return op;
}

}  // namespace till::sim
