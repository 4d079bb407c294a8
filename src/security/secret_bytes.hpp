// Key material. The bytes are wiped when the object dies, is moved from or is assigned; copies are asked for by name
// (`clone`), so that none is made by accident. Comparison takes the same time whatever the content. No thread rules
// beyond those of a value.
#pragma once

#include "core/bytes.hpp"
#include "core/random.hpp"

namespace till::security {

class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes&& bytes) : bytes_(std::move(bytes)) {}
  static SecretBytes copy_of(ByteView bytes) { return SecretBytes(to_bytes(bytes)); }
  static SecretBytes random(Random& random, std::size_t size = 32) { return SecretBytes(random.bytes(size)); }

  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) { other.bytes_.clear(); }
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  ~SecretBytes() { wipe(); }

  [[nodiscard]] SecretBytes clone() const { return copy_of(bytes_); }
  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  void wipe();

  friend bool operator==(const SecretBytes& a, const SecretBytes& b);

 private:
  Bytes bytes_;
};

// Overwrites memory in a way that the compiler does not leave out.
void wipe(Bytes& bytes);

}  // namespace till::security
