#include "net/hub/hub_server.hpp"

#include <future>

#include "net/hub/admin.hpp"
#include "net/hub/hub_json.hpp"
#include "net/hub/log_drop.hpp"
#include "net/hub/metrics.hpp"
#include "net/hub/objects.hpp"
#include "net/hub/routes.hpp"
#include "net/hub/worker.hpp"

namespace till::net {
namespace {

tl::unexpected<Error> overloaded() {
  return fail(ErrorKind::retry, "the hub has too much to do at the moment; try again in some seconds");
}

}  // namespace

struct HubServer::Impl final : HubService {
  Impl(sync::HubDirectory& the_directory, sync::HubStore& store, Clock& the_clock, Random& the_random,
       backup::TenantObjects* tenant_objects, const sync::HubRetention& retention)
      : directory(the_directory),
        clock(the_clock),
        random(the_random),
        core(store),
        live(core, clock),
        authenticator(directory, clock),
        routes(directory, store, live, authenticator, clock, retention),
        objects(tenant_objects == nullptr ? nullptr : std::make_unique<ObjectService>(*tenant_objects)),
        worker(
            directory, [this] { live.serve_changed(); }, [this](const Status& durable) { live.flush(durable); }) {}

  void handle(ApiRequest request, AnswerApi answer) override;
  void handle_object(ApiRequest request, AnswerApi answer);
  void handle_drop(const sync::HubDevice& device, const ApiRequest& request, const AnswerApi& answer);
  void drop(const sync::HubDevice& device, const sync::HubDropRequest& request, const AnswerApi& answer);
  void with_device(ApiRequest request, AnswerApi answer,
                   std::function<void(const sync::HubDevice&, ApiRequest, const AnswerApi&)> next);
  LiveChallenge challenge() override;
  void live_proof(std::shared_ptr<LiveConnection> connection, LiveChallenge challenge, Bytes proof,
                  std::function<void(LiveVerdict)> verdict) override;
  void live_message(std::shared_ptr<LiveConnection> connection, Bytes message, std::function<void()> consumed) override;
  void live_closed(std::shared_ptr<LiveConnection> connection) override;

  ApiAnswer health();
  ApiAnswer metrics();

  sync::HubDirectory& directory;
  Clock& clock;
  Random& random;
  sync::HubCore core;
  LiveHub live;
  Authenticator authenticator;
  HubRoutes routes;
  RequestCounts requests;
  std::unique_ptr<ObjectService> objects;  // null: this hub keeps none
  HubWorker worker;
  std::unique_ptr<Listener> listener;
  bool stopped = false;
};

ApiAnswer HubServer::Impl::health() {
  const auto& counts = live.counts();
  return json_answer({{"status", worker.last_group_failed() ? "degraded" : "ok"},
                      {"timestamp", to_rfc3339(clock.now())},
                      {"connectedRestaurants", counts.tenants.load()},
                      {"totalConnections", counts.connections.load()}});
}

ApiAnswer HubServer::Impl::metrics() {
  ApiAnswer answer;
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  answer.body =
      to_bytes(std::string_view(metrics_text(listener->counts(), live.counts(), worker, requests, objects.get())));
  return answer;
}

void HubServer::Impl::handle(ApiRequest request, AnswerApi answer) {
  auto counted = [this, answer = std::move(answer)](ApiAnswer a) {
    requests.count(a.status);
    answer(std::move(a));
  };
  if (request.method == "GET" && request.target == "/api/health") return counted(health());
  if (request.method == "GET" && request.target == "/metrics") return counted(metrics());
  if (objects && is_object_target(request.target)) return handle_object(std::move(request), std::move(counted));
  if (objects && request.method == "POST" && request.target == kLogDrop) {
    return with_device(std::move(request), std::move(counted),
                       [this](const sync::HubDevice& device, const ApiRequest& asked, const AnswerApi& reply) {
                         handle_drop(device, asked, reply);
                       });
  }
  const auto result = std::make_shared<ApiAnswer>();
  const bool taken = worker.post({
      [this, request = std::move(request), result] { *result = routes.answer(request); },
      [result, counted](const Status& durable) {
        counted(durable ? std::move(*result) : error_answer(durable.error()));
      },
  });
  if (!taken) counted(error_answer(overloaded().value()));
}

void HubServer::Impl::handle_object(ApiRequest request, AnswerApi answer) {
  with_device(std::move(request), std::move(answer),
              [this](const sync::HubDevice& device, ApiRequest asked, const AnswerApi& reply) {
                objects->post(device.tenant, std::move(asked), reply);
              });
}

// The objects' thread says whether the snapshot is there, then the worker drops.
void HubServer::Impl::handle_drop(const sync::HubDevice& device, const ApiRequest& request, const AnswerApi& answer) {
  const auto body = parse_json_object(request.body);
  const auto call = body ? read_drop_call(*body, device.id) : Result<LogDropCall>(fail(body.error()));
  if (!call) return answer(routes.refusal(call.error()));
  if (call->request.snapshot.is_nil()) return drop(device, call->request, answer);
  ApiRequest look;
  look.method = "GET";
  look.target = "/api/v1/objects/" + sync::manifest_name(call->snapshot) + "?offset=0&limit=0";
  objects->post(device.tenant, std::move(look), [this, device, call = *call, answer](const ApiAnswer& found) {
    if (found.status == 200) return drop(device, call.request, answer);
    const Error missing{ErrorKind::invalid, "the hub does not have this snapshot; nothing was dropped", {}};
    answer(error_answer(found.status == 404 ? missing : overloaded().value()));
  });
}

void HubServer::Impl::drop(const sync::HubDevice& device, const sync::HubDropRequest& request,
                           const AnswerApi& answer) {
  const auto result = std::make_shared<ApiAnswer>();
  const bool taken = worker.post({
      [this, device, request, result] { *result = routes.drop_log(device, request); },
      [result, answer](const Status& durable) { answer(durable ? std::move(*result) : error_answer(durable.error())); },
  });
  if (!taken) answer(error_answer(overloaded().value()));
}

// Who asks is for the worker to say, as always; what is asked is done elsewhere.
void HubServer::Impl::with_device(ApiRequest request, AnswerApi answer,
                                  std::function<void(const sync::HubDevice&, ApiRequest, const AnswerApi&)> next) {
  const auto asked = std::make_shared<ApiRequest>(std::move(request));
  const auto device = std::make_shared<Result<sync::HubDevice>>(overloaded());
  const bool taken = worker.post({
      [this, asked, device] { *device = authenticator.request(*asked); },
      [this, asked, device, answer, next = std::move(next)](const Status& durable) {
        if (!durable) return answer(error_answer(durable.error()));
        if (!*device) return answer(routes.refusal(device->error()));
        next(**device, std::move(*asked), answer);
      },
  });
  if (!taken) answer(error_answer(overloaded().value()));
}

LiveChallenge HubServer::Impl::challenge() {
  LiveChallenge challenge;
  challenge.nonce = random.bytes(kLiveNonceSize);
  challenge.hub_time_us = clock.now().us;
  return challenge;
}

void HubServer::Impl::live_proof(std::shared_ptr<LiveConnection> connection, LiveChallenge challenge, Bytes proof,
                                 std::function<void(LiveVerdict)> verdict) {
  const auto device = std::make_shared<Result<sync::HubDevice>>(overloaded());
  const bool taken = worker.post({
      [this, challenge = std::move(challenge), proof = std::move(proof), device] {
        *device = authenticator.live(challenge, proof);
      },
      [this, connection = std::move(connection), device, verdict](const Status& durable) {
        if (durable && *device) {
          live.join(connection, (*device)->tenant, (*device)->id);
          return verdict({true, (*device)->tenant, {}});
        }
        verdict({false, {}, durable ? device->error().message : durable.error().message});
      },
  });
  if (!taken) verdict({false, {}, overloaded().value().message});
}

void HubServer::Impl::live_message(std::shared_ptr<LiveConnection> connection, Bytes message,
                                   std::function<void()> consumed) {
  auto* raw = connection.get();
  const bool taken = worker.post({
      [this, raw, message = std::move(message)] { live.receive(raw, message); },
      [this, connection, consumed](const Status& durable) {
        if (!durable) {
          live.leave(connection.get());
          connection->close(durable.error().message);
        }
        consumed();
      },
  });
  if (taken) return;
  connection->close(overloaded().value().message);
  consumed();
}

void HubServer::Impl::live_closed(std::shared_ptr<LiveConnection> connection) {
  const auto leave = [this, connection](const Status&) { live.leave(connection.get()); };
  (void)worker.post({[] {}, leave});
}

HubServer::HubServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HubServer::~HubServer() {
  stop();
}

Result<std::unique_ptr<HubServer>> HubServer::start(ListenerOptions options, sync::HubDirectory& directory,
                                                    sync::HubStore& store, Clock& clock, Random& random,
                                                    backup::TenantObjects* objects,
                                                    const sync::HubRetention& retention) {
  auto impl = std::make_unique<Impl>(directory, store, clock, random, objects, retention);
  impl->listener = TRY(Listener::open(std::move(options), *impl));
  impl->listener->run();
  return std::unique_ptr<HubServer>(new HubServer(std::move(impl)));
}

std::uint16_t HubServer::port() const {
  return impl_->listener->port();
}

std::string HubServer::administrate(std::string_view request) {
  auto* impl = impl_.get();
  const auto outcome = std::make_shared<AdminOutcome>();
  const auto answered = std::make_shared<std::promise<std::string>>();
  auto answer = answered->get_future();
  const bool taken = impl->worker.post({
      [impl, request = std::string(request), outcome] {
        *outcome = run_admin_command(request, impl->directory, impl->clock, impl->random);
      },
      [impl, outcome, answered](const Status& durable) {
        if (durable && outcome->revoked) impl->live.drop_device(*outcome->revoked, "this terminal was revoked");
        answered->set_value(durable ? outcome->answer : admin_failure(durable.error()));
      },
  });
  return taken ? answer.get() : admin_failure(overloaded().value());
}

void HubServer::stop() {
  if (std::exchange(impl_->stopped, true)) return;
  impl_->listener->stop_accepting();
  impl_->worker.stop();
  if (impl_->objects) impl_->objects->stop();
  impl_->live.drop_all();  // now that its thread is gone; connections must not outlive the listener
  impl_->listener->stop();
}

}  // namespace till::net
