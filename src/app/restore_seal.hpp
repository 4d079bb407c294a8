// The seal of a folder while a backup takes the place of its data. Images in a backup are sealed by the backup's keys
// alone; what is put in place is sealed with the folder's own database key. Until settle() that key opens with the ring
// that is there and with the ring of the backup, so that whichever of the two databases a power cut leaves in its place
// can be opened. The caller holds the folder's lock and has no database of it open. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "security/key_ring.hpp"
#include "security/pin.hpp"
#include "storage/env.hpp"
#include "storage/folder_seal.hpp"
#include "storage/shop_folder.hpp"

namespace till::app {

class RestoreSeal {
 public:
  // `ring` is the backup's. A database key that nothing here opens is put aside as keys/database-old, and put back when
  // this object goes without settle(). What is plain of the present data is sealed before it moves aside.
  static Result<std::unique_ptr<RestoreSeal>> establish(storage::Env& env, const storage::FolderPaths& paths,
                                                        const security::SecretBytes& pc_key,
                                                        const std::string& passphrase, const security::KeyRing& ring,
                                                        Random& random);
  ~RestoreSeal();
  RestoreSeal(const RestoreSeal&) = delete;
  RestoreSeal& operator=(const RestoreSeal&) = delete;

  // The restored data is in place and its ring is written: the key opens with that ring alone from now on, and the
  // wrong PINs that were counted before the restore count on.
  Status settle(const security::KeyRing& ring, Random& random);

 private:
  RestoreSeal(storage::Env& env, storage::FolderPaths paths) : env_(env), paths_(std::move(paths)) {}
  Status make_key(const security::SecretBytes& pc_key, const std::string& passphrase, const security::KeyRing& ring,
                  Random& random);
  void seal_what_is_there();
  void remember_lockouts();

  storage::Env& env_;
  storage::FolderPaths paths_;
  security::SecretBytes key_;
  bool is_own_key_ = false;  // the folder had it before
  bool settled_ = false;
  std::string put_aside_;  // where the unreadable key went
  std::unique_ptr<storage::FolderSeal> seal_;
  std::map<Id, security::ThrottleState> lockouts_;
};

}  // namespace till::app
