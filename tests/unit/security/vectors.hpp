// Shorthand for test vectors written in hexadecimal.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

inline Bytes hex(std::string_view text) {
  auto bytes = from_hex(text);
  EXPECT_TRUE(bytes) << "not hexadecimal: " << text;
  return bytes ? *bytes : Bytes{};
}
inline SecretBytes hex_key(std::string_view text) {
  return SecretBytes(hex(text));
}

template <class Array>
Array hex_array(std::string_view text) {
  const auto bytes = hex(text);
  Array out{};
  EXPECT_EQ(bytes.size(), out.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
  return out;
}

}  // namespace till::security
