// A file of the crash disk: its bytes now, its bytes as synced, what was written in between, and the locks and shared
// memory of the connections that have it open. Not for use outside this folder.
#pragma once

#include <array>
#include <cstring>

#include "core/random.hpp"
#include "vfs/crash_vfs.hpp"

namespace till::crash {

constexpr std::size_t kSectorBytes = 512;

struct PendingWrite {
  bool truncates = false;  // to `offset`
  std::uint64_t offset = 0;
  Bytes bytes;
};

struct CrashDisk::Node {
  Bytes now, synced;
  std::vector<PendingWrite> pending;

  int shared_locks = 0;
  const void* reserved_by = nullptr;  // RESERVED, PENDING or EXCLUSIVE
  bool pending_lock = false;

  std::vector<std::unique_ptr<std::array<std::uint8_t, 32768>>> shm_regions;
  std::array<int, 8> shm_shared{};
  std::array<const void*, 8> shm_exclusive{};

  void write(std::uint64_t offset, ByteView bytes) {
    put(now, offset, bytes);
    pending.push_back({false, offset, to_bytes(bytes)});
  }
  void truncate(std::uint64_t size) {
    now.resize(size);
    pending.push_back({true, size, {}});
  }
  void sync() {
    for (const auto& write : pending) {
      if (write.truncates) {
        synced.resize(write.offset);
      } else {
        put(synced, write.offset, write.bytes);
      }
    }
    pending.clear();
  }
  // What a machine finds after the power went.
  [[nodiscard]] Bytes after(Loss loss, Random& random) const;

  static void put(Bytes& file, std::uint64_t offset, ByteView bytes) {
    if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(offset));
  }
};

}  // namespace till::crash
