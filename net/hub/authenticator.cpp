#include "net/hub/authenticator.hpp"

#include <algorithm>
#include <cstdlib>

#include "net/hub/hub_json.hpp"
#include "security/signing.hpp"

namespace till::net {
namespace {

Status verify(ByteView key, ByteView text, ByteView signature) {
  security::SigningPublicKey public_key{};
  if (key.size() != public_key.size()) return denied("the terminal's key is not an Ed25519 key");
  std::copy(key.begin(), key.end(), public_key.begin());
  if (!security::verify(public_key, text, signature)) return denied("the terminal's signature is wrong");
  return {};
}

tl::unexpected<Error> unknown_device() {
  return denied("the hub does not know this terminal; enrol it with a code from the hub's administrator");
}

tl::unexpected<Error> revoked_device() {
  return fail(ErrorKind::denied, "this terminal was revoked and may not use the hub any more", std::string(kRevoked));
}

}  // namespace

Status Authenticator::check(const ApiRequest& request, const RequestProof& proof, ByteView signing_key) {
  TRY(verify(signing_key, signed_request_text(request.method, request.target, proof.time, proof.nonce, request.body),
             proof.signature));
  const auto now = clock_.now();
  if (std::llabs(now.us - proof.time.us) > std::chrono::microseconds(kRequestWindow).count())
    return fail(ErrorKind::denied, "the terminal's clock and the hub's are more than five minutes apart",
                std::string(kWrongTime));
  return nonces_.take(proof.device, proof.nonce, now);
}

Result<sync::HubDevice> Authenticator::request(const ApiRequest& request) {
  const auto proof = TRY(parse_authorization(request.authorization));
  auto device = TRY(directory_.device(proof.device));
  if (!device) return unknown_device();
  TRY(check(request, proof, device->signing_key));
  if (device->revoked) return revoked_device();
  return *device;
}

Status Authenticator::request_by_key(const ApiRequest& request, const Id& device, ByteView signing_key) {
  const auto proof = TRY(parse_authorization(request.authorization));
  if (proof.device != device) return denied("the request is signed for another terminal");
  return check(request, proof, signing_key);
}

Result<sync::HubDevice> Authenticator::live(const LiveChallenge& challenge, ByteView proof_frame) {
  const auto proof = decode<LiveProof>(proof_frame);
  if (!proof || proof->version != kLiveVersion || proof->signature.size() != 64)
    return denied("the terminal's proof cannot be read");
  auto device = TRY(directory_.device(proof->device));
  if (!device || device->tenant != proof->tenant) return unknown_device();
  TRY(verify(device->signing_key, live_proof_text(challenge.nonce, proof->device, proof->tenant), proof->signature));
  if (device->revoked) return revoked_device();
  return *device;
}

}  // namespace till::net
