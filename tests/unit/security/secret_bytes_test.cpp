// Key material does not stay in memory: whatever this program gives back to the system is looked at just before, by an
// operator delete of its own, while the memory still belongs to it.
#include "security/secret_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#include "core/clock.hpp"
#include "security/database_key.hpp"
#include "security/device_identity.hpp"
#include "security/ring_file.hpp"
#include "security/seal.hpp"

namespace {

// A key is 32 of these; salts and nonces, which are no secrets, are shorter than what is looked for.
constexpr std::uint8_t kMarker = 0xB7;
constexpr std::size_t kInARow = 24;
constexpr std::size_t kHeader = 16;  // holds the size, and keeps the alignment

std::atomic<bool> watching = false;
std::atomic<int> freed_with_marker = 0, freed = 0;

void look_at(const std::uint8_t* bytes, std::size_t size) {
  std::size_t in_a_row = 0;
  for (std::size_t i = 0; i < size; ++i) {
    in_a_row = bytes[i] == kMarker ? in_a_row + 1 : 0;
    if (in_a_row < kInARow) continue;
    ++freed_with_marker;
    return;
  }
}

void* take(std::size_t size) {
  auto* block = static_cast<std::uint8_t*>(std::malloc(size + kHeader));
  if (block == nullptr) std::abort();
  *reinterpret_cast<std::size_t*>(block) = size;
  return block + kHeader;
}

void give_back(void* memory) {
  if (memory == nullptr) return;
  auto* block = static_cast<std::uint8_t*>(memory) - kHeader;
  if (watching) {
    ++freed;
    look_at(block + kHeader, *reinterpret_cast<std::size_t*>(block));
  }
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) {
  return take(size);
}
void* operator new[](std::size_t size) {
  return take(size);
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  give_back(memory);
}

namespace till::security {
namespace {

Bytes marker() {
  return Bytes(32, kMarker);
}

// Every key that is drawn from it is the marker.
class MarkerRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, kMarker); }
};

// How many blocks with the marker in them went back while this was done.
template <class F>
int left_behind(F&& what) {
  freed_with_marker = freed = 0;
  watching = true;
  what();
  watching = false;
  return freed_with_marker;
}

TEST(SecretBytesInMemory, the_look_at_what_goes_back_sees_what_is_not_wiped) {
  EXPECT_EQ(left_behind([] { const Bytes plain = marker(); }), 1);
  EXPECT_EQ(left_behind([] { const Bytes zeros(32, 0); }), 0);
  EXPECT_GT(freed, 0);
}

TEST(SecretBytesInMemory, are_zero_when_the_object_dies) {
  EXPECT_EQ(left_behind([] { const SecretBytes secret(marker()); }), 0);
  EXPECT_GT(freed, 0) << "there was a block to look at";
}

TEST(SecretBytesInMemory, are_zero_when_another_is_put_in_their_place) {
  EXPECT_EQ(left_behind([] {
              SecretBytes secret(marker());
              secret = SecretBytes(Bytes(32, 1));
              secret = SecretBytes();
            }),
            0);
}

TEST(SecretBytesInMemory, are_zero_after_a_move_a_copy_and_a_wipe) {
  EXPECT_EQ(left_behind([] {
              SecretBytes first(marker());
              SecretBytes second(std::move(first));
              const SecretBytes third = second.clone();
              second.wipe();
              EXPECT_TRUE(second.empty());
            }),
            0);
}

TEST(SecretBytesInMemory, wiped_bytes_are_zero_where_they_lay) {
  EXPECT_EQ(left_behind([] {
              Bytes bytes = marker();
              wipe(bytes);
            }),
            0);
}

struct Keys {
  ManualClock clock;
  MarkerRandom random;
  Id tenant{};
  KeyRing ring = KeyRing::generate(tenant, clock, random);
};

TEST(SecretsInMemory, of_a_ring_that_is_written_read_and_renewed) {
  Keys keys;
  EXPECT_EQ(left_behind([&] {
              auto ring = KeyRing::decode(keys.ring.encode().view());
              ASSERT_TRUE(ring);
              for (int i = 0; i < 5; ++i) ring->rotate(keys.clock, keys.random);
              ring->replace_master(keys.clock, keys.random);
              const auto copy = ring->clone();
              EXPECT_TRUE(KeyRing::decode(copy.encode().view()));
            }),
            0);
}

TEST(SecretsInMemory, of_a_rings_file_and_a_database_key) {
  Keys keys;
  SeededRandom nonces(1);
  const SecretBytes pc(Bytes(32, 0x5c));
  EXPECT_EQ(left_behind([&] {
              auto file = RingFile::create(keys.ring.clone(), pc, keys.random);
              ASSERT_TRUE(file);
              ASSERT_TRUE(file->set_passphrase("violet ladder under seven oaks", kTinyCost, pc, keys.random));
              const auto bytes = file->encode(nonces);
              ASSERT_TRUE(bytes);
              EXPECT_TRUE(RingFile::open_with_pc_key(*bytes, pc));
              EXPECT_TRUE(RingFile::open_with_passphrase(*bytes, "violet ladder under seven oaks"));
              const SecretBytes key(marker());
              const std::array<const KeyRing*, 1> rings = {&keys.ring};
              const auto sealed = encode_database_key(key, rings, nonces);
              ASSERT_TRUE(sealed);
              EXPECT_TRUE(open_database_key(*sealed, keys.ring));
            }),
            0);
}

}  // namespace
}  // namespace till::security
