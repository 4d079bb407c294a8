// till-hub: the sync hub for many terminals and many tenants. See `till-hub --help`.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "app/hub/hub_program.hpp"
#include "core/process.hpp"

namespace {

namespace json = boost::json;

struct Arguments {
  std::string data;
  bool as_json = false;
  till::app::ServeOptions serve;
  std::string tenant, device, name;
  std::uint64_t ttl_minutes = 60, object_quota_mb = 10 * 1024;
};

int failed(const till::Error& error) {
  fmt::print(stderr, "error: {}{}\n", error.message, error.cause.empty() ? "" : " (" + error.cause + ")");
  return 1;
}

std::string text(const json::object& object, const char* name) {
  return std::string(object.at(name).as_string());
}

void print_devices(const json::object& result) {
  for (const auto& value : result.at("devices").as_array()) {
    const auto& device = value.as_object();
    const auto* state = device.at("revoked").as_bool()    ? "revoked"
                        : device.at("has_keys").as_bool() ? "has the keys"
                                                          : "waits for the keys";
    fmt::print("{:>4}  {}  {}  ({})\n", device.at("number").to_number<std::int64_t>(), text(device, "id"),
               text(device, "name"), state);
  }
}

void print_for_people(const json::object& result) {
  if (result.contains("code"))
    fmt::print("{}\ngood for one terminal of tenant '{}' until {}\n", text(result, "code"), text(result, "tenant"),
               text(result, "expires_at"));
  else if (result.contains("devices"))
    print_devices(result);
  else if (result.contains("tenants"))
    for (const auto& tenant : result.at("tenants").as_array())
      fmt::print("{}  {}\n", text(tenant.as_object(), "id"), text(tenant.as_object(), "name"));
  else if (result.contains("revoked"))
    fmt::print("terminal {} '{}' is revoked\n", result.at("number").to_number<std::int64_t>(), text(result, "name"));
  else
    fmt::print("tenant '{}' has the id {}\n", text(result, "name"), text(result, "id"));
}

int administrate(const Arguments& arguments, const json::object& request) {
  const auto result = till::app::administrate_hub(arguments.data, json::serialize(request));
  if (!result) return failed(result.error());
  if (arguments.as_json)
    fmt::print("{}\n", *result);
  else
    print_for_people(json::parse(*result).as_object());
  return 0;
}

void add_serve(CLI::App& app, Arguments& a) {
  auto* serve = app.add_subcommand("serve", "run the hub until SIGTERM");
  serve->add_option("--listen", a.serve.listen, "ADDR:PORT; port 0 takes a free one")->required();
  serve->add_option("--tls-cert", a.serve.tls_cert, "certificate chain (PEM); without it the hub makes its own");
  serve->add_option("--tls-key", a.serve.tls_key, "the certificate's key (PEM)");
  serve->add_option("--object-quota-mb", a.object_quota_mb,
                    "what each tenant may keep in snapshots, pictures and backups (default: 10240)");
  serve->add_option("--host-name", a.serve.names, "a further name or address under which terminals reach this hub");
}

void add_tenant(CLI::App& app, Arguments& a) {
  auto* tenant = app.add_subcommand("tenant", "the shops that this hub serves")->require_subcommand(1);
  tenant->add_subcommand("add", "a new tenant")->add_option("name", a.name, "its name")->required();
  tenant->add_subcommand("list", "all tenants");
}

void add_device(CLI::App& app, Arguments& a) {
  auto* device = app.add_subcommand("device", "a tenant's terminals")->require_subcommand(1);
  auto* code = device->add_subcommand("code", "a one-time enrolment code");
  auto* list = device->add_subcommand("list", "all terminals of a tenant");
  auto* revoke = device->add_subcommand("revoke", "shut a terminal out, at once and for good");
  for (auto* command : {code, list, revoke})
    command->add_option("tenant", a.tenant, "the tenant's name or id")->required();
  code->add_option("--ttl-minutes", a.ttl_minutes, "how long the code is good");
  revoke->add_option("device", a.device, "the terminal's number or id")->required();
}

int run(const CLI::App& app, Arguments& a) {
  if (app.got_subcommand("serve")) {
    a.serve.data = a.data;
    a.serve.json = a.as_json;
    a.serve.object_quota_bytes = a.object_quota_mb << 20;
    const auto served = till::app::serve_hub(a.serve);
    return served ? 0 : failed(served.error());
  }
  if (app.got_subcommand("tenant")) {
    if (app.get_subcommand("tenant")->got_subcommand("add"))
      return administrate(a, {{"do", "tenant add"}, {"name", a.name}});
    return administrate(a, {{"do", "tenant list"}});
  }
  const auto* device = app.get_subcommand("device");
  if (device->got_subcommand("code"))
    return administrate(a, {{"do", "device code"}, {"tenant", a.tenant}, {"ttl_minutes", a.ttl_minutes}});
  if (device->got_subcommand("list")) return administrate(a, {{"do", "device list"}, {"tenant", a.tenant}});
  return administrate(a, {{"do", "device revoke"}, {"tenant", a.tenant}, {"device", a.device}});
}

}  // namespace

int main(int argc, char** argv) {
  till::keep_memory_private();
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);

  Arguments arguments;
  const char* folder = std::getenv("TILLSTICK_HUB_DATA");
  arguments.data = folder != nullptr ? folder : "hub-data";
  CLI::App app("The sync hub of Tillstick: many terminals, many tenants, TLS always.", "till-hub");
  app.fallthrough();
  app.require_subcommand(1);
  app.add_option("--data", arguments.data, "the hub's folder (default: $TILLSTICK_HUB_DATA, or hub-data)");
  app.add_flag("--json", arguments.as_json, "one JSON document on standard output");
  add_serve(app, arguments);
  add_tenant(app, arguments);
  add_device(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return app.exit(wrong) == 0 ? 0 : 2;
  }
  if (app.got_subcommand("serve")) pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  return run(app, arguments);
}
