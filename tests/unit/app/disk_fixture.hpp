// A disk beside the till's own with a place for backups on it, `loc`, and what a test does to what lies there.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/backup_health.hpp"
#include "app/care.hpp"
#include "stick_fixture.hpp"

namespace till::app {

class DiskTest : public SticksTest {
 protected:
  void SetUp() override {
    SticksTest::SetUp();
    std::filesystem::create_directories(temp_.file("mnt/disk"));
    plug("disk", "8:33");
    add("loc", place(), TargetKind::folder);
  }
  std::string place() { return temp_.file("mnt/disk/backups"); }
  std::string make(bool full = false) {
    sell({kPens});
    Task task;
    clock_.advance(std::chrono::seconds(2));
    return value_of(create_backup(*shop_, owner(), "loc", {}, task, {full, false})).manifest.generation;
  }
  std::set<std::string> chunks() {
    std::set<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(place())) {
      const bool is_chunk = entry.is_regular_file() && entry.path().parent_path().filename() == "chunk";
      if (is_chunk && entry.file_size() > 2000) paths.insert(entry.path());
    }
    return paths;
  }
  static void flip(const std::string& path, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const auto byte = static_cast<char>(file.get() ^ 0x40);
    file.seekp(at);
    file.put(byte);
  }
  Status verify(const std::string& generation) {
    Task task;
    TRY(verify_generation(*shop_, "loc", generation, {}, task));
    return {};
  }
  Finding doctor() {
    auto findings = examine(*shop_);
    return *std::ranges::find(findings, std::string_view("backup"),
                              [](const Finding& f) { return std::string_view(f.what); });
  }
  BackupHealth health() { return value_of(backup_health(*shop_)); }
};

}  // namespace till::app
