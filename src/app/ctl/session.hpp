// What a tillctl command sees while it runs: the request, the shop it works on, and where its answer goes. One thread.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "app/ctl/ctl.hpp"
#include "app/shop.hpp"

namespace till::app {

struct CtlReply {
  boost::json::value json;
  std::string text;   // for people; ends with a newline or is empty
  int exit_code = 0;  // 1 for an answer that is a refusal, or a report that found something wrong
  std::string error;  // then: the sentence for standard error
};

class CtlSession {
 public:
  CtlSession(CtlRequest request, Shop* running)
      : request_(std::move(request)), shop_(running), runs_in_till_(running != nullptr) {}

  CtlRequest& request() { return request_; }
  bool json = false;
  std::string passphrase_file;

  // What the parsed command does. `alone`: needs no data folder.
  using Action = std::function<Result<CtlReply>()>;
  void alone(CLI::App* command, Action action) { on(command, std::move(action), false); }
  void in_shop(CLI::App* command, Action action) { on(command, std::move(action), true); }
  [[nodiscard]] bool needs_shop() const { return needs_shop_; }
  Result<CtlReply> act() { return action_(); }
  [[nodiscard]] bool has_action() const { return static_cast<bool>(action_); }

  Shop& shop() { return *shop_; }
  [[nodiscard]] bool has_shop() const { return shop_ != nullptr; }
  [[nodiscard]] bool runs_in_till() const { return runs_in_till_; }
  Status open_shop();
  void close_shop();  // one that open_shop opened
  Status read_passphrase();

  [[nodiscard]] std::string path(const std::string& name) const;
  [[nodiscard]] Result<std::string> read_file(const std::string& name, std::size_t max_bytes) const;
  [[nodiscard]] Status write_file(const std::string& name, std::string_view content) const;

 private:
  void on(CLI::App* command, Action action, bool needs_shop);
  CtlRequest request_;
  Shop* shop_;
  std::unique_ptr<Shop> opened_;
  Action action_;
  bool needs_shop_ = false;
  bool runs_in_till_ = false;
};

void add_pricing_commands(CLI::App& app, CtlSession& session);  // quote, barcode, keys
void add_init_command(CLI::App& app, CtlSession& session);
void add_selling_commands(CLI::App& app, CtlSession& session);  // sell, refund, receipt
void add_shift_commands(CLI::App& app, CtlSession& session);
void add_data_commands(CLI::App& app, CtlSession& session);  // import, export, product
void add_sync_commands(CLI::App& app, CtlSession& session);  // enrol, sync, devices, network
void add_backup_commands(CLI::App& app, CtlSession& session);
void add_backup_target_commands(CLI::App& backup, CtlSession& session);
void add_report_command(CLI::App& app, CtlSession& session);
void add_generate_command(CLI::App& app, CtlSession& session);
void add_audit_commands(CLI::App& app, CtlSession& session);
void add_care_commands(CLI::App& app, CtlSession& session);  // doctor, health, keys-rotate
void add_printer_command(CLI::App& app, CtlSession& session);
void add_catalogue_commands(CLI::App& app, CtlSession& session);  // products, categories, taxes
void add_trade_commands(CLI::App& app, CtlSession& session);      // customers, suppliers, prices, stock
void add_dining_commands(CLI::App& app, CtlSession& session);     // tables, orders
void add_equipment_commands(CLI::App& app, CtlSession& session);  // printers, media
void add_shop_commands(CLI::App& app, CtlSession& session);       // stores, users, settings, sync choice

}  // namespace till::app
