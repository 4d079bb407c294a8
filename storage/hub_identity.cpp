#include "storage/hub_identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "core/random.hpp"

namespace till::storage {
namespace {

constexpr std::size_t kMarkBytes = 16;
constexpr unsigned kWanted = STATX_INO | STATX_CTIME | STATX_BTIME;

Result<struct statx> look_at(const std::string& path) {
  struct statx file {};
  if (::statx(AT_FDCWD, path.c_str(), 0, kWanted, &file) != 0)
    return fail(ErrorKind::permanent, "the hub's folder cannot be read; check who may read it",
                path + ": " + std::strerror(errno));
  return file;
}

void put(ByteWriter& out, const struct statx_timestamp& time) {
  out.u64(static_cast<std::uint64_t>(time.tv_sec));
  out.u32(time.tv_nsec);
}

}  // namespace

Status write_hub_mark(Env& env, const std::string& mark) {
  Bytes content(kMarkBytes);
  SystemRandom().fill(content);
  return env.write_atomic(mark, content);
}

Result<Bytes> hub_identity(Env& env, const std::string& database, const std::string& mark) {
  ByteWriter identity;
  const auto file = TRY(look_at(database));
  identity.u64(file.stx_ino);
  put(identity, file.stx_btime);  // zero where the file system does not keep it
  if (!env.exists(mark)) return identity.take();
  put(identity, TRY(look_at(mark)).stx_ctime);
  if (const auto content = env.read_file(mark, kMarkBytes)) identity.raw(*content);
  return identity.take();
}

}  // namespace till::storage
