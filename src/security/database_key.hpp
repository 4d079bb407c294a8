// The key that a folder's databases are sealed under: random, of that folder alone, and kept under the key ring, so
// that a new ring (joining a hub, a new master) changes one small file and not the database:
//
//   bytes 0..5    "TSDBKY"   byte 6  version, 1   byte 7  number of slots, 1 to 4
//   each slot:    32 bytes salt, varint size, seal.hpp's bytes of the key under derive("database", salt) of a ring's
//                 master, with bytes 0..6 and the salt as associated data
//
// Several slots only while one ring takes another's place. Reading and writing of files is the caller's.
#pragma once

#include <span>

#include "security/key_ring.hpp"

namespace till::security {

Result<Bytes> encode_database_key(const SecretBytes& key, std::span<const KeyRing* const> rings, Random& random);
// Denied when no slot is of this ring.
Result<SecretBytes> open_database_key(ByteView file, const KeyRing& ring);

}  // namespace till::security
