#include "net/hub/enrolment_code.hpp"

#include "security/hash.hpp"

namespace till::net {
namespace {

constexpr std::size_t kCodeBytes = 10;
constexpr std::size_t kCodeLetters = 16;

}  // namespace

std::string new_enrolment_code(Random& random) {
  auto text = to_base32(random.bytes(kCodeBytes));
  for (const std::size_t at : {12U, 8U, 4U}) text.insert(at, "-");
  return text;
}

Result<Bytes> enrolment_code_hash(std::string_view code) {
  std::string letters;
  for (const char c : code) {
    if (c == '-' || c == ' ') continue;
    letters += c;
    if (letters.size() > kCodeLetters) break;
  }
  if (letters.size() != kCodeLetters)
    return invalid("an enrolment code has 16 letters and digits in four groups; please check it");
  const Bytes bits = TRY(from_base32(letters));
  Bytes input = to_bytes(std::string_view("tillstick enrolment 1"));
  input.insert(input.end(), bits.begin(), bits.end());
  const auto hash = security::sha256(input);
  return Bytes(hash.begin(), hash.end());
}

}  // namespace till::net
