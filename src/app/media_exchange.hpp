// One round of exchanging media files with the hub: what rows name and the hub lacks goes there, what rows name and is
// not here comes from there. The rows themselves come with the log, as ever; only the bytes lie beside it.
//
// At the hub an object is `media/<hh>/<name>`; the name is HMAC-SHA-256 of the bytes' hash under a key of the tenant,
// in hex, hh its first two letters: the hub cannot tell which picture it keeps. Its content, format 1:
//
//   "TM"  u8 version (1)  u32 key epoch  seal.hpp's bytes of the file under that epoch's key,
//   with "till media 1", the tenant's id and the SHA-256 of the file as associated data
//
// What comes is opened and hashed before it gets its name here. An object that is not what its name says is removed, so
// that who has the file sends it again. Not thread-safe; runs on a worker.
#pragma once

#include <set>
#include <string>

#include "app/shop.hpp"
#include "backup/object_store.hpp"
#include "security/hash.hpp"

namespace till::app {

struct MediaRound {
  std::size_t sent = 0, fetched = 0;
  std::size_t missing = 0;  // rows name them, but neither this terminal nor the hub has them yet
};

class MediaExchange {
 public:
  MediaExchange(Shop& shop, backup::ObjectStore& hub) : shop_(shop), hub_(hub) {}

  // An error says what stopped it; what was exchanged before stays. What is permanent, a full hub above all, concerns
  // one file and does not keep others from going and coming.
  Result<MediaRound> run();
  // What the hub has is asked for again with the next round.
  void forget() { listed_ = false; }

 private:
  Result<std::set<security::Hash>> wanted();
  Status list();
  Result<bool> send(const security::Hash& hash, const std::string& name);
  Result<bool> fetch(const security::Hash& hash, const std::string& name);

  Shop& shop_;
  backup::ObjectStore& hub_;
  std::set<std::string> at_hub_;
  bool listed_ = false;
};

}  // namespace till::app
