// Every file operation other than SQLite's own goes through an Env: the real one, one in memory, and a faulty one for
// tests. Paths are UTF-8 with '/'. An error's sentence says what to do ("the disk is full; ..."); its cause names the
// path, the call and the errno. Implementations are thread-safe; a file object belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::storage {

// Writes a file from its beginning or its end. Nothing is safe before sync() said so; destroying an unclosed file
// closes it and ignores what that says.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual Status append(ByteView bytes) = 0;
  virtual Status sync() = 0;
  virtual Status close() = 0;
};

class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Up to `size` bytes from `offset`; fewer only at the end of the file.
  virtual Result<Bytes> read(std::uint64_t offset, std::size_t size) = 0;
  virtual Result<std::uint64_t> size() = 0;
};

// Held as long as it lives; the system frees it when the process dies, so it is never stale.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class WriteMode : unsigned char { truncate, append };
enum class DirSync : unsigned char { synced, unsupported };  // some sticks' file systems cannot sync a folder
enum class ReadBack : unsigned char { no, compare };

class Env {
 public:
  virtual ~Env() = default;

  virtual Result<std::unique_ptr<WritableFile>> open_writer(const std::string& path, WriteMode mode) = 0;
  virtual Result<std::unique_ptr<ReadableFile>> open_reader(const std::string& path) = 0;
  // Replaces an existing target.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;  // what is not there counts as removed
  virtual Status remove_tree(const std::string& path) = 0;
  // Names, not paths, in order; neither "." nor "..". A missing folder is an error.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  virtual Status make_dirs(const std::string& path) = 0;
  virtual bool exists(const std::string& path) = 0;
  virtual Result<std::uint64_t> size(const std::string& path) = 0;
  virtual Result<std::uint64_t> free_space_bytes(const std::string& folder) = 0;
  // Takes `size` bytes of the disk for `path`, so that they can be given back when it is full.
  virtual Status preallocate(const std::string& path, std::uint64_t size) = 0;
  // EINVAL, ENOTTY and ENOTSUP are `unsupported`, everything else is an error, EIO above all.
  virtual Result<DirSync> sync_dir(const std::string& folder) = 0;
  // Refused with "another till is already running on this folder (process 123); close it first".
  virtual Result<std::unique_ptr<FileLock>> lock_file(const std::string& path) = 0;

  // Made of the above. A larger file than `max_bytes` is refused before it is read.
  Result<Bytes> read_file(const std::string& path, std::uint64_t max_bytes);
  // Published whole or not at all: "<path>.part", write, sync, close, read back if asked, rename, sync the folder.
  Status write_atomic(const std::string& path, ByteView bytes, ReadBack read_back = ReadBack::no);
};

std::unique_ptr<Env> make_real_env();

// The sentence for a failed call. `doing` is for the cause: "write /data/x.part".
Error errno_error(int error_number, std::string_view doing);

std::string join_path(std::string_view folder, std::string_view name);
std::string parent_folder(std::string_view path);  // "." when there is none
std::string file_name(std::string_view path);

}  // namespace till::storage
