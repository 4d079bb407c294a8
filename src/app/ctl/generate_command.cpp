// generate: a large made-up catalogue and years of sales in the demo shop, for trying out a big shop and for measuring.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/ctl/session.hpp"
#include "app/demo_generator.hpp"
#include "app/enrolment.hpp"
#include "app/healing.hpp"
#include "app/journal.hpp"
#include "app/made_up_rows.hpp"
#include "app/shop_state.hpp"
#include "storage/search.hpp"
#include "storage/sync_digests.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

struct GenerateOptions {
  std::size_t products = 0;
  int days = 0, sales_per_day = 300;
  std::uint64_t seed = 1;
  std::string user;
};

struct Catalogue {
  std::vector<Id> categories, tax_ids;
  std::vector<domain::Tax> taxes;
  std::vector<domain::Product> products;
};

Result<Catalogue> read_catalogue(storage::Connection& conn) {
  Catalogue catalogue;
  const auto categories = TRY(storage::load_all<domain::Category>(conn));
  for (const auto& category : categories) catalogue.categories.push_back(category.id);
  catalogue.taxes = TRY(storage::load_all<domain::Tax>(conn));
  for (const auto& tax : catalogue.taxes) catalogue.tax_ids.push_back(tax.id);
  constexpr std::size_t kSold = 2000;
  TRY(storage::for_each<domain::Product>(conn, [&](const domain::Product& product) -> Status {
    if (catalogue.products.size() < kSold && product.unit == domain::SellUnit::piece)
      catalogue.products.push_back(product);
    return {};
  }));
  return catalogue;
}

// Local rows, outside of the log: made-up data is not for other terminals.
Result<std::size_t> add_products(ShopState& state, const GenerateOptions& options, const Catalogue& catalogue) {
  GeneratedCatalogue wanted;
  wanted.seed = options.seed;
  wanted.products = options.products;
  wanted.categories = catalogue.categories;
  wanted.taxes = catalogue.tax_ids;
  return state.db->write([&](storage::Transaction& tx) -> Result<std::size_t> {
    TRY(note_made_up_rows(tx));
    auto bulk = TRY(storage::BulkProducts::begin(tx));
    TRY(generate_products(wanted, [&](std::span<const domain::Product> batch) -> Status {
      for (const auto& product : batch) TRY(bulk.add(product));
      return {};
    }));
    TRY(bulk.finish());
    return options.products;
  });
}

Result<std::size_t> add_sales(ShopState& state, const GenerateOptions& options, const Catalogue& catalogue) {
  GeneratedHistory wanted;
  wanted.seed = options.seed;
  wanted.days = options.days;
  wanted.sales_per_day = options.sales_per_day;
  wanted.until = state.clock.now();
  wanted.currency = state.settings()->rules.currency.code;
  std::size_t sales = 0;
  TRY(generate_sales(wanted, catalogue.products, catalogue.taxes, [&](std::span<const domain::Sale> batch) -> Status {
    sales += batch.size();
    return state.db->write([&](storage::Transaction& tx) -> Status {
      for (const auto& sale : batch) TRY(storage::store(tx, sale));
      return note_made_up_rows(tx);
    });
  }));
  return sales;
}

// The sums of the tables are made anew at the end, which would hide what is wrong with them now.
Status require_sound_tables(ShopState& state) {
  const auto all = all_tables();
  if (TRY(find_damage(state, {all.begin(), all.end()}, {})).empty()) return {};
  return invalid("rows of this shop are not what was kept of them; set them right first: tillctl sync heal");
}

Result<CtlReply> generate(CtlSession& session, const GenerateOptions& options) {
  auto& state = session.shop().state();
  const auto actor = TRY(actor_named(session.shop(), options.user));
  TRY(require_right(session.shop(), actor, domain::Right::settings_edit, "generate"));
  if (TRY(membership(session.shop())))
    return invalid(
        "this shop shares its data with other terminals; make the data up in a folder of its own: init --demo");
  if (options.products == 0 && options.days == 0) return invalid("say what to make: --products 100000, --days 1095");
  const auto catalogue = TRY(state.db->read([](storage::Connection& conn) { return read_catalogue(conn); }));
  if (catalogue.categories.empty() || catalogue.products.empty())
    return invalid("the shop needs a catalogue first; make one with: init --demo");
  TRY(require_sound_tables(state));
  std::size_t products = 0, sales = 0;
  if (options.products > 0) products = TRY(add_products(state, options, catalogue));
  if (options.days > 0) sales = TRY(add_sales(state, options, catalogue));
  TRY(state.db->write([](storage::Transaction& tx) { return storage::rebuild_digests(tx); }));
  journal_alone(state, actor, {"generate", "made-up data", fmt::format("{} products, {} sales", products, sales)});
  return CtlReply{boost::json::object{{"products", products}, {"sales", sales}},
                  fmt::format("{} products and {} sales made\n", products, sales),
                  0,
                  {}};
}

}  // namespace

void add_generate_command(CLI::App& app, CtlSession& session) {
  auto options = std::make_shared<GenerateOptions>();
  auto* command =
      app.add_subcommand("generate", "a large made-up catalogue and years of sales, for trying out a big shop");
  command->add_option("--products", options->products, "how many")->check(CLI::Range(0, 10'000'000));
  command->add_option("--days", options->days, "days of sales before today, 1095 are three years")
      ->check(CLI::Range(0, 10'000));
  command->add_option("--sales-per-day", options->sales_per_day)->check(CLI::Range(1, 100'000));
  command->add_option("--seed", options->seed, "the same seed makes the same data");
  command->add_option("--user", options->user, "who does it");
  session.in_shop(command, [&session, options] { return generate(session, *options); });
}

}  // namespace till::app
