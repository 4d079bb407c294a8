// Samples of the formats: bytes as a released program wrote them, in tests/vectors/formats. What lies on people's
// sticks, in their backups and on their hubs must open for ever, and a test that reads only what the same program has
// just written cannot tell whether it does. How a new one is made: tests/vectors/formats/README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace till::test {

// The committed sample of this name. Where there is none and TILL_WRITE_SAMPLES=1, what `make` returns becomes it. Both
// ways a missing sample fails the test: std::runtime_error that says what to do. One that is there is never written.
std::vector<std::uint8_t> sample(const std::string& name, const std::function<std::vector<std::uint8_t>()>& make);
// One that another test makes.
std::vector<std::uint8_t> sample(const std::string& name);

}  // namespace till::test
