#include "app/snapshots/order.hpp"

#include "app/enrolment.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"

namespace till::app {

Result<SnapshotsDone> order_snapshots(Shop& shop, const Actor& actor, const SnapshotOrder& order,
                                      const std::function<Result<SnapshotsDone>(const SnapshotOrder&)>& carry_out) {
  TRY(require_right(shop, actor, domain::Right::devices));
  if (!TRY(membership(shop)))
    return invalid("this terminal belongs to no hub yet; join one with: tillctl enrol --hub URL --code CODE");
  auto done = TRY(carry_out(order));
  journal_alone(shop.state(), actor, {order.drop ? "sync.drop" : "sync.snapshot", {}, {}});
  return done;
}

}  // namespace till::app
