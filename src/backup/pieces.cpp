#include "backup/pieces.hpp"

#include "backup/sabotage.hpp"
#include "core/log.hpp"

namespace till::backup {

Status PieceWriter::look() {
  for (auto& object : TRY(store_.list(chunk_prefix(vault_.device)))) {
    stored_before_.emplace(std::move(object.name), object.size);
  }
  return {};
}

bool PieceWriter::has_all(const Manifest& manifest) const {
  if (sabotaged(Sabotage::broken_chain_extended)) return true;
  for (const auto& chunk : manifest.chunks) {
    const auto found = stored_before_.find(codec_.object_name(chunk.content_id));
    if (found == stored_before_.end() || found->second != chunk.stored_size) return false;
  }
  return true;
}

PreparedPiece PieceWriter::prepare(Bytes plain) const {
  PreparedPiece prepared;
  prepared.content_id = codec_.content_id(plain);
  prepared.name = codec_.object_name(prepared.content_id);
  if (!stored_before_.contains(prepared.name)) prepared.packed = codec_.pack(plain);
  prepared.plain = std::move(plain);
  return prepared;
}

Result<std::string> PieceWriter::put(PreparedPiece prepared, Again again) {
  const auto& name = prepared.name;
  if (pieces_.contains(name)) return name;
  const auto plain_size = static_cast<std::uint32_t>(prepared.plain.size());
  Piece piece{false, {prepared.content_id, plain_size, 0, {}}, std::move(again)};
  bool there = stored_before_.contains(name);
  if (there && !piece.again && !TRY(is_good(name, piece))) {
    TRY(store_.remove(name));
    there = false;
  }
  if (there) {
    ++reused_;
  } else {
    TRY(write(piece, prepared));
    ++new_pieces_;
  }
  pieces_.emplace(name, std::move(piece));
  return name;
}

Status PieceWriter::write(Piece& piece, const PreparedPiece& prepared) {
  const auto& name = prepared.name;
  auto packed = prepared.packed ? *prepared.packed : codec_.pack(prepared.plain);
  const auto object = TRY(codec_.seal(prepared.content_id, prepared.plain, packed, random_));
  security::wipe(packed);
  if (!stored_before_.contains(name)) written_.push_back(name);  // a repaired one serves earlier generations too
  TRY(store_.put(name, object));
  piece.written_now = true;
  piece.ref.stored_size = static_cast<std::uint32_t>(object.size());
  piece.ref.stored_hash = security::sha256(object);
  new_bytes_ += object.size();
  return {};
}

Status PieceWriter::read_back(Task& task) {
  if (sabotaged(Sabotage::skip_read_back)) return {};
  task.begin("Reading the backup back", pieces_.size());
  std::uint64_t done = 0;
  for (auto& [name, piece] : pieces_) {
    TRY(task.go_on());
    TRY(check(name, piece));
    task.advance_to(++done);
  }
  return {};
}

Result<bool> PieceWriter::is_good(const std::string& name, Piece& piece) {
  const auto object = store_.get(name, kChunkObjectMax);
  if (!object && object.error().kind != ErrorKind::corrupt) return fail(object.error());
  if (!object || !*object) return false;
  const auto hash = security::sha256(**object);
  if (piece.written_now) return security::same(hash, piece.ref.stored_hash);
  if (!codec_.open(piece.ref.content_id, **object)) return false;
  piece.ref.stored_size = static_cast<std::uint32_t>((*object)->size());
  piece.ref.stored_hash = hash;
  return true;
}

Status PieceWriter::check(const std::string& name, Piece& piece) {
  if (TRY(is_good(name, piece))) return {};
  if (piece.written_now || !piece.again) {
    return corrupt(store_.describe() + " did not keep what was written; use another one, this one may be failing");
  }
  return replace(name, piece);
}

Status PieceWriter::replace(const std::string& name, Piece& piece) {
  log::warning("a stored piece of earlier backups is damaged and is written again: {}", name);
  const auto prepared = prepare(TRY(piece.again()));
  TRY(store_.remove(name));
  TRY(write(piece, prepared));
  ++repaired_;
  return check(name, piece);
}

std::uint64_t PieceWriter::stored_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, piece] : pieces_) sum += piece.ref.stored_size;
  return sum;
}

Status PieceWriter::discard() {
  for (; !written_.empty(); written_.pop_back()) TRY(store_.remove(written_.back()));
  pieces_.clear();
  new_bytes_ = new_pieces_ = reused_ = repaired_ = 0;
  return {};
}

void PieceWriter::take_back(ErrorKind failure, const std::string& keystone) {
  for (auto name = written_.rbegin(); name != written_.rend(); ++name) {
    if (failure == ErrorKind::retry && *name != keystone) continue;
    if (const auto removed = store_.remove(*name); !removed) {
      log::warning("could not remove {} after a failed backup: {}", *name, removed.error().message);
      return;
    }
  }
}

}  // namespace till::backup
