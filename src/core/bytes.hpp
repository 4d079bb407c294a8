// Byte strings and the two ways to write them as text. Integers are big-endian wherever bytes leave the process.
// ByteReader is for foreign bytes: every read is bounds-checked and a short input is an Error of kind corrupt.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(view(text)); }
bool equal(ByteView a, ByteView b);

std::string to_hex(ByteView bytes);
Result<Bytes> from_hex(std::string_view text);
// Crockford base32 without padding: no I, L, O, U, so that it survives being read aloud. Lower case, I/L and O are accepted.
std::string to_base32(ByteView bytes);
Result<Bytes> from_base32(std::string_view text);

class ByteWriter {
 public:
  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { big_endian(v, 2); }
  void u32(std::uint32_t v) { big_endian(v, 4); }
  void u64(std::uint64_t v) { big_endian(v, 8); }
  void varint(std::uint64_t v);  // LEB128
  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void sized(ByteView bytes) {  // varint length, then the bytes
    varint(bytes.size());
    raw(bytes);
  }
  [[nodiscard]] const Bytes& bytes() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void big_endian(std::uint64_t v, int size);
  Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}
  Result<std::uint8_t> u8();
  Result<std::uint16_t> u16();
  Result<std::uint32_t> u32();
  Result<std::uint64_t> u64();
  Result<std::uint64_t> varint();  // refuses more than ten bytes and non-canonical endings
  Result<ByteView> raw(std::size_t size);
  Result<ByteView> sized(std::size_t max_size);
  [[nodiscard]] ByteView rest() const { return rest_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  Result<std::uint64_t> big_endian(std::size_t size);
  ByteView rest_;
};

}  // namespace till
