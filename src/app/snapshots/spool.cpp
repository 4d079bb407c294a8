#include "app/snapshots/spool.hpp"

#include <numeric>

namespace till::app {

SnapshotSpool::SnapshotSpool(storage::Env& env, const std::string& folder)
    : env_(env), path_(storage::join_path(folder, "snapshot.part")) {}

SnapshotSpool::~SnapshotSpool() {
  writer_.reset();
  reader_.reset();
  (void)env_.remove(path_);
}

Status SnapshotSpool::add(ByteView part) {
  if (!writer_) writer_ = TRY(env_.open_writer(path_, storage::WriteMode::truncate));
  TRY(writer_->append(part));
  sizes_.push_back(part.size());
  return {};
}

Status SnapshotSpool::end() {
  if (!writer_) return {};
  TRY(writer_->close());
  writer_.reset();
  reader_ = TRY(env_.open_reader(path_));
  return {};
}

Result<Bytes> SnapshotSpool::get(std::size_t part) {
  const auto offset =
      std::accumulate(sizes_.begin(), sizes_.begin() + static_cast<std::ptrdiff_t>(part), std::uint64_t{0});
  Bytes bytes = TRY(reader_->read(offset, sizes_[part]));
  if (bytes.size() != sizes_[part]) return corrupt("a part of the snapshot that was being made is gone; make it again");
  return bytes;
}

}  // namespace till::app
