// The hub's HTTP interface without its sockets. The first byte chooses: a request as it comes from a stranger, or one
// that a terminal of the tenant signed; then a line of method and target, a line of authorization, and the body.
#include "fuzz/harness.hpp"
#include "fuzz/targets/one_tenant.hpp"
#include "fuzz/targets/request_lines.hpp"
#include "net/hub/routes.hpp"
#include "security/signing.hpp"
#include "sim/memory_hub_store.hpp"

namespace till::fuzz {
namespace {

const security::SigningKey& key() {
  static const auto key = security::SigningKey::from_seed(security::SecretBytes(Bytes(32, 5)));
  must(key.has_value(), "a key can be made");
  return *key;
}

struct Hub {
  Hub() {
    auto& device = directory.the_device();
    device.signing_key = to_bytes(key().public_key());
    store.tenants[device.tenant].devices[device.id] = {device.signing_key, false};
  }
  OneTenant directory;
  sim::MemoryHubStore store;
  ManualClock clock;
  sync::HubCore core{store};
  net::LiveHub live{core, clock};
  net::Authenticator authenticator{directory, clock};
  net::HubRoutes routes{directory, store, live, authenticator, clock};
};

}  // namespace

FUZZ_TARGET(http, 8 * kMiB) {
  Pieces in(input);
  const bool is_signed = in.byte() % 2 == 1;
  ByteView rest = in.rest();
  auto request = request_of(rest, false);
  Hub hub;
  if (is_signed) {
    SeededRandom random(1);
    const net::DeviceCredentials credentials{hub.directory.the_device().id, [](ByteView message) -> Result<Bytes> {
                                               return to_bytes(TRY(key().sign(message)));
                                             }};
    const auto header =
        net::authorization_for(credentials, request.method, request.target, request.body, hub.clock.now(), random);
    must(header.has_value(), "a request can be signed");
    request.authorization = *header;
  }
  const auto answer = hub.routes.answer(request);
  must(answer.status >= 200 && answer.status < 600, "every request has an answer");
  must(is_signed || !request.target.starts_with("/api/v1/") || answer.status >= 400, "a stranger gets nothing");
}

}  // namespace till::fuzz
