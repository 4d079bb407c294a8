#include "app/carrier_link.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "storage/folder_store.hpp"
#include "sync/segment.hpp"

namespace till::app {

struct CarrierLink::Impl {
  Impl(storage::Env& files, CarrierTarget what, const Id& whose, Post tell)
      : env(files), target(std::move(what)), tenant(whose), post(std::move(tell)) {}

  storage::Env& env;
  const CarrierTarget target;
  const Id tenant;
  const Post post;

  std::mutex mutex;
  std::condition_variable bell;
  std::deque<Request> requests;
  bool stopping = false;

  // The link's thread alone.
  std::unique_ptr<storage::FolderStore> store;
  std::jthread thread;

  void run();
  void carry_out(const sync::Connect&);
  void carry_out(const sync::ListCarrier& request);
  void carry_out(const sync::ReadCarrier& request);
  void carry_out(const sync::WriteCarrier& request);
  Status write(const sync::WriteCarrier& request);
  bool is_still_there();
  void lose(const Error& error);
};

void CarrierLink::Impl::run() {
  for (;;) {
    Request request;
    {
      std::unique_lock lock(mutex);
      bell.wait(lock, [&] { return stopping || !requests.empty(); });
      if (stopping) return;
      request = std::move(requests.front());
      requests.pop_front();
    }
    std::visit([this](const auto& what) { carry_out(what); }, request);
  }
}

void CarrierLink::Impl::lose(const Error& error) {
  log::info("carrier {}: {} ({})", target.name, error.message, error.cause);
  store.reset();
  post(sync::LinkDown{target.link, error.message});
}

// Whether an error is of one file or of the whole carrier.
bool CarrierLink::Impl::is_still_there() {
  const auto opened = open_carrier(env, target, tenant);
  if (!opened) lose(opened.error());
  return opened.has_value();
}

void CarrierLink::Impl::carry_out(const sync::Connect&) {
  auto opened = open_carrier(env, target, tenant);
  if (!opened) return lose(opened.error());
  store = std::move(*opened);
  post(sync::LinkUp{target.link});
}

void CarrierLink::Impl::carry_out(const sync::ListCarrier& request) {
  if (!store || !is_still_there()) return;
  auto objects = store->list(request.folder + "/");
  if (!objects) return lose(objects.error());
  sync::CarrierListed listed{target.link, {}, false};
  for (auto& object : *objects) {
    if (listed.names.size() == sync::kMaxNamesPerStep) {
      listed.more = true;
      post(std::exchange(listed, sync::CarrierListed{target.link, {}, false}));
    }
    listed.names.push_back(std::move(object.name));
  }
  post(std::move(listed));
}

void CarrierLink::Impl::carry_out(const sync::ReadCarrier& request) {
  for (const auto& name : request.names) {
    if (!store) return;
    auto bytes = store->get(name, sync::kMaxSegmentBytes);
    if (!bytes && !is_still_there()) return;
    if (!bytes) log::warning("carrier {}: {} ({})", target.name, bytes.error().message, bytes.error().cause);
    post(sync::CarrierRead{target.link, name, bytes && *bytes ? std::move(**bytes) : Bytes{}});
  }
}

// What lies there under this name and is something else was torn: the name says whose bytes belong there.
Status CarrierLink::Impl::write(const sync::WriteCarrier& request) {
  const auto put = store->put(request.name, request.bytes);
  if (put || put.error().kind != ErrorKind::invalid) return put;
  TRY(store->remove(request.name));
  return store->put(request.name, request.bytes);
}

void CarrierLink::Impl::carry_out(const sync::WriteCarrier& request) {
  if (!store) return;
  const auto written = write(request);
  if (!written && !is_still_there()) return;
  if (!written) log::warning("carrier {}: {} ({})", target.name, written.error().message, written.error().cause);
  post(sync::CarrierWritten{target.link, request.name, written ? std::string() : written.error().message});
}

CarrierLink::CarrierLink(storage::Env& env, CarrierTarget target, const Id& tenant, Post post)
    : impl_(std::make_unique<Impl>(env, std::move(target), tenant, std::move(post))) {
  impl_->thread = std::jthread([raw = impl_.get()] { raw->run(); });
}

CarrierLink::~CarrierLink() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
}

void CarrierLink::ask(Request request) {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->requests.push_back(std::move(request));
  }
  impl_->bell.notify_all();
}

void CarrierLink::close() {
  std::lock_guard lock(impl_->mutex);
  impl_->requests.clear();
}

bool CarrierLinks::has_changed() const {
  const auto now = carriers(shop_);
  return now && *now != targets_;
}

std::vector<sync::PeerConfig> CarrierLinks::open(const Id& tenant) {
  links_.clear();
  targets_.clear();
  if (auto now = carriers(shop_)) targets_ = std::move(*now);
  std::vector<sync::PeerConfig> peers;
  for (const auto& target : targets_) {
    links_.try_emplace(target.link, *shop_.state().env, target, tenant, post_);
    peers.push_back({target.link, target.name});
  }
  return peers;
}

void CarrierLinks::ask(sync::LinkNumber link, CarrierLink::Request request) {
  const auto found = links_.find(link);
  if (found == links_.end()) return;
  if (std::holds_alternative<sync::ListCarrier>(request)) ++listings_;
  found->second.ask(std::move(request));
}

void CarrierLinks::close(sync::LinkNumber link) {
  const auto found = links_.find(link);
  if (found != links_.end()) found->second.close();
}

}  // namespace till::app
