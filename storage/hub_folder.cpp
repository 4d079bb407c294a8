#include "storage/hub_folder.hpp"

#include "core/log.hpp"
#include "storage/hub_identity.hpp"

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
  const auto identity = [&] { return hub_identity(env, paths.database(), paths.mark()); };
  auto database = TRY(HubDatabase::open(paths.database(), identity));
  std::unique_ptr<HubFolder> folder(new HubFolder(env, std::move(paths), std::move(*lock), std::move(database)));
  TRY(folder->mark_anew());
  return folder;
}

HubFolder::~HubFolder() {
  const auto marked = mark_anew();
  if (!marked)
    log::warning("the hub's folder is not marked; its next start begins new epochs: {}", marked.error().cause);
}

// Where the power goes between the two, the next start begins new epochs, which costs next to nothing.
Status HubFolder::mark_anew() {
  TRY(write_hub_mark(env_, paths_.mark()));
  return database_->remember_identity(TRY(hub_identity(env_, paths_.database(), paths_.mark())));
}

}  // namespace till::storage
