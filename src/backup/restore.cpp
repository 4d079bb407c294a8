#include "backup/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "backup/damage.hpp"
#include "core/log.hpp"

namespace till::backup {
namespace {

Status check_place(ObjectStore& store, const Manifest& manifest) {
  if (TRY(store.id()) != manifest.store) {
    return invalid(fmt::format("backup {} is not in {}", manifest.generation, store.describe()));
  }
  return {};
}

std::uint64_t image_bytes(const Chain& chain) {
  return chain.tip().plain_size;
}

// Every piece of one generation: its number in it, as PieceReader counts, and what is listed of it.
template <class Visit>
Status each_piece(const Manifest& manifest, Visit&& visit) {
  std::size_t i = 0;
  for (const auto& chunk : pieces_of(manifest)) TRY(visit(i++, chunk));
  return {};
}

Status check_presence(ObjectStore& store, const BackupKeys& keys, const Chain& chain) {
  const Vault vault{chain.tip().store, chain.tip().device, keys};
  const ChunkCodec codec(vault);
  std::map<std::string, std::uint64_t> there;
  for (auto& object : TRY(store.list(chunk_prefix(vault.device)))) there.emplace(std::move(object.name), object.size);
  for (const auto& link : chain.links) {
    TRY(each_piece(link, [&](std::size_t i, const ChunkRef& chunk) -> Status {
      const auto found = there.find(codec.object_name(chunk.content_id));
      if (found == there.end()) {
        return corrupt(fmt::format("part {} of {} of backup {} is missing; use another backup", i + 1,
                                   pieces_of(link).size(), link.generation));
      }
      if (found->second != chunk.stored_size) {
        return corrupt(fmt::format("part {} of {} of backup {} has {} bytes instead of {}; use another backup", i + 1,
                                   pieces_of(link).size(), link.generation, found->second, chunk.stored_size));
      }
      return {};
    }));
  }
  return {};
}

Result<VerifyResult> open_part(ObjectStore& store, const BackupKeys& keys, const Chain& chain, const VerifyDepth& depth,
                               Task& task) {
  VerifyResult result;
  for (const auto& link : chain.links) {
    const Vault vault{link.store, link.device, keys};
    const PieceReader pieces(store, vault, link);
    TRY(each_piece(link, [&](std::size_t i, const ChunkRef& chunk) -> Status {
      if (!is_opened_by(chunk, depth)) return {};
      TRY(task.go_on());
      result.plain_bytes += TRY(pieces.read(i, chunk)).size();
      result.stored_bytes += chunk.stored_size;
      task.advance_to(++result.chunks);
      return {};
    }));
  }
  return result;
}

using MediaReceiver = std::function<Status(const MediaRef&, ByteView)>;

Status read_media(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                  const std::function<bool(const MediaRef&)>& wanted, const MediaReceiver& receive, Task& task) {
  const Vault vault{manifest.store, manifest.device, keys};
  const PieceReader pieces(store, vault, manifest);
  std::size_t i = manifest.chunks.size();
  for (const auto& media : manifest.media) {
    TRY(task.go_on());
    const auto first = std::exchange(i, i + media.chunks.size());
    if (!wanted(media)) continue;
    Bytes bytes;
    for (std::size_t k = 0; k < media.chunks.size(); ++k) {
      const auto piece = TRY(pieces.read(first + k, media.chunks[k]));
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
    if (!security::same(security::sha256(bytes), media.sha256)) {
      return corrupt(fmt::format("a picture in backup {} is not what it was; use another backup", manifest.generation));
    }
    TRY(receive(media, bytes));
  }
  return {};
}

Result<VerifyResult> read_whole(ObjectStore& store, const BackupKeys& keys, const Chain& chain, Task& task) {
  TRY(read_image(
      store, keys, chain, [](ByteView) { return Status(); }, task));
  TRY(read_media(
      store, keys, chain.tip(), [](const MediaRef&) { return true; },
      [](const MediaRef&, ByteView) { return Status(); }, task));
  VerifyResult result{0, image_bytes(chain), 0};
  for (const auto& link : chain.links) {
    for (const auto& chunk : link.chunks) {
      ++result.chunks;
      result.stored_bytes += chunk.stored_size;
    }
  }
  return result;
}

// Their damage was noted when somebody looked at another generation; now that all of a chain opened, they are asked
// themselves.
void prove_links_anew(ObjectStore& store, const BackupKeys& keys, const Manifest& tip, const ProofMeta& meta,
                      Random& random, Task& task) {
  const auto chain = load_chain(store, keys, tip);
  const auto proofs = list_proofs(store, {tip.store, tip.device, keys});
  if (!chain || !proofs) return;
  for (const auto& link : chain->links) {
    const auto found = proofs->find(link.generation);
    if (link.generation == tip.generation || found == proofs->end()) continue;
    if (standing_failure(found->second) == nullptr) continue;
    const auto verified = verify_backup(store, keys, link, {}, task);
    if (!verified && verified.error().kind != ErrorKind::corrupt) return;
    note_proof(store, keys, link, {}, verified ? Status{} : Status(fail(verified.error())), meta, random);
  }
}

}  // namespace

bool is_opened_by(const ChunkRef& chunk, const VerifyDepth& depth) {
  if (depth.kind == ProofKind::structure) return false;
  if (depth.kind != ProofKind::part) return true;
  return (std::uint32_t{chunk.content_id[0]} << 8 | chunk.content_id[1]) % depth.parts == depth.part;
}

Result<VerifyResult> verify_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                                   const VerifyDepth& depth, Task& task) {
  TRY(check_place(store, manifest));
  const auto chain = TRY(load_chain(store, keys, manifest));
  task.begin("Checking the backup", depth.kind == ProofKind::whole ? image_bytes(chain) : 0);
  switch (depth.kind) {
    case ProofKind::structure:
      TRY(check_presence(store, keys, chain));
      return VerifyResult{};
    case ProofKind::part:
      if (depth.parts == 0 || depth.part >= depth.parts) return invalid("there is no such part of a backup");
      TRY(check_presence(store, keys, chain));
      return open_part(store, keys, chain, depth, task);
    default:
      return read_whole(store, keys, chain, task);
  }
}

Result<VerifyResult> prove_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                                  const VerifyDepth& depth, const ProofMeta& meta, Random& random, Task& task) {
  auto verified = verify_backup(store, keys, manifest, depth, task);
  // What a person stopped, or a line that broke, says nothing about the backup.
  if (verified) {
    note_proof(store, keys, manifest, depth, Status{}, meta, random);
    if (depth.kind == ProofKind::whole) prove_links_anew(store, keys, manifest, meta, random, task);
  } else if (verified.error().kind == ErrorKind::corrupt) {
    note_proof(store, keys, manifest, depth, fail(verified.error()), meta, random);
    if (const auto noted = note_damage_of_chain(store, keys, manifest, depth, meta, random, task); !noted)
      log::warning("which backups share the damage is not known: {}", noted.error().message);
  }
  return verified;
}

void note_proof(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, const VerifyDepth& depth,
                const Status& outcome, const ProofMeta& meta, Random& random) {
  Proof proof;
  proof.kind = depth.kind;
  if (depth.kind == ProofKind::part) {
    proof.part = depth.part;
    proof.parts = depth.parts;
  }
  proof.passed = outcome.has_value();
  if (!outcome) proof.sentence = outcome.error().message;
  proof.at = meta.at;
  proof.who = meta.who;
  proof.device_name = meta.device_name;
  proof.program_version = meta.program_version;
  const Vault vault{manifest.store, manifest.device, keys};
  if (const auto noted = add_proof(store, vault, manifest.generation, proof, random); !noted) {
    log::warning("what was found of backup {} could not be written down: {}", manifest.generation,
                 noted.error().message);
  }
}

std::uint32_t next_part(const std::vector<Proof>& proofs, std::uint32_t parts) {
  const auto last = std::find_if(proofs.rbegin(), proofs.rend(), [&](const Proof& proof) {
    return proof.kind == ProofKind::part && proof.parts == parts;
  });
  return last == proofs.rend() ? 0 : (last->part + 1) % parts;
}

Status restore_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, ImageSink& sink,
                      Task& task) {
  TRY(check_place(store, manifest));
  const auto chain = TRY(load_chain(store, keys, manifest));
  task.begin("Reading the backup", manifest.plain_size);
  TRY(sink.begin({manifest.plain_size, manifest.page_size, manifest.marker}));
  TRY(read_image(
      store, keys, chain, [&](ByteView bytes) { return sink.write(bytes); }, task));
  return sink.finish();
}

Result<std::uint64_t> restore_media(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                                    MediaSink& sink, Task& task) {
  TRY(check_place(store, manifest));
  task.begin("Reading the pictures", manifest.media.size());
  std::uint64_t written = 0;
  TRY(read_media(
      store, keys, manifest, [&](const MediaRef& media) { return !sink.has(media.sha256); },
      [&](const MediaRef& media, ByteView bytes) -> Status {
        TRY(sink.put(media.sha256, bytes));
        task.advance_to(++written);
        return {};
      },
      task));
  return written;
}

}  // namespace till::backup
