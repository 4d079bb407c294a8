// The hub's object routes (net/hub/openapi.yaml, /api/v1/objects and beside it) on a thread of their own. The hub's
// worker only says who asks; everything that touches an object's file happens here, one piece of at most half a
// megabyte at a time, so that neither a disk that is slow nor a large object ever holds up live sync.
//
// post() may be called from any thread and answers exactly once, from the objects' thread or, when kMaxWaiting requests
// wait already, at once with a refusal. stop() answers what was taken and joins.
#pragma once

#include <atomic>
#include <thread>

#include "backup/tenant_objects.hpp"
#include "core/queue.hpp"
#include "net/hub/api_types.hpp"

namespace till::net {

bool is_object_target(std::string_view target);
// The answer itself; nothing of threads.
ApiAnswer answer_object_request(backup::TenantObjects& objects, const Id& tenant, const ApiRequest& request);

class ObjectService {
 public:
  static constexpr std::size_t kMaxWaiting = 64;

  explicit ObjectService(backup::TenantObjects& objects);
  ~ObjectService();

  void post(const Id& tenant, ApiRequest request, AnswerApi answer);
  void stop();

  struct Counts {
    std::atomic<std::uint64_t> requests = 0, refused = 0, bytes_in = 0, bytes_out = 0;
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  struct Job {
    Id tenant;
    ApiRequest request;
    AnswerApi answer;
  };
  void loop();

  backup::TenantObjects& objects_;
  BoundedQueue<Job> queue_{kMaxWaiting};
  Counts counts_;
  std::thread thread_;
};

}  // namespace till::net
