#include "sim/hub_disk.hpp"

#include <sqlite3.h>

#include "sim/till_disk.hpp"
#include "sim/view.hpp"
#include "sync/sabotage.hpp"

namespace till::sim {

using storage::HubDatabase;

namespace {

constexpr const char* kHubFile = "hub.db";
// Long ago: a terminal that never said how far it is keeps nothing from being dropped.
constexpr UtcTime kEnrolledAt{0};
constexpr UtcTime kCodeExpires{1};

Result<std::unique_ptr<HubDatabase>> open_on(crash::CrashDisk& disk, std::uint64_t file) {
  ByteWriter identity;
  identity.u64(file);
  return HubDatabase::open(
      kHubFile, [&] { return Result<Bytes>(identity.bytes()); }, disk.name());
}

// Made once: the schema takes longer than a whole seed.
const crash::Image& new_hub_folder() {
  static const crash::Image image = [] {
    crash::CrashDisk disk;
    (void)value_of(open_on(disk, 1));
    return disk.image();
  }();
  return image;
}

}  // namespace

// What a person does is tried again until it is done. A power cut that was meant for a group which the disk refused
// is not for it either.
class HubDisk::Patience {
 public:
  explicit Patience(HubDisk& disk) : disk_(disk) {
    disk_.files_.trouble(crash::Trouble::none);
    if (!disk_.files_.stopped()) disk_.files_.stop_at(0);
  }
  ~Patience() { disk_.files_.trouble(disk_.trouble_); }

 private:
  HubDisk& disk_;
};

void HubDisk::trouble(crash::Trouble trouble) {
  trouble_ = trouble;
  files_.trouble(trouble);
}

HubDisk::HubDisk(const std::vector<Id>& tenants, std::uint64_t epoch) {
  files_.keep_journal(false);
  files_.load(new_hub_folder());
  must(open());
  must(begin());
  for (const Id& tenant : tenants)
    (void)value_of(tenants_->add_tenant({tenant, "Shop " + to_string(tenant).substr(28), {}}));
  must(commit());
  for (const Id& tenant : tenants) rename_epoch(tenant, epoch);
}

Status HubDisk::open() {
  database_ = TRY(open_on(files_, file_));
  if (sync::sabotaged(sync::Sabotage::hub_skips_fsync)) TRY(database_->reads().exec("PRAGMA synchronous=OFF"));
  segments_ = std::make_unique<storage::HubSegments>(*database_);
  tenants_ = std::make_unique<storage::HubTenants>(*database_);
  return {};
}

void HubDisk::close() {
  segments_.reset();
  tenants_.reset();
  database_.reset();
}

void HubDisk::cut_power(crash::Loss loss, std::uint64_t seed) {
  if (!files_.stopped()) files_.stop_at(files_.operations() + 1);
  close();
  files_.crash(loss, seed);
  trouble(crash::Trouble::none);
}

void HubDisk::put_back(const crash::Image& copy) {
  close();
  files_.load(copy);
  ++file_;
}

void HubDisk::enrol(const Id& tenant, const Id& device) {
  const Patience patience(*this);
  ByteWriter code;
  code.u64(++codes_);
  code.u64(file_);
  must(begin());
  must(tenants_->add_code(tenant, code.bytes(), kEnrolledAt, kCodeExpires));
  const Bytes key = to_bytes(device.view());
  (void)value_of(tenants_->enrol({code.bytes(), device, "Till", key, key}, kEnrolledAt));
  must(commit());
}

void HubDisk::revoke(const Id& tenant, const Id& device) {
  const Patience patience(*this);
  must(begin());
  must(tenants_->revoke(tenant, device, kEnrolledAt));
  must(commit());
}

void HubDisk::rename_epoch(const Id& tenant, std::uint64_t epoch) {
  const Patience patience(*this);
  must(begin());
  must(write_epoch(tenant, epoch));
  must(commit());
}

std::int64_t HubDisk::changes() const {
  return sqlite3_total_changes64(database_->reads().handle());
}

Status HubDisk::write_epoch(const Id& tenant, std::uint64_t epoch) {
  return database_->write("UPDATE tenant SET epoch = ?2 WHERE id = ?1", tenant, epoch);
}

}  // namespace till::sim
