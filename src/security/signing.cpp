#include "security/signing.hpp"

#include "security/openssl_error.hpp"

namespace till::security {

Result<SigningKey> SigningKey::generate(Random& random) {
  return from_seed(SecretBytes::random(random));
}

Result<SigningKey> SigningKey::from_seed(SecretBytes seed) {
  if (seed.size() != 32) return invalid("a signing key must be made from 32 bytes");
  PublicKeyHandle handle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.view().data(), seed.size()));
  SigningKey key;
  auto size = key.public_key_.size();
  if (!handle || EVP_PKEY_get_raw_public_key(handle.get(), key.public_key_.data(), &size) != 1) {
    return crypto_failed("Ed25519 key");
  }
  key.seed_ = std::move(seed);
  key.handle_ = std::shared_ptr<void>(handle.release(), [](void* p) { EVP_PKEY_free(static_cast<EVP_PKEY*>(p)); });
  return key;
}

Result<Signature> SigningKey::sign(ByteView message) const {
  Signature signature;
  auto size = signature.size();
  const DigestContext context(EVP_MD_CTX_new());
  auto* handle = static_cast<EVP_PKEY*>(handle_.get());
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, handle) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    return crypto_failed("Ed25519 sign");
  }
  return signature;
}

Status verify(const SigningPublicKey& key, ByteView message, const Signature& signature) {
  const PublicKeyHandle handle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const DigestContext context(EVP_MD_CTX_new());
  if (!handle || !context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) != 1) {
    return crypto_failed("Ed25519 verify");
  }
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) != 1) {
    return fail(ErrorKind::corrupt, "the signature does not match", openssl_cause());
  }
  return {};
}

Status verify(const SigningPublicKey& key, ByteView message, ByteView signature) {
  Signature exact;
  if (signature.size() != exact.size()) return corrupt("the signature does not match");
  std::copy(signature.begin(), signature.end(), exact.begin());
  return verify(key, message, exact);
}

}  // namespace till::security
