// Terminals that were let in here and whose rows have not come yet: keys are offered to them like to the others
// (key_epochs.hpp), since what is written under a key that one lacks, the offer included, it cannot read. Kept in meta,
// by who let them in; forgotten when their row is here.
#pragma once

#include <string>
#include <vector>

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::app {

struct ShopState;

struct LetIn {
  Id device;
  Bytes sealing_key;
  std::string held;  // what it was given, as it will say it itself
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, sealing_key, held);
  }
};

Result<std::vector<LetIn>> let_in(storage::Connection& conn);
// As if the row of each were here, without a name.
Result<std::vector<domain::Device>> devices_and_let_in(storage::Connection& conn);

// It was given what this terminal holds now.
Status remember_let_in(ShopState& state, const Id& device, ByteView sealing_key);
Status forget_let_in(ShopState& state, const Id& device);  // it is locked out

}  // namespace till::app
