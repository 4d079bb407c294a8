#include "security/seal.hpp"

#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

#include <limits>

#include "security/openssl_error.hpp"

namespace till::security {
namespace {

const EVP_CIPHER* cipher_of(SealAlgorithm algorithm) {
  static EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  static EVP_CIPHER* const chacha = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
  switch (algorithm) {
    case SealAlgorithm::aes_256_gcm:
      return aes;
    case SealAlgorithm::chacha20_poly1305:
      return chacha;
  }
  return nullptr;
}

Status check_input(const SecretBytes& key, ByteView text, ByteView associated) {
  if (key.size() != kKeySize) return invalid("a key must be 32 bytes long");
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<int>::max() - 1024);
  if (text.size() > kMax || associated.size() > kMax) return invalid("too much data to seal in one piece");
  return {};
}

bool add_associated(EVP_CIPHER_CTX* context, ByteView associated) {
  int done = 0;
  return associated.empty() ||
         EVP_CipherUpdate(context, nullptr, &done, associated.data(), static_cast<int>(associated.size())) == 1;
}

bool add_text(EVP_CIPHER_CTX* context, ByteView in, std::uint8_t* out) {
  int done = 0;
  return in.empty() || EVP_CipherUpdate(context, out, &done, in.data(), static_cast<int>(in.size())) == 1;
}

}  // namespace

SealAlgorithm preferred_algorithm() {
#if defined(__x86_64__) || defined(__i386__)
  static const bool has_aes = __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul");
#elif defined(__aarch64__)
  static const bool has_aes = (getauxval(AT_HWCAP) & HWCAP_AES) != 0;
#else
  static const bool has_aes = false;
#endif
  return has_aes ? SealAlgorithm::aes_256_gcm : SealAlgorithm::chacha20_poly1305;
}

Result<Bytes> seal(const SecretBytes& key, ByteView plain, ByteView associated, Random& random,
                   SealAlgorithm algorithm) {
  Nonce nonce;
  random.fill(nonce);
  return seal_with_nonce(key, nonce, plain, associated, algorithm);
}

Result<Bytes> seal_with_nonce(const SecretBytes& key, const Nonce& nonce, ByteView plain, ByteView associated,
                              SealAlgorithm algorithm) {
  TRY(check_input(key, plain, associated));
  const auto* cipher = cipher_of(algorithm);
  if (!cipher) return crypto_failed("no such cipher");
  Bytes out(kSealOverhead + plain.size());
  out[0] = static_cast<std::uint8_t>(algorithm);
  std::copy(nonce.begin(), nonce.end(), out.begin() + 1);
  auto* text = out.data() + 1 + kNonceSize;
  auto* tag = text + plain.size();
  int done = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (!context || EVP_EncryptInit_ex2(context.get(), cipher, key.view().data(), nonce.data(), nullptr) != 1 ||
      !add_associated(context.get(), associated) || !add_text(context.get(), plain, text) ||
      EVP_EncryptFinal_ex(context.get(), tag, &done) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, tag) != 1) {
    return crypto_failed("seal");
  }
  return out;
}

Result<Bytes> open(const SecretBytes& key, ByteView sealed, ByteView associated) {
  TRY(check_input(key, sealed, associated));
  if (sealed.size() < kSealOverhead) return corrupt("the sealed data has been cut short");
  const auto algorithm = static_cast<SealAlgorithm>(sealed[0]);
  const auto* cipher = cipher_of(algorithm);
  if (!cipher) return corrupt("the sealed data begins with an unknown kind of encryption");
  const auto nonce = sealed.subspan(1, kNonceSize);
  const auto text = sealed.subspan(1 + kNonceSize, sealed.size() - kSealOverhead);
  Bytes tag = to_bytes(sealed.last(kTagSize));
  Bytes plain(text.size());
  std::uint8_t rest[kTagSize];
  int done = 0;
  const CipherContext context(EVP_CIPHER_CTX_new());
  if (!context || EVP_DecryptInit_ex2(context.get(), cipher, key.view().data(), nonce.data(), nullptr) != 1 ||
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) != 1) {
    return crypto_failed("open");
  }
  if (!add_associated(context.get(), associated) || !add_text(context.get(), text, plain.data()) ||
      EVP_DecryptFinal_ex(context.get(), rest, &done) != 1) {
    wipe(plain);
    return fail(ErrorKind::corrupt, "the sealed data is damaged, or this is not its key", openssl_cause());
  }
  return plain;
}

}  // namespace till::security
