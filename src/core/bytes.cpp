#include "core/bytes.hpp"

#include <algorithm>
#include <array>

namespace till {
namespace {

constexpr std::size_t kVarintMax = 10;
constexpr std::size_t kSmall = 16;
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int crockford_value(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'I' || c == 'L') c = '1';
  if (c == 'O') c = '0';
  const auto at = kCrockford.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

tl::unexpected<Error> cut_short() { return corrupt("the data ends too early"); }

}  // namespace

bool equal(ByteView a, ByteView b) { return std::ranges::equal(a, b); }

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto b : bytes) {
    out += kHexDigits[b >> 4];
    out += kHexDigits[b & 15];
  }
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return invalid("hexadecimal text must have an even number of digits");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return invalid("only the digits 0-9 and a-f may stand in hexadecimal text");
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

std::string to_base32(ByteView bytes) {
  std::string out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const auto b : bytes) {
    buffer = (buffer << 8) | b;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      out += kCrockford[(buffer >> bits) & 31];
    }
  }
  if (bits > 0) out += kCrockford[(buffer << (5 - bits)) & 31];
  return out;
}

Result<Bytes> from_base32(std::string_view text) {
  Bytes out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = crockford_value(c);
    if (value < 0) return invalid("the code has a character that never occurs in one; please check it");
    buffer = (buffer << 5) | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
  }
  return out;
}

void ByteWriter::big_endian(std::uint64_t v, int size) {
  std::array<std::uint8_t, 8> bytes;
  for (int i = 0; i < 8; ++i) bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(v >> (56 - 8 * i));
  out_.insert(out_.end(), bytes.end() - size, bytes.end());
}

void ByteWriter::varint(std::uint64_t v) {
  if (out_.capacity() == 0) out_.reserve(kSmall);  // most values are as short: one allocation instead of several
  for (; v >= 0x80; v >>= 7) out_.push_back(static_cast<std::uint8_t>(v | 0x80));
  out_.push_back(static_cast<std::uint8_t>(v));
}

Result<std::uint64_t> ByteReader::big_endian(std::size_t size) {
  if (rest_.size() < size) return cut_short();
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < size; ++i) v = (v << 8) | rest_[i];
  rest_ = rest_.subspan(size);
  return v;
}

Result<std::uint8_t> ByteReader::u8() {
  if (rest_.empty()) return cut_short();
  const auto v = rest_.front();
  rest_ = rest_.subspan(1);
  return v;
}
Result<std::uint16_t> ByteReader::u16() { return static_cast<std::uint16_t>(TRY(big_endian(2))); }
Result<std::uint32_t> ByteReader::u32() { return static_cast<std::uint32_t>(TRY(big_endian(4))); }
Result<std::uint64_t> ByteReader::u64() { return big_endian(8); }

Result<std::uint64_t> ByteReader::varint() {
  std::uint64_t v = 0;
  for (std::size_t size = 0; size < kVarintMax; ++size) {
    if (size == rest_.size()) return cut_short();
    const auto b = rest_[size];
    if (size == kVarintMax - 1 && b > 1) return corrupt("a number in the data is too large");
    v |= static_cast<std::uint64_t>(b & 0x7f) << (7 * size);
    if (b >= 0x80) continue;
    if (b == 0 && size != 0) return corrupt("a number in the data is not in its shortest form");
    rest_ = rest_.subspan(size + 1);
    return v;
  }
  return corrupt("a number in the data is too long");
}

Result<ByteView> ByteReader::raw(std::size_t size) {
  if (rest_.size() < size) return cut_short();
  const auto out = rest_.first(size);
  rest_ = rest_.subspan(size);
  return out;
}

Result<ByteView> ByteReader::sized(std::size_t max_size) {
  const auto size = TRY(varint());
  if (size > max_size) return corrupt("a part of the data claims to be larger than it may be");
  return raw(static_cast<std::size_t>(size));
}

}  // namespace till
