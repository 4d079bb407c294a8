#include "security/key_exchange.hpp"

#include "security/hash.hpp"
#include "security/openssl_error.hpp"
#include "security/seal.hpp"

namespace till::security {
namespace {

constexpr std::string_view kInfo = "tillstick seal_to 1";

SecretBytes sealing_key(const SecretBytes& shared, ByteView ephemeral, const ExchangePublicKey& recipient) {
  Bytes salt = to_bytes(ephemeral);
  salt.insert(salt.end(), recipient.begin(), recipient.end());
  return hkdf_sha256(shared.view(), salt, view(kInfo));
}

PublicKeyHandle private_handle(const SecretBytes& bytes) {
  return PublicKeyHandle(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, bytes.view().data(), bytes.size()));
}

}  // namespace

Result<ExchangeKey> ExchangeKey::generate(Random& random) {
  return from_bytes(SecretBytes::random(random));
}

Result<ExchangeKey> ExchangeKey::from_bytes(SecretBytes private_key) {
  if (private_key.size() != 32) return invalid("an exchange key must be made from 32 bytes");
  const auto handle = private_handle(private_key);
  ExchangeKey key;
  auto size = key.public_key_.size();
  if (!handle || EVP_PKEY_get_raw_public_key(handle.get(), key.public_key_.data(), &size) != 1) {
    return crypto_failed("X25519 key");
  }
  key.private_key_ = std::move(private_key);
  return key;
}

Result<SecretBytes> ExchangeKey::agree(const ExchangePublicKey& peer) const {
  const auto own = private_handle(private_key_);
  const PublicKeyHandle other(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()));
  const PublicKeyContext context(own ? EVP_PKEY_CTX_new(own.get(), nullptr) : nullptr);
  if (!other || !context || EVP_PKEY_derive_init(context.get()) != 1) return crypto_failed("X25519 agree");
  Bytes shared(32);
  auto size = shared.size();
  // OpenSSL refuses the all-zero secret of a small-order point (RFC 7748 section 6.1).
  if (EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
      EVP_PKEY_derive(context.get(), shared.data(), &size) != 1) {
    return fail(ErrorKind::corrupt, "the other side's key is not a usable key", openssl_cause());
  }
  return SecretBytes(std::move(shared));
}

Result<Bytes> seal_to(const ExchangePublicKey& recipient, ByteView plain, ByteView context, Random& random) {
  const auto ephemeral = TRY(ExchangeKey::generate(random));
  const auto shared = TRY(ephemeral.agree(recipient));
  const auto key = sealing_key(shared, ephemeral.public_key(), recipient);
  const auto sealed = TRY(seal(key, plain, context, random));
  ByteWriter out;
  out.raw(ephemeral.public_key());
  out.raw(sealed);
  return out.take();
}

Result<Bytes> open_sealed(const ExchangeKey& recipient, ByteView sealed, ByteView context) {
  ByteReader in(sealed);
  const auto sender = TRY(in.raw(32));
  ExchangePublicKey ephemeral;
  std::copy(sender.begin(), sender.end(), ephemeral.begin());
  const auto shared = TRY(recipient.agree(ephemeral));
  return open(sealing_key(shared, ephemeral, recipient.public_key()), in.rest(), context);
}

}  // namespace till::security
