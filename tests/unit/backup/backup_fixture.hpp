// A shop's keys, a device, and images in memory for the tests of backups.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "backup/create.hpp"
#include "backup/restore.hpp"
#include "memory_store.hpp"

namespace till::backup {

constexpr auto kPhrase = "seven green bottles";

class BytesSource final : public PageSource {
 public:
  explicit BytesSource(const Bytes& image, std::uint64_t sales = 3) : image_(image) {
    info_ = {image.size(), 4096, {1, sales, "A-" + std::to_string(sales), to_bytes(view("heads")), {}}};
  }
  Result<ImageInfo> begin() override {
    info_.size = image_.size();
    return info_;
  }
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
    const auto from = image_.begin() + static_cast<std::ptrdiff_t>(offset);
    return Bytes(from, from + static_cast<std::ptrdiff_t>(size));
  }

 private:
  const Bytes& image_;
  ImageInfo info_;
};

// A source that keeps images as a data folder does; the tests change what was kept.
class KeepingSource final : public PageSource {
 public:
  using Images = std::map<std::string, Bytes, std::less<>>;
  KeepingSource(const Bytes& image, Images& kept) : image_(image), pages_(image), kept_(kept) {}
  Result<ImageInfo> begin() override { return pages_.begin(); }
  Result<Bytes> read(std::uint64_t offset, std::size_t size) override { return pages_.read(offset, size); }
  std::unique_ptr<KeptImage> kept_image(const Id&, std::string_view generation) override {
    const auto found = kept_.find(generation);
    return found == kept_.end() ? nullptr : std::make_unique<Kept>(found->second);
  }
  void keep_image(const Id&, std::string_view generation) override {
    kept_.clear();
    kept_[std::string(generation)] = image_;
  }

 private:
  class Kept final : public KeptImage {
   public:
    explicit Kept(const Bytes& image) : image_(image) {}
    Result<Bytes> read(std::uint64_t offset, std::size_t size) override {
      const auto begin = std::min<std::size_t>(offset, image_.size());
      return to_bytes(ByteView(image_).subspan(begin, std::min(size, image_.size() - begin)));
    }

   private:
    const Bytes& image_;
  };
  const Bytes& image_;
  BytesSource pages_;
  Images& kept_;
};

class BytesSink final : public ImageSink {
 public:
  Status begin(const ImageInfo& i) override {
    info = i;
    return {};
  }
  Status write(ByteView bytes) override {
    image.insert(image.end(), bytes.begin(), bytes.end());
    return {};
  }
  Status finish() override {
    finished = true;
    return {};
  }
  ImageInfo info;
  Bytes image;
  bool finished = false;
};

class BackupFixture : public testing::Test {
 protected:
  BackupFixture() {
    EXPECT_TRUE(ring_.set_passphrase(kPhrase, security::kTinyCost, pc_, random_));
    image_ = image(20);
  }

  // Pages that do not compress, with what a database has at its beginning.
  Bytes image(std::size_t pages) {
    auto bytes = random_.bytes(pages * 4096);
    const auto head = view("SQLite format 3\0 and a product: Grandma's apple cake");
    std::copy(head.begin(), head.end(), bytes.begin());
    return bytes;
  }
  // A full one.
  Result<BackupResult> create(ObjectStore& store, const Bytes& bytes, std::uint64_t sales = 3) {
    BytesSource source(bytes, sales);
    BackupPlan plan;
    plan.full = true;
    return create(store, source, plan);
  }
  // An increment where there is something to continue.
  Result<BackupResult> grow(ObjectStore& store, const Bytes& bytes) {
    BytesSource source(bytes);
    return create(store, source, {});
  }
  Result<BackupResult> create(ObjectStore& store, PageSource& source, const BackupPlan& plan) {
    Task task;
    clock_.advance(std::chrono::seconds(60));
    return create_backup(source, store, ring_, {device_, "Till 1", "Ann", "0.1"}, clock_, random_, task, plan);
  }
  Result<BytesSink> restore(ObjectStore& store, const Manifest& manifest) {
    Task task;
    BytesSink sink;
    TRY(restore_backup(store, keys(), manifest, sink, task));
    return sink;
  }
  Result<VerifyResult> verify(ObjectStore& store, const std::string& generation) {
    Task task;
    const auto manifest = TRY(read_manifest(store, keys(), device_, generation));
    return verify_backup(store, keys(), manifest, {}, task);
  }
  const BackupKeys& keys() const { return keys_; }
  std::vector<ListedGeneration> listed(ObjectStore& store) {
    auto all = list_backups(store, keys());
    EXPECT_TRUE(all) << all.error().message;
    return all ? std::move(*all) : std::vector<ListedGeneration>{};
  }
  static std::vector<ObjectInfo> objects_below(ObjectStore& store, const std::string& prefix) {
    auto all = store.list(prefix);
    EXPECT_TRUE(all) << all.error().message;
    return all ? std::move(*all) : std::vector<ObjectInfo>{};
  }

  ManualClock clock_;
  SeededRandom random_{11};
  security::SecretBytes pc_ = security::new_pc_key(random_);
  security::RingFile ring_ =
      *security::RingFile::create(security::KeyRing::generate(new_id(clock_, random_), clock_, random_), pc_, random_);
  BackupKeys keys_ = BackupKeys::from(ring_.ring);
  Id device_ = new_id(clock_, random_);
  MemoryStore store_;
  Bytes image_;
};

}  // namespace till::backup
