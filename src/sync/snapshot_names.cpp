#include "sync/snapshot_names.hpp"

#include <charconv>
#include <cstdio>

namespace till::sync {

namespace {

constexpr std::string_view kManifest = "manifest", kChunk = "chunk-";
constexpr std::size_t kTimeDigits = 16, kIdLetters = 36;

std::string hex_of(std::int64_t ms) {
  char text[kTimeDigits + 1];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(ms));
  return text;
}

std::optional<SnapshotPlace> parse_place(std::string_view folder) {
  if (folder.size() != kTimeDigits + 1 + kIdLetters || folder[kTimeDigits] != '-') return std::nullopt;
  std::uint64_t ms = 0;
  const auto [end, error] = std::from_chars(folder.data(), folder.data() + kTimeDigits, ms, 16);
  const auto id = id_from_string(folder.substr(kTimeDigits + 1));
  if (error != std::errc() || end != folder.data() + kTimeDigits || !id) return std::nullopt;
  return SnapshotPlace{static_cast<std::int64_t>(ms), *id};
}

}  // namespace

std::string folder_of(const SnapshotPlace& place) {
  return std::string(kSnapshotPrefix) + hex_of(place.made_at_ms) + "-" + to_string(place.id) + "/";
}

std::string manifest_name(const SnapshotPlace& place) {
  return folder_of(place) + std::string(kManifest);
}

std::string chunk_name(const SnapshotPlace& place, std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "%05u", number);
  return folder_of(place) + std::string(kChunk) + text;
}

std::optional<SnapshotObject> parse_snapshot_name(std::string_view name) {
  if (!name.starts_with(kSnapshotPrefix)) return std::nullopt;
  name.remove_prefix(kSnapshotPrefix.size());
  const auto slash = name.find('/');
  if (slash == name.npos) return std::nullopt;
  const auto place = parse_place(name.substr(0, slash));
  const auto file = name.substr(slash + 1);
  if (!place || (file != kManifest && !file.starts_with(kChunk))) return std::nullopt;
  return SnapshotObject{*place, file == kManifest};
}

}  // namespace till::sync
