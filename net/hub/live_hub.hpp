// Who is connected, and the sync session of each: the hub's worker thread's own table. Frames that a job produces are
// kept until the group is durable and are sent by flush(); after a failed group every connection that took part is
// closed, since its session promised what does not stand.
//
// A device has one connection: a newer one replaces the older. All members are for the worker's thread, but the counts.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "net/hub/listener.hpp"
#include "sync/hub_session.hpp"

namespace till::net {

class LiveHub {
 public:
  LiveHub(sync::HubCore& core, Clock& clock) : core_(core), clock_(clock) {}

  void join(const std::shared_ptr<LiveConnection>& connection, const Id& tenant, const Id& device);
  void leave(const LiveConnection* connection);
  void drop_device(const Id& device, const std::string& reason);
  void drop_tenant(const Id& tenant, const std::string& reason);
  void drop_all();

  // Inside the transaction. A connection that is not known (any more) is passed over.
  void receive(const LiveConnection* connection, ByteView frame);
  // What one HTTP exchange answers: the frames are taken one after the other by a session of their own.
  Result<std::vector<Bytes>> exchange(const Id& tenant, const Id& device, const std::vector<Bytes>& frames);
  // At the group's end, still inside: what is new goes to everybody else of its tenant.
  void serve_changed();
  // After the group.
  void flush(const Status& durable);

  [[nodiscard]] bool is_connected(const Id& device) const { return by_device_.contains(device); }
  [[nodiscard]] std::size_t connected(const Id& tenant) const;

  struct Counts {
    std::atomic<std::uint64_t> connections = 0, tenants = 0, messages = 0, stored = 0, refused = 0, forks = 0,
                               pushed = 0, overflows = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Live {
    std::shared_ptr<LiveConnection> connection;
    sync::HubSession session;
    std::vector<Bytes> outgoing;
    std::string close_reason;
  };
  void serve(Live& live);
  void note(const sync::HubReply& reply, const Id& tenant, const Id& device);
  void recount();

  sync::HubCore& core_;
  Clock& clock_;
  std::map<const LiveConnection*, Live> live_;
  std::map<Id, const LiveConnection*> by_device_;
  std::set<Id> changed_tenants_;
  std::set<const LiveConnection*> touched_;
  Counts counts_;
};

}  // namespace till::net
