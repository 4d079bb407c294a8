#include "storage/env.hpp"

#include <cerrno>
#include <cstring>

namespace till::storage {

namespace {

struct Sentence {
  ErrorKind kind;
  const char* text;
};

Sentence sentence_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return {ErrorKind::permanent, "the disk is full; remove something or use a larger one"};
    case EROFS:
      return {ErrorKind::permanent, "the stick is write protected; switch the protection off or repair it"};
    case EIO:
      return {ErrorKind::permanent, "the disk or stick is failing; copy its data and replace it"};
    case EACCES:
    case EPERM:
      return {ErrorKind::denied, "access to the folder is not allowed; check its permissions"};
    case ENOENT:
      return {ErrorKind::invalid, "the file or folder is not there; check its name"};
    case EEXIST:
      return {ErrorKind::invalid, "there is something of this name already; choose another name"};
    case ENOTEMPTY:
      return {ErrorKind::invalid, "the folder is not empty; choose another one"};
    case ENOTDIR:
    case EISDIR:
      return {ErrorKind::invalid, "a file is where a folder should be, or the other way round"};
    case ENAMETOOLONG:
      return {ErrorKind::invalid, "the name is too long; use a shorter one"};
    case EFBIG:
      return {ErrorKind::permanent, "the file is too large for this disk"};
    case EMFILE:
    case ENFILE:
      return {ErrorKind::retry, "too many files are open; close other programs and try again"};
    case EBUSY:
    case EAGAIN:
      return {ErrorKind::retry, "the file is in use; try again in a moment"};
    case ENODEV:
    case ENXIO:
    case ESTALE:
    case ENOTCONN:
      return {ErrorKind::retry, "the stick or network folder is gone; plug it in again"};
    default:
      return {ErrorKind::permanent, "the file system refuses; the log has the details"};
  }
}

}  // namespace

Error errno_error(int error_number, std::string_view doing) {
  const auto [kind, text] = sentence_of(error_number);
  return {kind, text,
          std::string(doing) + ": " + std::strerror(error_number) + " (errno " + std::to_string(error_number) + ")"};
}

std::string join_path(std::string_view folder, std::string_view name) {
  if (folder.empty()) return std::string(name);
  std::string path(folder);
  if (path.back() != '/') path += '/';
  return path.append(name);
}

std::string parent_folder(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

Result<Bytes> Env::read_file(const std::string& path, std::uint64_t max_bytes) {
  auto file = TRY(open_reader(path));
  const auto size = TRY(file->size());
  if (size > max_bytes) {
    return invalid(file_name(path) + " is larger than the " + std::to_string(max_bytes) + " bytes allowed");
  }
  auto bytes = TRY(file->read(0, size));
  if (bytes.size() != size) return corrupt(file_name(path) + " ended while it was read; try again");
  return bytes;
}

Status Env::write_atomic(const std::string& path, ByteView bytes, ReadBack read_back) {
  const auto part = path + ".part";
  auto written = [&]() -> Status {
    auto file = TRY(open_writer(part, WriteMode::truncate));
    TRY(file->append(bytes));
    TRY(file->sync());
    TRY(file->close());
    if (read_back == ReadBack::compare && !equal(TRY(read_file(part, bytes.size())), bytes)) {
      return corrupt("what was written to " + file_name(path) + " reads back differently; replace the stick");
    }
    return rename(part, path);
  }();
  if (!written) {
    (void)remove(part);
    return written;
  }
  TRY(sync_dir(parent_folder(path)));
  return {};
}

}  // namespace till::storage
