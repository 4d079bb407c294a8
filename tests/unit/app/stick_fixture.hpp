// Sticks for tests: folders of the temporary folder that are said to be volumes, and an Env that makes one of them
// misbehave as real ones do, while everything else goes on.
#pragma once

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <mutex>

#include "app/backup_runs.hpp"
#include "app/backup_targets.hpp"
#include "shop_fixture.hpp"
#include "storage/env.hpp"
#include "storage/volumes.hpp"

namespace till::app {

class FakeVolumes final : public storage::Volumes {
 public:
  std::vector<storage::Volume> all;
  Result<std::vector<storage::Volume>> mounted() override { return all; }
};

// What lies below `stick` fails, lies or forgets; the rest is the system's.
class StickEnv final : public storage::Env {
 public:
  StickEnv(storage::Env& inner, std::string stick) : inner_(inner), stick_(std::move(stick)) {}

  // From the n-th operation on the stick on, every one that changes something (or every one) fails with this errno.
  void fail_from(std::uint64_t n, int error_number, bool reading_too = false) {
    fail_at_ = count_ + n, error_number_ = error_number, reading_too_ = reading_too;
  }
  void heal() { fail_at_ = 0, flip_ = false, no_dir_sync_ = false; }
  void flip_bytes() { flip_ = true; }                      // what is written comes back changed
  void no_dir_sync() { no_dir_sync_ = true; }              // as FAT drivers do
  void say_free(std::uint64_t bytes) { free_ = bytes; }    // 0: what there is
  void hold_only(std::uint64_t bytes) { holds_ = bytes; }  // what is written beyond is gone
  [[nodiscard]] std::uint64_t operations() const { return count_; }

  Result<std::unique_ptr<storage::WritableFile>> open_writer(const std::string& path,
                                                             storage::WriteMode mode) override {
    TRY(admit(path, true));
    auto file = TRY(inner_.open_writer(path, mode));
    return std::unique_ptr<storage::WritableFile>(std::make_unique<Writer>(*this, std::move(file), path));
  }
  Result<std::unique_ptr<storage::ReadableFile>> open_reader(const std::string& path) override {
    TRY(admit(path, false));
    return inner_.open_reader(path);
  }
  Status rename(const std::string& from, const std::string& to) override {
    TRY(admit(to, true));
    return inner_.rename(from, to);
  }
  Status remove(const std::string& path) override {
    TRY(admit(path, true));
    return inner_.remove(path);
  }
  Status remove_tree(const std::string& path) override {
    TRY(admit(path, true));
    return inner_.remove_tree(path);
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    TRY(admit(folder, false));
    return inner_.list(folder);
  }
  Status make_dirs(const std::string& path) override {
    TRY(admit(path, true));
    return inner_.make_dirs(path);
  }
  bool exists(const std::string& path) override { return admit(path, false) && inner_.exists(path); }
  Result<std::uint64_t> size(const std::string& path) override {
    TRY(admit(path, false));
    return inner_.size(path);
  }
  Result<std::uint64_t> free_space_bytes(const std::string& folder) override {
    TRY(admit(folder, false));
    if (free_ > 0 && is_on_stick(folder)) return free_.load();
    return inner_.free_space_bytes(folder);
  }
  Status preallocate(const std::string& path, std::uint64_t size) override {
    TRY(admit(path, true));
    return inner_.preallocate(path, size);
  }
  Result<storage::DirSync> sync_dir(const std::string& folder) override {
    TRY(admit(folder, true));
    if (no_dir_sync_ && is_on_stick(folder)) return storage::DirSync::unsupported;
    return inner_.sync_dir(folder);
  }
  Result<std::unique_ptr<storage::FileLock>> lock_file(const std::string& path) override {
    return inner_.lock_file(path);
  }

 private:
  class Writer final : public storage::WritableFile {
   public:
    Writer(StickEnv& env, std::unique_ptr<storage::WritableFile> inner, std::string path)
        : env_(env), inner_(std::move(inner)), path_(std::move(path)) {}
    Status append(ByteView bytes) override {
      TRY(env_.admit(path_, true));
      auto kept = to_bytes(bytes);
      if (env_.is_on_stick(path_)) {
        if (env_.flip_ && !kept.empty()) kept[kept.size() / 2] ^= 1;
        env_.held_ += kept.size();
        if (env_.holds_ > 0 && env_.held_ > env_.holds_) std::fill(kept.begin(), kept.end(), std::uint8_t{0});
      }
      return inner_->append(kept);
    }
    Status sync() override {
      TRY(env_.admit(path_, true));
      return inner_->sync();
    }
    Status close() override { return inner_->close(); }

   private:
    StickEnv& env_;
    std::unique_ptr<storage::WritableFile> inner_;
    std::string path_;
  };
  [[nodiscard]] bool is_on_stick(const std::string& path) const { return path.starts_with(stick_); }
  Status admit(const std::string& path, bool changes) {
    if (!is_on_stick(path)) return {};
    const auto now = ++count_;
    if (fail_at_ != 0 && now >= fail_at_ && (changes || reading_too_))
      return fail(storage::errno_error(error_number_, "on the stick: " + path));
    return {};
  }
  storage::Env& inner_;
  const std::string stick_;
  std::atomic<std::uint64_t> count_ = 0, fail_at_ = 0, held_ = 0, holds_ = 0, free_ = 0;
  std::atomic<int> error_number_ = 0;
  std::atomic<bool> reading_too_ = false, flip_ = false, no_dir_sync_ = false;
};

class SticksTest : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    use_volumes();
  }
  void use_volumes() {
    shop_->state().volumes = volumes_;
    if (volumes_->all.empty()) {
      const auto home = std::filesystem::weakly_canonical(temp_.file("")).string();
      volumes_->all.push_back(
          {home.ends_with('/') ? home.substr(0, home.size() - 1) : home, "8:1", "/dev/sda1", "ext4", false});
    }
  }
  // A stick at temp/mnt/NAME.
  std::string plug(const std::string& name, const std::string& device, bool read_only = false) {
    const auto path = temp_.file("mnt/" + name);
    std::filesystem::create_directories(path);
    const auto whole = std::filesystem::weakly_canonical(path).string();
    volumes_->all.push_back({whole, device, "/dev/" + name, "vfat", read_only});
    return whole;
  }
  void unplug(const std::string& name) {
    const auto whole = std::filesystem::weakly_canonical(temp_.file("mnt/" + name)).string();
    std::erase_if(volumes_->all, [&](const storage::Volume& v) { return v.path == whole; });
  }
  // The same stick, mounted elsewhere.
  std::string remount(const std::string& from, const std::string& to, const std::string& device) {
    unplug(from);
    std::filesystem::rename(temp_.file("mnt/" + from), temp_.file("mnt/" + to));
    return plug(to, device);
  }
  BackupTarget add(const std::string& name, const std::string& path, TargetKind kind = TargetKind::stick) {
    return value_of(add_backup_target(*shop_, owner(), {name, kind, path, false}));
  }
  void set(const std::string& name, const std::string& key, const std::string& value) {
    EXPECT_DONE(set_backup_target(*shop_, owner(), name, key, value));
  }
  Result<backup::BackupResult> back_up(const std::string& target) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return create_backup(*shop_, owner(), target, {}, task);
  }
  Result<RunOutcome> run(const std::string& target) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return run_target(*shop_, schedule_actor(), target, task);
  }
  BackupTarget target(const std::string& name) { return value_of(backup_target(*shop_, name)).value(); }
  TargetState state_of(const std::string& name) { return report_target(*shop_, target(name), true).state; }
  std::vector<GenerationRow> listed(const std::string& place) { return value_of(list_generations(*shop_, place, {})); }

  std::shared_ptr<FakeVolumes> volumes_ = std::make_shared<FakeVolumes>();
};

}  // namespace till::app
