// Real keys, a feed of records, and devices for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "security/key_ring.hpp"
#include "security/signing.hpp"
#include "sync/ring_keys.hpp"
#include "sync/segment.hpp"

namespace till::sync {

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " / " + result.error().cause);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline Id id_of(std::uint8_t kind, std::uint8_t number = 0) {
  Id id;
  id.bytes[0] = kind;
  id.bytes[15] = number;
  return id;
}

// A tenant with some devices that all know one another.
struct Shop {
  ManualClock clock;
  SeededRandom random{42};
  Id tenant = id_of(0x7e);
  security::KeyRing ring = security::KeyRing::generate(tenant, clock, random);
  std::vector<security::SigningKey> signing;
  std::vector<std::unique_ptr<RingKeys>> keys;

  explicit Shop(std::size_t devices = 2) {
    for (std::size_t i = 0; i < devices; ++i) signing.push_back(value_of(security::SigningKey::generate(random)));
    for (std::size_t i = 0; i < devices; ++i) {
      keys.push_back(std::make_unique<RingKeys>(ring, signing[i], random));
      for (std::size_t d = 0; d < devices; ++d) keys[i]->set_device(device(d), public_key(d));
    }
  }
  static Id device(std::size_t i) { return id_of(0xde, static_cast<std::uint8_t>(i + 1)); }
  [[nodiscard]] Bytes public_key(std::size_t i) const {
    return {signing[i].public_key().begin(), signing[i].public_key().end()};
  }
};

// Records of one feed, one after the other.
struct Chain {
  Feed feed;
  std::uint64_t head = 0;
  RecordHash hash{};
  SeededRandom random{3};
  std::int64_t ms = 1'790'000'000'000;

  Record record(std::vector<Op> ops) {
    Record r;
    r.feed = feed;
    r.sequence = head + 1;
    r.stamp = Stamp::of(++ms, 0);
    random.fill(r.op_id.bytes);
    r.ops = std::move(ops);
    return r;
  }
  RecordBytes append(const Record& r) {
    RecordBytes bytes;
    bytes.body = value_of(encode_body(r));
    hash = bytes.hash = chain_hash(feed, ++head, hash, bytes.body);
    return bytes;
  }
  RecordBytes append(std::vector<Op> ops) { return append(record(std::move(ops))); }
  // `count` new records as one segment.
  Bytes segment(const Id& tenant, SegmentKeys& keys, std::vector<std::vector<Op>> groups) {
    const RecordHash before = hash;
    const std::uint64_t first = head + 1;
    std::vector<RecordBytes> records;
    for (auto& ops : groups) records.push_back(append(std::move(ops)));
    return value_of(seal_segment(tenant, feed, first, before, records, keys));
  }
};

inline Op set_op(const Id& row, FieldNumber field, const std::string& value, EntityNumber entity = 1) {
  Op op;
  op.entity = entity;
  op.row = row;
  op.fields[field] = to_bytes(value);
  return op;
}

}  // namespace till::sync
