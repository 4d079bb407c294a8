// A database page, sealed in its own place: SQLite leaves the last 32 bytes of each page free (its "reserved bytes"),
// and there goes what the seal needs, so that a sealed page is as long as a plain one.
//
//   bytes 0..4063      ciphertext
//   byte  4064         algorithm, as in seal.hpp
//   bytes 4065..4076   nonce, random for each writing
//   bytes 4077..4092   tag over ciphertext and page number, so that pages cannot change places
//   bytes 4093..4095   zero
//
// One thread at a time; keeps the cipher's key schedule, since it is used for each page that the cache does not have.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

constexpr std::size_t kPageSize = 4096;
constexpr std::size_t kPageTrailer = 32;

using PageView = std::span<const std::uint8_t, kPageSize>;
using PageBytes = std::span<std::uint8_t, kPageSize>;

class PageSealer {
 public:
  static Result<std::unique_ptr<PageSealer>> create(const SecretBytes& key);
  ~PageSealer();

  // False when the trailer of `plain` is not zero (the database does not leave it free) or the cipher fails.
  [[nodiscard]] bool seal(PageView plain, std::uint32_t number, PageBytes sealed);
  // In place; the trailer is zero afterwards. False, and the bytes are worthless, when one bit differs from what was
  // sealed as this page under this key.
  [[nodiscard]] bool open(PageBytes page, std::uint32_t number);

 private:
  struct Impl;
  explicit PageSealer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::security
