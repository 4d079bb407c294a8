// The key ring as a file. A random file key seals the ring; the file key lies beside it in slots, one for this PC's key
// (keys/pc.key, which is not on the stick's backup target) and one for the recovery passphrase, if there is one:
//
//   bytes 0..5    "TSRING"        byte 6   version: 2 where the data of its folder is sealed, 1 before that and in
//                               backups. Bound to the ring by its seal, so that nobody gives the shop a plain database
//                               of their own making and has it taken for one that an older program left.
//   bytes 7..22   tenant id
//   byte  23      number of slots, 1 or 2
//   each slot:    kind (1 PC key, 2 passphrase), varint size, bytes
//                 kind 1: seal.hpp's bytes of the file key under the PC key; kind 2: passphrase.hpp's bytes
//   varint size, seal.hpp's bytes of the ring under the file key, everything before as associated data
//
// A file of a newer version is refused as permanent with its sentence. Reading and writing of files is the caller's.
#pragma once

#include <optional>
#include <string_view>

#include "security/key_ring.hpp"
#include "security/passphrase.hpp"

namespace till::security {

class RingFile {
 public:
  static Result<RingFile> create(KeyRing ring, const SecretBytes& pc_key, Random& random);
  // Denied where the file was made on another PC: the sentence asks for the recovery passphrase.
  static Result<RingFile> open_with_pc_key(ByteView file, const SecretBytes& pc_key);
  static Result<RingFile> open_with_passphrase(ByteView file, std::string_view passphrase);

  // True from the first sealing of the folder's database on; a plain one is refused then.
  bool data_is_sealed = true;
  KeyRing ring;  // changed in place (rotate, merge), then encoded and written by the caller

  [[nodiscard]] bool has_passphrase() const { return passphrase_slot_.has_value(); }
  // Draws a new file key, so that who knew the old passphrase opens no later file. Checks the passphrase rules.
  Status set_passphrase(std::string_view passphrase, ScryptCost cost, const SecretBytes& pc_key, Random& random);
  // The ring opens on this PC only until another is set; a new file key, as above.
  Status forget_passphrase(const SecretBytes& pc_key, Random& random);
  // For a ring opened by passphrase on a new PC.
  Status set_pc_key(const SecretBytes& pc_key, Random& random);

  [[nodiscard]] Result<Bytes> encode(Random& random) const;
  // Only the passphrase's slot: what a backup target holds as `keyring`. Invalid without a passphrase.
  [[nodiscard]] Result<Bytes> encode_portable(Random& random) const;
  // Eight bytes that change exactly when the passphrase or the ring does; they tell nothing about either.
  [[nodiscard]] Bytes fingerprint() const;
  // True if these bytes are whole and hold this ring under this passphrase: for reading a written file back.
  [[nodiscard]] bool same_as(ByteView portable_file) const;

 private:
  explicit RingFile(KeyRing r) : ring(std::move(r)) {}
  [[nodiscard]] Result<Bytes> encode_slots(bool with_pc, Random& random) const;
  SecretBytes file_key_;
  std::optional<Bytes> pc_slot_;
  std::optional<Bytes> passphrase_slot_;
};

// This PC's key as a file: "tillstick-pc-key-1 " and base32 of 32 random bytes and 4 bytes of their SHA-256, one line.
SecretBytes new_pc_key(Random& random);
Bytes pc_key_file(const SecretBytes& pc_key);
Result<SecretBytes> parse_pc_key_file(ByteView file);

}  // namespace till::security
