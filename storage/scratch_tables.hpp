// A database of its own with the shop's schema, for a while: nothing in it is worth keeping. Beside the shop's, since a
// stick's data belongs on the stick; what a crash left behind is taken away when the next one is opened, and by
// `sweep`. Without a path it is in memory. One thread.
#pragma once

#include <memory>
#include <string>

#include "storage/connection.hpp"

namespace till::storage {

class ScratchTables {
 public:
  static constexpr const char* kFile = "refold.scratch.db";

  static Result<std::unique_ptr<ScratchTables>> open(const std::string& path);
  ~ScratchTables();  // removes the file
  ScratchTables(const ScratchTables&) = delete;
  ScratchTables& operator=(const ScratchTables&) = delete;

  Transaction& tx() { return *tx_; }
  static void sweep(const std::string& path);

 private:
  ScratchTables(std::string path, std::unique_ptr<Transaction> tx) : path_(std::move(path)), tx_(std::move(tx)) {}
  std::string path_;
  std::unique_ptr<Transaction> tx_;
};

}  // namespace till::storage
