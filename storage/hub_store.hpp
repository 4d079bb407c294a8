// The hub's log of segments in its database: sync::HubStore over SQLite. Rules and transactions are
// sync/hub_core.hpp's.
#pragma once

#include <map>

#include "storage/hub_database.hpp"
#include "sync/hub_core.hpp"

namespace till::storage {

class HubSegments final : public sync::HubStore {
 public:
  explicit HubSegments(HubDatabase& database) : database_(database) {}

  Result<std::uint64_t> epoch(const Id& tenant) override;
  Result<std::uint64_t> last_number(const Id& tenant) override;
  Result<std::vector<sync::EpochAncestor>> ancestors(const Id& tenant) override;
  Result<std::optional<sync::HubSigner>> signer(const Id& tenant, const Id& device) override;
  Result<std::vector<sync::FeedHead>> heads(const Id& tenant, const sync::Feed& feed) override;
  Result<std::vector<sync::FeedHead>> heads_of(const Id& tenant, const Id& device) override;
  Result<std::vector<sync::FeedHead>> all_heads(const Id& tenant, std::size_t max) override;
  Result<bool> has_end(const Id& tenant, const sync::Feed& feed, std::uint64_t last_sequence,
                       const sync::RecordHash& last_hash) override;
  Result<bool> has_segment(const Id& tenant, const sync::Feed& feed, std::uint64_t first_sequence,
                           std::uint64_t last_sequence, const sync::RecordHash& last_hash) override;
  Result<std::uint64_t> append(const sync::HubAppend& segment) override;
  Result<std::vector<sync::HubSegment>> after(const Id& tenant, sync::Lane lane, std::uint64_t after,
                                              const Id& skip_device, sync::Incarnation skip_incarnation,
                                              std::size_t max_bytes) override;
  Result<std::vector<sync::HubSegment>> of_feed(const Id& tenant, const sync::FeedRange& range,
                                                std::size_t max_bytes) override;

  Result<sync::HubFloor> floor(const Id& tenant) override;
  Status set_floor(const Id& tenant, const sync::HubFloor& floor) override;
  Result<bool> sweep(const Id& tenant, std::size_t max) override;
  Result<std::uint64_t> first_since(const Id& tenant, sync::Lane lane, UtcTime since) override;
  Status raise_head(const Id& tenant, const sync::FeedHead& head) override;
  Result<std::uint64_t> begin_epoch(const Id& tenant) override;
  Status renumber(const Id& tenant, sync::Lane lane, std::uint64_t after, std::uint64_t before) override;
  Status confirm(const Id& tenant, const Id& device, const sync::Cursor& cursor, UtcTime now) override;
  Result<std::vector<sync::HubConfirmation>> confirmations(const Id& tenant) override;

 private:
  Result<std::int64_t> tenant_number(const Id& tenant, std::string_view sql);
  Result<std::optional<std::int64_t>> feed_key(const Id& tenant, const sync::Feed& feed);
  Result<std::int64_t> feed_key_or_new(const Id& tenant, const sync::Feed& feed);

  // A terminal's own segments are not served back to it; a stretch of nothing else is read over once, not on each call.
  struct Reader {
    Id tenant, device;
    sync::Incarnation incarnation = 0;
    sync::Lane lane = sync::Lane::critical;
    auto operator<=>(const Reader&) const = default;
  };
  struct OwnStretch {
    std::uint64_t after = 0, until = 0;  // nothing for the reader in (after, until]
  };
  std::uint64_t skip_own(const Reader& reader, std::uint64_t after);
  void learn_own(const Reader& reader, std::uint64_t after, std::uint64_t until);

  HubDatabase& database_;
  std::map<Reader, OwnStretch> own_;
  std::uint64_t own_valid_for_ = 0;
};

}  // namespace till::storage
