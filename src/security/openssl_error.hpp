// For the bodies of this room only: an OpenSSL failure as an Error, and owners for its handles.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <new>
#include <string>

#include "core/result.hpp"

namespace till::security {

inline std::string openssl_cause() {
  char text[256] = "no reason given";
  if (const auto code = ERR_get_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return text;
}

inline tl::unexpected<Error> crypto_failed(std::string_view what) {
  return fail(ErrorKind::permanent, "the encryption library refused to work; start the program again",
              std::string(what) + ": " + openssl_cause());
}

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using PublicKeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PublicKeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;

}  // namespace till::security
