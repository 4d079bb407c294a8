#include "net/hub/nonce_window.hpp"

#include "net/hub/request_signature.hpp"

namespace till::net {

Status NonceWindow::take(const Id& device, ByteView nonce, UtcTime now) {
  // A request may be dated up to one window ahead and is taken until one window after that.
  const std::int64_t keep_us = std::chrono::microseconds(2 * kRequestWindow).count();
  auto& seen = devices_[device];
  while (!seen.by_age.empty() && seen.by_age.front().first.us + keep_us < now.us) {
    seen.nonces.erase(seen.by_age.front().second);
    seen.by_age.pop_front();
  }
  if (seen.by_age.size() >= kMaxPerDevice)
    return fail(ErrorKind::retry, "this terminal asks the hub too often; it will try again in some minutes");
  Bytes copy = to_bytes(nonce);
  if (!seen.nonces.insert(copy).second) return denied("this request was sent before and is not taken twice");
  seen.by_age.emplace_back(now, std::move(copy));
  return {};
}

}  // namespace till::net
