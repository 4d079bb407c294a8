// What a snapshot's parts wait in between being read and being sent: a file on the stick, sealed. So the shop is read
// at once, and the line may take as long as it likes. A stop leaves `snapshot.part`, which the next opening of the
// folder sweeps away. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/env.hpp"

namespace till::app {

class SnapshotSpool {
 public:
  SnapshotSpool(storage::Env& env, const std::string& folder);
  ~SnapshotSpool();  // removes the file
  SnapshotSpool(const SnapshotSpool&) = delete;
  SnapshotSpool& operator=(const SnapshotSpool&) = delete;

  Status add(ByteView part);
  Status end();  // no more parts follow; before the first get()
  [[nodiscard]] std::size_t parts() const { return sizes_.size(); }
  // In the order in which they were added. Corrupt when the file is not what it was.
  Result<Bytes> get(std::size_t part);

 private:
  storage::Env& env_;
  const std::string path_;
  std::unique_ptr<storage::WritableFile> writer_;
  std::unique_ptr<storage::ReadableFile> reader_;
  std::vector<std::size_t> sizes_;
};

}  // namespace till::app
