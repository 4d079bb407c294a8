// Our own records' bytes, through cereal: an archive that writes integers as varints (zigzag where signed), sizes as
// varints and strings as size plus bytes. Compact, the same on every machine, and safe to read from strangers: a size
// can never exceed what is left of the input, and a short or malformed input is an Error of kind corrupt.
#pragma once

#include <cereal/cereal.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/common.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <type_traits>

#include "core/bytes.hpp"

namespace till {

class WireWriter : public cereal::OutputArchive<WireWriter, cereal::AllowEmptyClassElision> {
 public:
  WireWriter() : cereal::OutputArchive<WireWriter, cereal::AllowEmptyClassElision>(this) {}
  template <class T>
  void integer(T v) {
    if constexpr (std::is_same_v<T, bool> || sizeof(T) == 1) {
      out_.u8(static_cast<std::uint8_t>(v));
    } else if constexpr (std::is_signed_v<T>) {
      const auto wide = static_cast<std::int64_t>(v);
      out_.varint((static_cast<std::uint64_t>(wide) << 1) ^ static_cast<std::uint64_t>(wide >> 63));
    } else {
      out_.varint(v);
    }
  }
  void raw(const void* data, std::size_t size) { out_.raw({static_cast<const std::uint8_t*>(data), size}); }
  Bytes take() { return out_.take(); }

 private:
  ByteWriter out_;
};

class WireReader : public cereal::InputArchive<WireReader, cereal::AllowEmptyClassElision> {
 public:
  explicit WireReader(ByteView bytes)
      : cereal::InputArchive<WireReader, cereal::AllowEmptyClassElision>(this), in_(bytes) {}
  template <class T>
  void integer(T& v) {
    if constexpr (std::is_same_v<T, bool> || sizeof(T) == 1) {
      v = static_cast<T>(take(in_.u8()));
    } else if constexpr (std::is_signed_v<T>) {
      const auto z = take(in_.varint());
      v = narrowed<T>(static_cast<std::int64_t>(z >> 1) ^ -static_cast<std::int64_t>(z & 1));
    } else {
      v = narrowed<T>(take(in_.varint()));
    }
  }
  void raw(void* data, std::size_t size) {
    const auto bytes = take(in_.raw(size));
    std::copy(bytes.begin(), bytes.end(), static_cast<std::uint8_t*>(data));
  }
  std::size_t size() {
    const auto n = take(in_.varint());
    if (n > in_.rest().size()) throw cereal::Exception("a size is larger than the data");
    return static_cast<std::size_t>(n);
  }
  [[nodiscard]] bool empty() const { return in_.empty(); }

 private:
  template <class T, class W>
  static T narrowed(W wide) {
    const auto v = static_cast<T>(wide);
    if (static_cast<W>(v) != wide) throw cereal::Exception("a number does not fit its field");
    return v;
  }
  template <class T>
  static T take(Result<T> result) {
    if (!result) throw cereal::Exception(result.error().message);
    return *result;
  }
  ByteReader in_;
};

template <class T>
  requires std::is_arithmetic_v<T>
void CEREAL_SAVE_FUNCTION_NAME(WireWriter& ar, const T& v) {
  static_assert(std::is_integral_v<T>, "no floats on the wire");
  ar.integer(v);
}
template <class T>
  requires std::is_arithmetic_v<T>
void CEREAL_LOAD_FUNCTION_NAME(WireReader& ar, T& v) {
  static_assert(std::is_integral_v<T>, "no floats on the wire");
  ar.integer(v);
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(WireWriter& ar, const cereal::BinaryData<T>& data) {
  ar.raw(data.data, static_cast<std::size_t>(data.size));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(WireReader& ar, cereal::BinaryData<T>& data) {
  ar.raw(data.data, static_cast<std::size_t>(data.size));
}
template <class T>
void CEREAL_SAVE_FUNCTION_NAME(WireWriter& ar, const cereal::SizeTag<T>& tag) {
  ar.integer(static_cast<std::uint64_t>(tag.size));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(WireReader& ar, cereal::SizeTag<T>& tag) {
  tag.size = ar.size();
}

// `serialize` of T decides the bytes; decode refuses anything left over.
template <class T>
Bytes encode(const T& value) {
  WireWriter ar;
  ar(value);
  return ar.take();
}
template <class T>
Result<T> decode(ByteView bytes) {
  try {
    WireReader ar(bytes);
    T value{};
    ar(value);
    if (!ar.empty()) return corrupt("the data is longer than its content");
    return value;
  } catch (const std::exception& e) {
    return fail(ErrorKind::corrupt, "the data cannot be read", e.what());
  }
}

}  // namespace till

CEREAL_REGISTER_ARCHIVE(till::WireWriter)
CEREAL_REGISTER_ARCHIVE(till::WireReader)
CEREAL_SETUP_ARCHIVE_TRAITS(till::WireReader, till::WireWriter)
