#include "security/page_seal.hpp"

#include <algorithm>
#include <array>

#include "core/random.hpp"
#include "security/openssl_error.hpp"
#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr int kText = static_cast<int>(kPageSize - kPageTrailer);
constexpr std::size_t kNonceAt = kText + 1;
constexpr std::size_t kTagAt = kNonceAt + kNonceSize;
constexpr std::size_t kNoncesDrawn = 64;  // at a time: asking the system for each costs as much as half a page's seal

const char* name_of(SealAlgorithm algorithm) {
  return algorithm == SealAlgorithm::aes_256_gcm ? "AES-256-GCM" : "ChaCha20-Poly1305";
}

std::array<std::uint8_t, 8> associated(std::uint32_t number) {
  return {'T',
          'S',
          'P',
          'G',
          static_cast<std::uint8_t>(number >> 24),
          static_cast<std::uint8_t>(number >> 16),
          static_cast<std::uint8_t>(number >> 8),
          static_cast<std::uint8_t>(number)};
}

}  // namespace

struct PageSealer::Impl {
  SecretBytes key;
  SystemRandom random;
  CipherContext sealing;
  std::array<std::uint8_t, kNoncesDrawn * kNonceSize> nonces;
  std::size_t nonces_used = kNoncesDrawn;
  std::array<CipherContext, 2> opening;  // by algorithm: a stick goes from a processor with AES to one without

  EVP_CIPHER_CTX* opening_with(std::uint8_t algorithm);
  void draw_nonce(std::uint8_t* to);  // one that was never given before
};

void PageSealer::Impl::draw_nonce(std::uint8_t* to) {
  if (nonces_used == kNoncesDrawn) {
    random.fill(nonces);
    nonces_used = 0;
  }
  std::copy_n(nonces.begin() + static_cast<std::ptrdiff_t>(nonces_used++ * kNonceSize), kNonceSize, to);
}

EVP_CIPHER_CTX* PageSealer::Impl::opening_with(std::uint8_t algorithm) {
  if (algorithm != 1 && algorithm != 2) return nullptr;
  auto& context = opening[algorithm - 1];
  if (context) return context.get();
  CipherContext fresh(EVP_CIPHER_CTX_new());
  auto* cipher = EVP_CIPHER_fetch(nullptr, name_of(static_cast<SealAlgorithm>(algorithm)), nullptr);
  const bool ready =
      fresh && cipher != nullptr && EVP_DecryptInit_ex2(fresh.get(), cipher, key.view().data(), nullptr, nullptr) == 1;
  EVP_CIPHER_free(cipher);
  if (!ready) return nullptr;
  context = std::move(fresh);
  return context.get();
}

PageSealer::PageSealer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PageSealer::~PageSealer() = default;

Result<std::unique_ptr<PageSealer>> PageSealer::create(const SecretBytes& key) {
  if (key.size() != kKeySize) return invalid("a key must be 32 bytes long");
  auto impl = std::make_unique<Impl>();
  impl->key = key.clone();
  impl->sealing.reset(EVP_CIPHER_CTX_new());
  auto* cipher = EVP_CIPHER_fetch(nullptr, name_of(preferred_algorithm()), nullptr);
  const bool ready = impl->sealing && cipher != nullptr &&
                     EVP_EncryptInit_ex2(impl->sealing.get(), cipher, key.view().data(), nullptr, nullptr) == 1;
  EVP_CIPHER_free(cipher);
  if (!ready) return crypto_failed("page cipher");
  return std::unique_ptr<PageSealer>(new PageSealer(std::move(impl)));
}

bool PageSealer::seal(PageView plain, std::uint32_t number, PageBytes sealed) {
  const auto trailer = plain.last<kPageTrailer>();
  if (std::any_of(trailer.begin(), trailer.end(), [](std::uint8_t byte) { return byte != 0; })) return false;
  auto* context = impl_->sealing.get();
  const auto bound = associated(number);
  auto* nonce = sealed.data() + kNonceAt;
  impl_->draw_nonce(nonce);
  sealed[kText] = static_cast<std::uint8_t>(preferred_algorithm());
  std::fill(sealed.begin() + kTagAt + kTagSize, sealed.end(), 0);
  int done = 0;
  return EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce, nullptr) == 1 &&
         EVP_EncryptUpdate(context, nullptr, &done, bound.data(), bound.size()) == 1 &&
         EVP_EncryptUpdate(context, sealed.data(), &done, plain.data(), kText) == 1 &&
         EVP_EncryptFinal_ex(context, sealed.data() + kText, &done) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagSize, sealed.data() + kTagAt) == 1;
}

bool PageSealer::open(PageBytes page, std::uint32_t number) {
  auto* context = impl_->opening_with(page[kText]);
  if (context == nullptr) return false;
  const auto bound = associated(number);
  std::array<std::uint8_t, kPageTrailer> trailer;
  std::copy(page.end() - kPageTrailer, page.end(), trailer.begin());
  std::array<std::uint8_t, kTagSize> rest;
  int done = 0;
  const bool whole =
      EVP_DecryptInit_ex2(context, nullptr, nullptr, trailer.data() + 1, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagSize, trailer.data() + 1 + kNonceSize) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &done, bound.data(), bound.size()) == 1 &&
      EVP_DecryptUpdate(context, page.data(), &done, page.data(), kText) == 1 &&
      EVP_DecryptFinal_ex(context, rest.data(), &done) == 1;
  std::fill(page.end() - kPageTrailer, page.end(), 0);
  if (!whole) ERR_clear_error();
  return whole;
}

}  // namespace till::security
