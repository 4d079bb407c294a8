// Requests for a tenant's objects, over a disk in memory: whatever comes, what was stored before is still there.
#include "net/hub/objects.hpp"

#include "core/clock.hpp"
#include "core/random.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/targets/request_lines.hpp"
#include "security/hash.hpp"
#include "storage/hub_objects.hpp"
#include "storage/memory_env.hpp"

namespace till::fuzz {

FUZZ_TARGET(objects, 2 * kMiB) {
  storage::MemoryEnv disk;
  ManualClock clock;
  SeededRandom random(1);
  const auto made = disk.make_dirs("hub");
  const auto objects = storage::HubObjectFolders::open(disk, "hub", clock, random, 1000);
  must(made && objects, "a hub's folder can be made");
  const Id tenant = new_id(clock, random), other = new_id(clock, random);
  const Bytes kept = to_bytes("kept");
  must((*objects)->put_piece(other, {"a/b", kept.size(), security::sha256(kept)}, 0, kept).has_value(), "a put");

  for (ByteView rest = input; !rest.empty();) {
    auto request = request_of(rest, true);
    const auto answer = net::answer_object_request(**objects, tenant, request);
    must(answer.status >= 200 && answer.status < 600, "every request has an answer");
  }
  const auto there = (*objects)->get_piece(other, "a/b", 0, 100);
  must(there && *there && (*there)->bytes == kept, "another tenant's object is still there");
  must((*objects)->space(tenant)->used_bytes <= 1000, "the quota holds");
  const auto page = (*objects)->list(tenant, "", "");
  must(page.has_value(), "what was put can be listed");
  for (const auto& object : page->objects) must(backup::is_object_name(object.name), "every name is one");
}

}  // namespace till::fuzz
