#include "net/tls_identity.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

namespace till::net {
namespace {

constexpr int kAuthorityDays = 3650;
constexpr int kServerDays = 825;
constexpr int kRenewBeforeDays = 30;
constexpr std::int64_t kSecondsPerDay = 86'400;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

tl::unexpected<Error> openssl_failed(std::string_view doing) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return fail(ErrorKind::permanent, "cannot " + std::string(doing), text.data());
}

Result<std::string> to_pem(X509* certificate) {
  const Memory out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return openssl_failed("write a certificate");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<std::string> to_pem(EVP_PKEY* key) {
  const Memory out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_failed("write a key");
  char* data = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<Certificate> read_certificate(std::string_view pem) {
  const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate) return openssl_failed("read a certificate; the file must be PEM");
  return certificate;
}

Result<Key> read_key(std::string_view pem) {
  const Memory in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!key) return openssl_failed("read a private key; the file must be PEM without a passphrase");
  return key;
}

Result<Key> new_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failed("make a key");
  return key;
}

Status set_basics(X509* certificate, EVP_PKEY* key, std::string_view common_name, UtcTime now, int days) {
  std::array<unsigned char, 16> serial{};
  if (RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return openssl_failed("make a serial number");
  serial[0] = static_cast<unsigned char>((serial[0] & 0x3f) | 0x40);  // positive and of full length
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  const auto start = static_cast<std::time_t>(now.us / 1'000'000 - kSecondsPerDay);  // clients' clocks run behind
  const auto end = static_cast<std::time_t>(now.us / 1'000'000 + days * kSecondsPerDay);
  X509_NAME* name = X509_get_subject_name(certificate);
  const bool done =
      X509_set_version(certificate, X509_VERSION_3) == 1 &&
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
      ASN1_TIME_set(X509_getm_notBefore(certificate), start) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nullptr && X509_set_pubkey(certificate, key) == 1 &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) == 1;
  if (!done) return openssl_failed("fill in a certificate");
  return {};
}

Status add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return openssl_failed("extend a certificate");
  return {};
}

bool is_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool is_plain_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == host.npos;
}

bool covers(X509* certificate, const std::string& host) {
  return is_address(host) ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                          : X509_check_host(certificate, host.data(), host.size(), 0, nullptr) == 1;
}

Result<PemPair> as_pair(X509* certificate, EVP_PKEY* key) {
  return PemPair{TRY(to_pem(certificate)), TRY(to_pem(key))};
}

}  // namespace

Result<PemPair> make_authority(std::string_view common_name, UtcTime now) {
  const Key key = TRY(new_key());
  const Certificate certificate(X509_new());
  if (!certificate) return openssl_failed("make a certificate");
  X509* cert = certificate.get();
  TRY(set_basics(cert, key.get(), common_name, now, kAuthorityDays));
  if (X509_set_issuer_name(cert, X509_get_subject_name(cert)) != 1)
    return openssl_failed("name a certificate's issuer");
  TRY(add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  TRY(add_extension(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign"));
  TRY(add_extension(cert, cert, NID_subject_key_identifier, "hash"));
  if (X509_sign(cert, key.get(), EVP_sha256()) == 0) return openssl_failed("sign a certificate");
  return as_pair(cert, key.get());
}

Result<PemPair> make_server_certificate(const PemPair& authority, const std::vector<std::string>& hosts, UtcTime now) {
  std::string alternatives;
  for (const auto& host : hosts) {
    if (!is_address(host) && !is_plain_name(host))
      return invalid("'" + host + "' is neither a host name nor an address; a certificate cannot be made for it");
    alternatives += (alternatives.empty() ? "" : ",") + std::string(is_address(host) ? "IP:" : "DNS:") + host;
  }
  if (alternatives.empty()) return invalid("a certificate needs at least one host name or address");
  const Certificate issuer = TRY(read_certificate(authority.certificate));
  const Key issuer_key = TRY(read_key(authority.private_key));
  const Key key = TRY(new_key());
  const Certificate certificate(X509_new());
  if (!certificate) return openssl_failed("make a certificate");
  X509* cert = certificate.get();
  TRY(set_basics(cert, key.get(), "Tillstick hub", now, kServerDays));
  if (X509_set_issuer_name(cert, X509_get_subject_name(issuer.get())) != 1)
    return openssl_failed("name a certificate's issuer");
  TRY(add_extension(cert, issuer.get(), NID_basic_constraints, "critical,CA:FALSE"));
  TRY(add_extension(cert, issuer.get(), NID_key_usage, "critical,digitalSignature"));
  TRY(add_extension(cert, issuer.get(), NID_ext_key_usage, "serverAuth"));
  TRY(add_extension(cert, issuer.get(), NID_subject_key_identifier, "hash"));
  TRY(add_extension(cert, issuer.get(), NID_authority_key_identifier, "keyid"));
  TRY(add_extension(cert, issuer.get(), NID_subject_alt_name, alternatives));
  if (X509_sign(cert, issuer_key.get(), EVP_sha256()) == 0) return openssl_failed("sign a certificate");
  auto pair = TRY(as_pair(cert, key.get()));
  pair.certificate += authority.certificate;
  return pair;
}

bool still_serves(const PemPair& server, const PemPair& authority, const std::vector<std::string>& hosts, UtcTime now) {
  const auto certificate = read_certificate(server.certificate);
  const auto issuer = read_certificate(authority.certificate);
  const auto key = read_key(server.private_key);
  if (!certificate || !issuer || !key) return false;
  X509* cert = certificate->get();
  if (X509_check_private_key(cert, key->get()) != 1) return false;
  if (X509_verify(cert, X509_get0_pubkey(issuer->get())) != 1) return false;
  auto at = static_cast<std::time_t>(now.us / 1'000'000);
  if (X509_cmp_time(X509_get0_notBefore(cert), &at) > 0) return false;
  at += kRenewBeforeDays * kSecondsPerDay;
  if (X509_cmp_time(X509_get0_notAfter(cert), &at) < 0) return false;
  for (const auto& host : hosts)
    if (!covers(cert, host)) return false;
  return true;
}

Result<std::string> certificate_fingerprint(std::string_view certificate_pem) {
  const Certificate certificate = TRY(read_certificate(certificate_pem));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) != 1)
    return openssl_failed("take a certificate's fingerprint");
  std::string text;
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (unsigned i = 0; i < size; ++i) {
    if (i != 0) text += ':';
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace till::net
