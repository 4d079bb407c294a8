// Keys that the fuzzers know, so that their seeds open.
#pragma once

#include <memory>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "security/ring_file.hpp"

namespace till::fuzz {

struct KnownKeys {
  KnownKeys() {
    tenant.bytes.fill(6);
    ring = std::make_unique<security::KeyRing>(security::KeyRing::generate(tenant, clock, random));
  }
  ManualClock clock;
  SeededRandom random{3};
  Id tenant;
  security::SecretBytes pc = security::SecretBytes::copy_of(Bytes(32, 5));
  std::unique_ptr<security::KeyRing> ring;
};

}  // namespace till::fuzz
