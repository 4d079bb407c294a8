#include "storage/hub_folder.hpp"

namespace till::storage {

Result<std::unique_ptr<HubFolder>> HubFolder::open(Env& env, const std::string& root) {
  HubPaths paths{root};
  TRY(env.make_dirs(root));
  TRY(env.make_dirs(join_path(root, "tls")));
  auto lock = env.lock_file(paths.lock());
  if (!lock && lock.error().kind == ErrorKind::retry)
    return fail(ErrorKind::retry, "another hub, or a command of it, is running on this folder; close it first",
                lock.error().cause);
  if (!lock) return fail(std::move(lock).error());
  auto database = TRY(HubDatabase::open(paths.database()));
  return std::unique_ptr<HubFolder>(new HubFolder(std::move(paths), std::move(*lock), std::move(database)));
}

}  // namespace till::storage
