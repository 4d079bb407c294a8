#include "sync/carrier_names.hpp"

#include <algorithm>
#include <charconv>

#include "core/wire.hpp"
#include "security/hash.hpp"

namespace till::sync {

namespace {

constexpr std::uint64_t kRecordsPerFolder = 1024;
constexpr std::size_t kIdDigits = 32, kNumberDigits = 16, kCountDigits = 3, kFolderDigits = 14;

std::string hex(std::uint64_t value, std::size_t digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

// Takes what a name is made of from its front; false once something does not fit.
class NameReader {
 public:
  explicit NameReader(std::string_view text) : rest_(text) {}
  bool literal(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  bool number(std::size_t digits, std::uint64_t& value) {
    if (rest_.size() < digits) return false;
    const char* end = rest_.data() + digits;
    const auto [at, error] = std::from_chars(rest_.data(), end, value, 16);
    rest_.remove_prefix(digits);
    return error == std::errc() && at == end;
  }
  bool bytes(std::size_t digits, std::span<std::uint8_t> out) {
    if (rest_.size() < digits) return false;
    const auto read = from_hex(rest_.substr(0, digits));
    rest_.remove_prefix(digits);
    if (!read || read->size() != out.size()) return false;
    std::copy(read->begin(), read->end(), out.begin());
    return true;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

HashPrefix prefix_of(const RecordHash& hash) {
  HashPrefix prefix;
  std::copy_n(hash.begin(), prefix.size(), prefix.begin());
  return prefix;
}

CarrierName carrier_name(const Feed& feed, std::uint64_t first, std::uint64_t last, const RecordHash& last_hash) {
  return {feed.lane,           feed.device, feed.incarnation, first, static_cast<std::uint32_t>(last - first + 1),
          prefix_of(last_hash)};
}

CarrierName carrier_name(const Envelope& envelope) {
  return carrier_name(envelope.feed, envelope.first_sequence, envelope.last_sequence(), envelope.last_hash);
}

std::string carrier_folder(const Id& tenant) {
  security::Sha256 hash;
  hash.update(view("till carrier 1")).update(tenant.view());
  return "till-" + to_hex(ByteView(hash.finish()).first(8));
}

std::string to_string(std::string_view folder, const CarrierName& name) {
  return std::string(folder) + "/" + to_hex(name.device.view()) + "-" + hex(name.incarnation, kNumberDigits) + "/" +
         hex(index(name.lane), 1) + "-" + hex(name.first / kRecordsPerFolder, kFolderDigits) + "/" +
         hex(name.first, kNumberDigits) + "-" + hex(name.count, kCountDigits) + "-" + to_hex(name.last_hash);
}

std::optional<CarrierName> parse_carrier_name(std::string_view folder, std::string_view text) {
  CarrierName name;
  NameReader in(text);
  std::uint64_t lane = 0, thousand = 0, count = 0;
  const bool read = in.literal(folder) && in.literal("/") && in.bytes(kIdDigits, name.device.bytes) &&
                    in.literal("-") && in.number(kNumberDigits, name.incarnation) && in.literal("/") &&
                    in.number(1, lane) && in.literal("-") && in.number(kFolderDigits, thousand) && in.literal("/") &&
                    in.number(kNumberDigits, name.first) && in.literal("-") && in.number(kCountDigits, count) &&
                    in.literal("-") && in.bytes(2 * name.last_hash.size(), name.last_hash) && in.at_end();
  if (!read || lane >= kLanes || count == 0 || count > kMaxRecordsPerSegment || name.first == 0) return std::nullopt;
  if (name.first > UINT64_MAX - count) return std::nullopt;
  name.lane = static_cast<Lane>(lane);
  name.count = static_cast<std::uint32_t>(count);
  if (to_string(folder, name) != text) return std::nullopt;
  return name;
}

}  // namespace till::sync
