// sell, refund, receipt.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/data/document_rows.hpp"
#include "app/printing.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "app/sync_view.hpp"
#include "net/printers/receipt_pdf.hpp"
#include "net/printers/receipt_render.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto kPrinterPatience = 3s;

json::object row_of(Shop& shop, const domain::Sale& sale) {
  auto row = sale_to_json(sale);
  row["sync"] = document_sync_word(shop, sale.id);
  return row;
}

CtlReply reply_of(Shop& shop, const domain::Sale& sale) {
  CtlReply reply;
  reply.json = row_of(shop, sale);
  const auto money = [&](domain::Money m) { return domain::format_money(m, sale.currency); };
  reply.text = fmt::format(
      "{} {}\ntotal {} {}\npaid {}\nchange {}\nid {}\n", sale.kind == domain::SaleKind::refund ? "refund" : "receipt",
      sale.receipt, money(sale.total), sale.currency.code, money(sale.paid), money(sale.change), to_string(sale.id));
  return reply;
}

// A program that ends right away gives the printer a moment; a running till has its own worker.
void print_now(CtlSession& session, bool drawer) {
  if (session.runs_in_till()) return;
  auto service = PrintService::start(session.shop(), {});
  if (!service) return;
  if (drawer) (*service)->open_drawer();
  (*service)->drain(kPrinterPatience);
}

bool has_cash(const domain::Sale& sale) {
  return std::ranges::any_of(sale.tenders, [](const auto& t) { return t.kind == domain::TenderKind::cash; });
}

struct SellOptions {
  std::string file, user, terminal;
};

Result<CtlReply> sell(CtlSession& session, const SellOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  if (!options.terminal.empty() && options.terminal != shop.terminal())
    return invalid(fmt::format("this folder is the terminal '{}', not '{}'", shop.terminal(), options.terminal));
  const auto text = TRY(session.read_file(options.file, domain::kMaxBasketFileBytes));
  const auto& rules = shop.state().settings()->rules;
  const auto document = TRY(domain::parse_basket_file(
      text, catalogue_lookup(shop), domain::BasketDefaults{rules.currency, rules.tax_rounding, rules.cash_rounding}));
  if (document.request.currency.code != rules.currency.code)
    return invalid(
        fmt::format("the basket is in {}, this shop sells in {}", document.request.currency.code, rules.currency.code));
  const auto sale = TRY(finalise(shop, actor, document));
  print_now(session, has_cash(sale));
  return reply_of(shop, sale);
}

struct RefundOptions {
  std::string receipt, line, quantity, user;
};

Result<CtlReply> pay_back(CtlSession& session, const RefundOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  domain::RefundRequest request;
  request.cash_rounding = shop.state().settings()->rules.cash_rounding;
  if (!options.line.empty()) {
    domain::RefundPart part;
    part.line_id = options.line;
    const auto sale = TRY(sale_by_receipt(shop, options.receipt));
    if (options.quantity.empty()) {
      for (const auto& left : domain::refundable(sale, TRY(refunds_of_sale(shop, sale))))
        if (left.line_id == options.line) part.quantity = left.quantity;
    } else {
      part.quantity = TRY(domain::parse_quantity(options.quantity));
    }
    request.parts.push_back(part);
  } else if (!options.quantity.empty()) {
    return invalid("say which line the quantity is of: --line ID");
  }
  const auto sale = TRY(refund(shop, actor, options.receipt, request));
  print_now(session, has_cash(sale));
  return reply_of(shop, sale);
}

struct ReceiptOptions {
  std::string receipt, format = "text", out, user;
};

Result<std::string> rendered(const domain::PaperDocument& paper, const std::string& format, Shop& shop) {
  if (format == "text") return domain::to_text(paper, 42);
  auto& state = shop.state();
  if (format == "pdf") {
    const auto logo = state.receipt_logo.picture(state);
    return std::string(as_text(TRY(net::render_pdf(paper, state.assets_folder, logo.get()))));
  }
  net::ReceiptPaper roll;
  roll.logo = state.receipt_logo.dots(state, net::logo_room_dots(roll));
  return std::string(as_text(TRY(net::render_escpos(paper, roll))));
}

Result<CtlReply> receipt(CtlSession& session, const ReceiptOptions& options) {
  auto& shop = session.shop();
  const auto actor = TRY(actor_named(shop, options.user));
  const auto sale = TRY(options.receipt == "last" ? last_sale_here(shop) : sale_by_receipt(shop, options.receipt));
  CtlReply reply;
  reply.json = row_of(shop, sale);
  std::string content;
  if (options.format == "json") {
    content = json::serialize(reply.json) + "\n";
  } else {
    const auto paper = TRY(copy_of_receipt(shop, actor, sale.receipt, false));
    content = TRY(rendered(paper, options.format, shop));
  }
  if (options.out.empty()) {
    if (options.format == "text") reply.json.as_object()["text"] = content;
    reply.text = content;
    return reply;
  }
  TRY(session.write_file(options.out, content));
  reply.json = {{"receipt", sale.receipt}, {"format", options.format}, {"out", options.out}, {"bytes", content.size()}};
  reply.text = fmt::format("{} as {} in {}\n", sale.receipt, options.format, options.out);
  return reply;
}

}  // namespace

void add_selling_commands(CLI::App& app, CtlSession& session) {
  auto sell_options = std::make_shared<SellOptions>();
  auto* sell_command = app.add_subcommand("sell", "finalise a basket file as a sale");
  sell_command->add_option("FILE", sell_options->file, "basket file with its tenders")->required();
  sell_command->add_option("--user", sell_options->user, "who sells");
  sell_command->add_option("--terminal", sell_options->terminal, "refuse if this folder is another terminal")
      ->expected(0, 1);
  session.in_shop(sell_command, [&session, sell_options] { return sell(session, *sell_options); });

  auto refund_options = std::make_shared<RefundOptions>();
  auto* refund_command = app.add_subcommand("refund", "pay back a part of a sale, or all that is left of it");
  refund_command->add_option("RECEIPT", refund_options->receipt)->required();
  refund_command->add_option("--line", refund_options->line, "id of the line");
  refund_command->add_option("--qty", refund_options->quantity, "how much of it; all that is left if missing");
  refund_command->add_option("--user", refund_options->user, "who pays back");
  session.in_shop(refund_command, [&session, refund_options] { return pay_back(session, *refund_options); });

  auto receipt_options = std::make_shared<ReceiptOptions>();
  auto* receipt_command = app.add_subcommand("receipt", "a stored receipt again, marked as a copy");
  receipt_command->add_option("RECEIPT", receipt_options->receipt, "its number, or: last")->required();
  receipt_command->add_option("--format", receipt_options->format)
      ->check(CLI::IsMember({"text", "escpos", "json", "pdf"}));
  receipt_command->add_option("--out", receipt_options->out, "file to write");
  receipt_command->add_option("--user", receipt_options->user, "who asks");
  session.in_shop(receipt_command, [&session, receipt_options] { return receipt(session, *receipt_options); });
}

}  // namespace till::app
