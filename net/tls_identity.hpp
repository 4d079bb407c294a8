// The certificates of a hub that nobody bought one for: an authority of its own (ECDSA P-256, ten years) and a server
// certificate under it (825 days, RFC 5280 profile, names and addresses as subjectAltName). Everything is PEM text;
// nothing here touches a file. Pure apart from the randomness of OpenSSL; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace till::net {

struct PemPair {
  std::string certificate;  // for a server: its own, then the authority's
  std::string private_key;  // PKCS #8, not encrypted: keep the file to its owner
};

Result<PemPair> make_authority(std::string_view common_name, UtcTime now);
// `hosts`: DNS names and IPv4 or IPv6 addresses under which clients will reach the server.
Result<PemPair> make_server_certificate(const PemPair& authority, const std::vector<std::string>& hosts, UtcTime now);
// The certificate is valid for another 30 days, was signed by the authority and covers each of `hosts`.
bool still_serves(const PemPair& server, const PemPair& authority, const std::vector<std::string>& hosts, UtcTime now);
// SHA-256 over the first certificate's DER, "AB:CD:...", as browsers and openssl show it.
Result<std::string> certificate_fingerprint(std::string_view certificate_pem);

}  // namespace till::net
