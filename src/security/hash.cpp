#include "security/hash.hpp"

#include <openssl/crypto.h>

#include <cassert>

#include "security/openssl_error.hpp"

namespace till::security {
namespace {

const EVP_MD* sha256_digest() {
  static EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}

void must(bool worked) {
  if (!worked) throw std::bad_alloc();
}

constexpr std::size_t kBlockSize = 64;

}  // namespace

struct Sha256::State {
  DigestContext context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  must(state_->context && EVP_DigestInit_ex2(state_->context.get(), sha256_digest(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(ByteView bytes) {
  must(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash Sha256::finish() {
  Hash out;
  must(EVP_DigestFinal_ex(state_->context.get(), out.data(), nullptr) == 1);
  must(EVP_DigestInit_ex2(state_->context.get(), sha256_digest(), nullptr) == 1);
  return out;
}

// One context for all of a thread's: to make one costs as much as to hash a short text.
Hash sha256(ByteView bytes) {
  thread_local Sha256 context;
  return context.update(bytes).finish();
}

Hash hmac_sha256(ByteView key, ByteView bytes) {
  std::array<std::uint8_t, kBlockSize> pad{};
  if (key.size() > kBlockSize) {
    const auto hashed = sha256(key);
    std::copy(hashed.begin(), hashed.end(), pad.begin());
  } else {
    std::copy(key.begin(), key.end(), pad.begin());
  }
  for (auto& b : pad) b ^= 0x36;
  const auto inner = Sha256().update(pad).update(bytes).finish();
  for (auto& b : pad) b ^= 0x36 ^ 0x5c;
  const auto outer = Sha256().update(pad).update(inner).finish();
  OPENSSL_cleanse(pad.data(), pad.size());
  return outer;
}

SecretBytes hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t size) {
  assert(size <= 255 * sizeof(Hash));
  auto extracted = hmac_sha256(salt, secret);
  Bytes out;
  out.reserve(size);
  Bytes block;
  for (std::uint8_t counter = 1; out.size() < size; ++counter) {
    block.insert(block.end(), info.begin(), info.end());
    block.push_back(counter);
    const auto next = hmac_sha256(extracted, block);
    out.insert(out.end(), next.begin(), next.begin() + static_cast<long>(std::min(next.size(), size - out.size())));
    wipe(block);
    block.assign(next.begin(), next.end());
  }
  wipe(block);
  OPENSSL_cleanse(extracted.data(), extracted.size());
  return SecretBytes(std::move(out));
}

bool same(const Hash& a, const Hash& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Id id_from_name(const Id& name_space, std::string_view name) {
  const auto hash = Sha256().update(name_space.view()).update(view(name)).finish();
  Id id;
  std::copy_n(hash.begin(), id.bytes.size(), id.bytes.begin());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x80);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

}  // namespace till::security
