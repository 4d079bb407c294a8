#include "app/hub/hub_program.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <thread>

#include "app/control_socket.hpp"
#include "core/log.hpp"
#include "net/hub/admin.hpp"
#include "net/hub/hub_server.hpp"
#include "net/tls_hosts.hpp"
#include "net/tls_identity.hpp"
#include "storage/hub_folder.hpp"
#include "storage/hub_objects.hpp"

namespace till::app {
namespace {

constexpr std::uint64_t kMaxPemBytes = 256 * 1024;
constexpr int kOwnerTries = 50;
constexpr std::chrono::milliseconds kOwnerPause{100};

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

Result<Endpoint> parse_listen(const std::string& text) {
  const auto bad = [&] { return invalid("'" + text + "' is not where a hub can listen; write it like 0.0.0.0:8443"); };
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return bad();
  Endpoint endpoint{text.substr(0, colon), 0};
  if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']'))
    endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, endpoint.port);
  if (parsed.ec != std::errc() || parsed.ptr != end) return bad();
  return endpoint;
}

Result<std::string> read_text(storage::Env& env, const std::string& path) {
  const auto bytes = TRY(env.read_file(path, kMaxPemBytes));
  return std::string(as_text(bytes));
}

Result<net::PemPair> read_pair(storage::Env& env, const std::string& certificate, const std::string& key) {
  net::PemPair pair;
  pair.certificate = TRY(read_text(env, certificate));
  pair.private_key = TRY(read_text(env, key));
  return pair;
}

Status write_pair(storage::Env& env, const net::PemPair& pair, const std::string& certificate, const std::string& key) {
  TRY(env.write_atomic(key, view(pair.private_key)));  // first: a certificate without its key is of no use
  return env.write_atomic(certificate, view(pair.certificate));
}

Result<net::PemPair> own_certificate(storage::Env& env, const storage::HubPaths& paths,
                                     const std::vector<std::string>& hosts, UtcTime now) {
  if (!env.exists(paths.authority())) {
    const auto fresh = TRY(net::make_authority("Tillstick hub authority", now));
    TRY(write_pair(env, fresh, paths.authority(), paths.authority_key()));
  }
  const auto authority = TRY(read_pair(env, paths.authority(), paths.authority_key()));
  if (env.exists(paths.certificate())) {
    auto present = read_pair(env, paths.certificate(), paths.certificate_key());
    if (present && net::still_serves(*present, authority, hosts, now)) return present;
  }
  auto made = TRY(net::make_server_certificate(authority, hosts, now));
  TRY(write_pair(env, made, paths.certificate(), paths.certificate_key()));
  return made;
}

void announce(const ServeOptions& options, const std::string& where, std::uint16_t port, const std::string& ca_file,
              const std::string& fingerprint) {
  if (options.json) {
    boost::json::object line{{"listening", where}, {"port", port}};
    if (!ca_file.empty()) {
      line["ca_file"] = ca_file;
      line["ca_sha256"] = fingerprint;
    }
    fmt::print("{}\n", boost::json::serialize(line));
  } else {
    fmt::print("listening on {}\n", where);
    if (!ca_file.empty())
      fmt::print("terminals trust it by its authority file (CA) {}\nwhose SHA-256 fingerprint is {}\n", ca_file,
                 fingerprint);
  }
  std::fflush(stdout);
}

void wait_for_the_end() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
}

Result<std::string> administrate_here(storage::HubFolder& folder, const std::string& request) {
  SystemClock clock;
  SystemRandom random;
  auto& tenants = folder.tenants();
  TRY(tenants.begin());
  const auto outcome = net::run_admin_command(request, tenants, clock, random);
  TRY(tenants.commit());
  return net::admin_result(outcome.answer);
}

}  // namespace

Status serve_hub(const ServeOptions& options) {
  if (options.tls_cert.empty() != options.tls_key.empty())
    return invalid("--tls-cert and --tls-key belong together; give both files or neither");
  const auto endpoint = TRY(parse_listen(options.listen));
  SystemClock clock;
  SystemRandom random;
  const auto env = storage::make_real_env();
  const auto folder = TRY(storage::HubFolder::open(*env, options.data));
  const auto objects =
      TRY(storage::HubObjectFolders::open(*env, options.data, clock, random, options.object_quota_bytes));
  const auto& paths = folder->paths();
  log::open_file(paths.log());
  TRY(env->remove(paths.listening()));  // left by a hub that was killed

  const bool own = options.tls_cert.empty();
  auto hosts = net::local_hosts();
  hosts.insert(hosts.end(), options.names.begin(), options.names.end());
  const auto certificate = own ? TRY(own_certificate(*env, paths, hosts, clock.now()))
                               : TRY(read_pair(*env, options.tls_cert, options.tls_key));
  std::string fingerprint;
  if (own) {
    const auto authority = TRY(read_text(*env, paths.authority()));
    fingerprint = TRY(net::certificate_fingerprint(authority));
  }

  net::ListenerOptions listen;
  listen.address = endpoint.address;
  listen.port = endpoint.port;
  listen.certificate_pem = certificate.certificate;
  listen.private_key_pem = certificate.private_key;
  const auto server = TRY(
      net::HubServer::start(std::move(listen), folder->tenants(), folder->segments(), clock, random, objects.get()));
  auto control = TRY(ControlServer::start(paths.control_socket(),
                                          [&](std::string_view request) { return server->administrate(request); }));

  const bool v6 = endpoint.address.find(':') != std::string::npos;
  const auto where = fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint.address, v6 ? "]" : "", server->port());
  TRY(env->write_atomic(paths.listening(), view(where + "\n")));
  announce(options, where, server->port(), own ? paths.authority() : "", fingerprint);
  log::info("the hub listens on {}", where);
  wait_for_the_end();
  control.reset();
  server->stop();
  log::info("the hub stopped");
  return env->remove(paths.listening());
}

// A folder that is not a hub's yet becomes one by its first tenant or by serving; a mistyped one does not.
Status require_a_hub(storage::Env& env, const std::string& data, const std::string& request) {
  boost::system::error_code problem;
  const auto parsed = boost::json::parse(request, problem);
  const auto* what = parsed.is_object() ? parsed.as_object().if_contains("do") : nullptr;
  const bool makes_one = what != nullptr && *what == "tenant add";
  if (makes_one || env.exists(storage::HubPaths{data}.database())) return {};
  return invalid("there is no hub in '" + data + "'; check the folder, or make one: till-hub --data " + data +
                 " tenant add NAME");
}

Result<std::string> administrate_hub(const std::string& data, const std::string& request) {
  const auto env = storage::make_real_env();
  TRY(require_a_hub(*env, data, request));
  for (int tries = 1;; ++tries) {
    auto folder = storage::HubFolder::open(*env, data);
    if (folder) return administrate_here(**folder, request);
    if (folder.error().kind != ErrorKind::retry) return fail(std::move(folder).error());
    const auto answer = ask_control_server(storage::HubPaths{data}.control_socket(), request);
    if (answer) return net::admin_result(*answer);
    if (tries == kOwnerTries) return fail(std::move(folder).error());
    std::this_thread::sleep_for(kOwnerPause);  // the owner is just starting, or another command is at work
  }
}

}  // namespace till::app
