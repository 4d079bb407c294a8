// One-time enrolment codes: 80 random bits in Crockford base32, four groups of four ("7K3M-0QXR-..."), so that they can
// be read aloud and typed. The hub keeps only the hash; with 80 bits of randomness no salt is needed. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/random.hpp"
#include "core/result.hpp"

namespace till::net {

std::string new_enrolment_code(Random& random);
// Case, spaces and dashes do not matter; invalid when it cannot be a code at all (wrong length or characters).
Result<Bytes> enrolment_code_hash(std::string_view code);

}  // namespace till::net
