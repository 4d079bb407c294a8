#include "backup/list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "core/text.hpp"

namespace till::backup {
namespace {

struct ManifestName {
  Id device;
  std::string generation;
};

std::optional<ManifestName> parse_name(std::string_view name) {
  const auto parts = split(name, '/');
  if (parts.size() != 3 || parts[1] != "manifest" || !is_generation_id(parts[2])) return std::nullopt;
  const auto bytes = from_hex(parts[0]);
  if (!bytes) return std::nullopt;
  const auto device = id_from_bytes(*bytes);
  if (!device) return std::nullopt;
  return ManifestName{*device, parts[2]};
}

bool newer(const ListedGeneration& a, const ListedGeneration& b) {
  const auto number = [](const ListedGeneration& g) { return g.manifest ? g.manifest->number : 0; };
  return std::pair(number(a), a.generation) > std::pair(number(b), b.generation);
}

}  // namespace

Result<Manifest> read_manifest(ObjectStore& store, const BackupKeys& keys, const Id& device,
                               std::string_view generation) {
  const Vault vault{TRY(store.id()), device, keys};
  const auto object = TRY(store.get(manifest_name(device, generation), kManifestObjectMax));
  if (!object) return invalid(fmt::format("there is no backup {} in {}", generation, store.describe()));
  return open_manifest(*object, generation, vault);
}

Result<std::vector<ListedGeneration>> list_backups(ObjectStore& store, const BackupKeys& keys,
                                                   std::optional<Id> device) {
  std::vector<ListedGeneration> generations;
  for (const auto& object : TRY(store.list(device ? manifest_prefix(*device) : ""))) {
    const auto name = parse_name(object.name);
    if (!name) continue;
    auto manifest = read_manifest(store, keys, name->device, name->generation);
    if (!manifest && manifest.error().kind == ErrorKind::retry) return fail(std::move(manifest).error());
    ListedGeneration entry{name->device, name->generation, std::nullopt, std::nullopt};
    if (manifest) {
      entry.manifest = std::move(*manifest);
    } else {
      entry.error = std::move(manifest).error();
    }
    generations.push_back(std::move(entry));
  }
  std::sort(generations.begin(), generations.end(), newer);
  return generations;
}

Result<Manifest> find_backup(ObjectStore& store, const BackupKeys& keys, std::string_view which,
                             std::optional<Id> device) {
  auto all = TRY(list_backups(store, keys, device));
  std::vector<ListedGeneration*> found;
  for (auto& entry : all) {
    if (which == "latest" ? entry.manifest.has_value() : entry.generation.starts_with(which)) found.push_back(&entry);
  }
  if (found.empty()) {
    if (all.empty()) return invalid(store.describe() + " holds no backups");
    if (which == "latest") return fail(*all.front().error);
    return invalid(
        fmt::format("there is no backup {} in {}; list the backups to see which there are", which, store.describe()));
  }
  if (which == "latest") {
    const auto is_ordinary = [](const auto* entry) { return entry->manifest->purpose == Purpose::ordinary; };
    if (std::ranges::any_of(found, is_ordinary)) std::erase_if(found, std::not_fn(is_ordinary));
    const auto newest = std::max_element(found.begin(), found.end(), [&](const auto* a, const auto* b) {
      return device ? newer(*b, *a) : a->manifest->created_at < b->manifest->created_at;
    });
    return std::move(*(*newest)->manifest);
  }
  if (which.empty() || found.size() > 1) {
    return invalid(fmt::format("\"{}\" fits {} backups; give more of its name", which, found.size()));
  }
  if (!found.front()->manifest) return fail(*found.front()->error);
  return std::move(*found.front()->manifest);
}

Result<Around> find_around(ObjectStore& store, const BackupKeys& keys, UtcTime time) {
  const auto all = TRY(list_backups(store, keys));
  const Manifest* before = nullptr;
  for (const auto& entry : all) {
    if (!entry.manifest || entry.manifest->created_at > time) continue;
    if (before == nullptr || entry.manifest->created_at > before->created_at) before = &*entry.manifest;
  }
  if (before == nullptr) {
    return invalid(fmt::format("there is no backup from {} or before in {}; list the backups to see which there are",
                               to_rfc3339(time), store.describe()));
  }
  const Manifest* after = nullptr;
  for (const auto& entry : all) {
    if (!entry.manifest || entry.device != before->device || entry.manifest->number <= before->number) continue;
    if (after == nullptr || entry.manifest->number < after->number) after = &*entry.manifest;
  }
  return Around{*before, after == nullptr ? std::nullopt : std::optional(*after)};
}

}  // namespace till::backup
