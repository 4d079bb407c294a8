// A piece of an object on its way from the hub: application/vnd.tillstick.piece is the size of the whole object (u64,
// big-endian) and then the bytes of the piece. Pure.
#pragma once

#include "backup/tenant_objects.hpp"

namespace till::net {

constexpr std::string_view kPieceType = "application/vnd.tillstick.piece";

inline Bytes join_piece(const backup::ObjectPiece& piece) {
  ByteWriter out;
  out.u64(piece.object_size);
  out.raw(piece.bytes);
  return out.take();
}

inline Result<backup::ObjectPiece> split_piece(ByteView body) {
  ByteReader in(body);
  backup::ObjectPiece piece;
  piece.object_size = TRY(in.u64());
  piece.bytes = to_bytes(in.rest());
  return piece;
}

}  // namespace till::net
