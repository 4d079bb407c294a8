// Puts the pieces of one generation into a store: each content once, whatever it is a part of. Nothing counts before
// read_back has seen every piece, also those that earlier generations had stored. One thread, but for `prepare`.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backup/manifest.hpp"
#include "core/task.hpp"

namespace till::backup {

// A piece and what computing it took. What is in the store already is not packed.
struct PreparedPiece {
  Bytes plain;
  security::Hash content_id;
  std::string name;
  std::optional<Bytes> packed;
};

class PieceWriter {
 public:
  // Gives a piece's bytes once more, for writing it again where the store's copy is damaged.
  using Again = std::function<Result<Bytes>()>;

  PieceWriter(ObjectStore& store, const Vault& vault, Random& random)
      : store_(store), vault_(vault), codec_(vault), random_(random) {}

  // What is in the store already.
  Status look();
  // Is what a generation lists there, by name and size?
  [[nodiscard]] bool has_all(const Manifest& manifest) const;

  // The computing that putting a piece takes, on any thread after `look`.
  [[nodiscard]] PreparedPiece prepare(Bytes plain) const;
  // Returns the name to ask `ref` with later. Without `again` a copy in the store is only trusted after a look at it.
  Result<std::string> put(PreparedPiece prepared, Again again);
  Result<std::string> put(ByteView plain, Again again) { return put(prepare(to_bytes(plain)), std::move(again)); }
  Status read_back(Task& task);
  [[nodiscard]] const ChunkRef& ref(const std::string& name) const { return pieces_.at(name).ref; }

  // For what is not a piece but belongs to the generation.
  void wrote(const std::string& name) { written_.push_back(name); }
  // Forgets the pieces so far and removes those that it wrote.
  Status discard();
  // After a failure: a full disk is as full as before. What a lost connection left is kept, but `keystone`, so that the
  // next run begins where this one ended.
  void take_back(ErrorKind failure, const std::string& keystone);

  [[nodiscard]] std::uint64_t new_bytes() const { return new_bytes_; }
  [[nodiscard]] std::uint64_t stored_bytes() const;
  [[nodiscard]] std::uint64_t written() const { return new_pieces_; }
  [[nodiscard]] std::uint64_t reused() const { return reused_; }
  [[nodiscard]] std::uint64_t repaired() const { return repaired_; }

 private:
  struct Piece {
    bool written_now = false;
    ChunkRef ref;
    Again again;
  };
  Status write(Piece& piece, const PreparedPiece& prepared);
  Status check(const std::string& name, Piece& piece);
  Status replace(const std::string& name, Piece& piece);
  // The store's copy is what it should be.
  Result<bool> is_good(const std::string& name, Piece& piece);

  ObjectStore& store_;
  Vault vault_;
  ChunkCodec codec_;
  Random& random_;
  std::map<std::string, std::uint64_t> stored_before_;  // and its size in bytes; as `look` found it
  std::map<std::string, Piece> pieces_;
  std::vector<std::string> written_;
  std::uint64_t new_bytes_ = 0, new_pieces_ = 0, reused_ = 0, repaired_ = 0;
};

}  // namespace till::backup
