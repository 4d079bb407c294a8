// The hub's folder and its one owner.
//
//   hub.db (+ -wal, -shm)   the database          hub.lock      held by the owner, server or command
//   tls/                    its certificates      listening     address and port of the running server, one line
//   hub.log                 what it says          control.sock  the running server's socket for commands
//   hub.mark                tells the folder from a copy of it (hub_identity.hpp)
//
// Whoever opens the folder owns it until the object dies; a second one gets an Error of kind retry and is expected to
// ask the owner through the control socket.
#pragma once

#include <memory>
#include <string>

#include "storage/env.hpp"
#include "storage/hub_store.hpp"
#include "storage/hub_tenants.hpp"

namespace till::storage {

struct HubPaths {
  std::string root;
  [[nodiscard]] std::string database() const { return join_path(root, "hub.db"); }
  [[nodiscard]] std::string mark() const { return join_path(root, "hub.mark"); }
  [[nodiscard]] std::string lock() const { return join_path(root, "hub.lock"); }
  [[nodiscard]] std::string listening() const { return join_path(root, "listening"); }
  [[nodiscard]] std::string log() const { return join_path(root, "hub.log"); }
  [[nodiscard]] std::string control_socket() const { return join_path(root, "control.sock"); }
  [[nodiscard]] std::string authority() const { return join_path(root, "tls/ca.pem"); }
  [[nodiscard]] std::string authority_key() const { return join_path(root, "tls/ca.key"); }
  [[nodiscard]] std::string certificate() const { return join_path(root, "tls/server.pem"); }
  [[nodiscard]] std::string certificate_key() const { return join_path(root, "tls/server.key"); }
};

class HubFolder {
 public:
  // Makes the folder when it is not there. Keys are in it: the program sets its umask so that only its user can read.
  static Result<std::unique_ptr<HubFolder>> open(Env& env, const std::string& root);
  ~HubFolder();

  [[nodiscard]] const HubPaths& paths() const { return paths_; }
  [[nodiscard]] HubTenants& tenants() { return tenants_; }
  [[nodiscard]] HubSegments& segments() { return segments_; }

 private:
  HubFolder(Env& env, HubPaths paths, std::unique_ptr<FileLock> lock, std::unique_ptr<HubDatabase> database)
      : env_(env),
        paths_(std::move(paths)),
        lock_(std::move(lock)),
        database_(std::move(database)),
        tenants_(*database_),
        segments_(*database_) {}

  Status mark_anew();

  Env& env_;
  HubPaths paths_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<HubDatabase> database_;
  HubTenants tenants_;
  HubSegments segments_;
};

}  // namespace till::storage
