#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "app/demo_generator.hpp"
#include "core/random.hpp"
#include "domain/pricing.hpp"
#include "domain/sale_builder.hpp"
#include "domain/settlement.hpp"

namespace till::app {
namespace {

using domain::Product;
using domain::Sale;
using domain::SaleLine;
using domain::Tax;

constexpr std::int64_t kHourUs = 3'600'000'000, kDayUs = 24 * kHourUs;
constexpr std::int64_t kOpensUs = 6 * kHourUs, kOpenUs = 12 * kHourUs;
constexpr std::size_t kMostTerminals = 1'000;
constexpr std::array kCashiers{"Mia", "Paul", "Nina", "Sofia", "Ben", "Luisa"};

// 1970-01-01 was a Thursday; 0 is Sunday.
int weekday_of(std::int64_t day) {
  return static_cast<int>(((day + 4) % 7 + 7) % 7);
}

class HistoryMaker {
 public:
  HistoryMaker(const GeneratedHistory& wanted, std::span<const Product> products, std::span<const Tax> taxes,
               const domain::Currency& currency)
      : wanted_(wanted),
        products_(products),
        taxes_(taxes.begin(), taxes.end()),
        currency_(currency),
        random_(wanted.seed) {
    for (std::size_t i = 0; i < taxes_.size(); ++i) tax_position_[taxes_[i].id] = i;
    for (std::size_t i = 0; i < wanted.terminals; ++i) devices_.push_back(make_id(kMadeUpTerminalsAt.us));
    numbers_.assign(wanted.terminals, 0);
  }

  std::size_t sales_on(std::int64_t day) {
    const int weekday = weekday_of(day);
    if (weekday == 0) return 0;
    const auto mean = static_cast<std::uint64_t>(wanted_.sales_per_day);
    const std::uint64_t usual = weekday == 6 ? mean * 3 / 2 : mean * 11 / 10;
    return usual * 4 / 5 + random_.below(usual * 2 / 5 + 1);
  }

  // `share` of the opening hours, in millionths.
  Result<Sale> make_sale(std::int64_t day, std::uint64_t share) {
    const std::size_t terminal = random_.below(wanted_.terminals);
    Sale header;
    header.at = {day * kDayUs + kOpensUs + static_cast<std::int64_t>(share) * (kOpenUs / 1'000'000)};
    header.id = make_id(header.at.us);
    header.series = fmt::format("G{:03}", terminal + 1);
    header.number = ++numbers_[terminal];
    header.receipt = fmt::format("{}-{:06}", header.series, header.number);
    header.device = devices_[terminal];
    header.terminal = fmt::format("Till {}", terminal + 1);
    header.user_name = kCashiers[random_.below(kCashiers.size())];
    header.currency = currency_;
    header.tax_rounding = "line";
    return price_and_pay(std::move(header));
  }

 private:
  Result<Sale> price_and_pay(Sale header) {
    domain::PriceRequest request;
    request.currency = currency_;
    request.taxes = taxes_;
    std::vector<SaleLine> described;
    const std::uint64_t lines = 1 + random_.below(static_cast<std::uint64_t>(wanted_.lines_per_sale) * 2 - 1);
    for (std::uint64_t i = 0; i < lines; ++i) TRY(add_line(request, described));
    const auto priced = TRY(domain::price(request));
    const auto settled = TRY(domain::settle(priced.total, tenders(priced.total), std::nullopt, currency_));
    return domain::build_sale(std::move(header), request, priced, std::move(described), settled);
  }

  Status add_line(domain::PriceRequest& request, std::vector<SaleLine>& described) {
    const Product& product = popular_product();
    SaleLine line;
    line.line_id = std::to_string(request.lines.size() + 1);
    line.product = product.id;
    line.sku = product.sku;
    line.name = product.name;
    line.barcode = product.barcodes.empty() ? std::string() : product.barcodes.front();
    const bool weighed = product.unit == domain::SellUnit::kilogram;
    line.unit = weighed ? "kg" : "";
    line.quantity.milli = weighed ? 100 + static_cast<std::int64_t>(random_.below(1'900)) : pieces() * 1000;
    line.list_price = product.price;
    line.unit_price = product.has_special ? product.special_price : product.price;
    domain::LineToPrice to_price;
    to_price.id = line.line_id;
    to_price.quantity = line.quantity;
    to_price.unit_price_micro = TRY(domain::unit_price_micro(line.unit_price, currency_));
    for (const Id& tax : product.taxes) {
      const auto position = tax_position_.find(tax);
      if (position == tax_position_.end())
        return invalid("the product " + product.sku + " has a tax that is not known");
      to_price.taxes.push_back(position->second);
    }
    request.lines.push_back(std::move(to_price));
    described.push_back(std::move(line));
    return {};
  }

  // Demand: the first tenth of the catalogue gets half of the sales.
  const Product& popular_product() {
    const std::size_t few = std::max<std::size_t>(products_.size() / 10, 1);
    return products_[random_.below(random_.below(2) == 0 ? few : products_.size())];
  }

  std::int64_t pieces() { return random_.below(4) == 0 ? 2 + static_cast<std::int64_t>(random_.below(4)) : 1; }

  std::vector<domain::TenderRequest> tenders(domain::Money total) {
    domain::TenderRequest tender;
    const std::uint64_t kind = random_.below(10);
    if (kind < 6) {
      tender.kind = domain::TenderKind::card;
      tender.brand = kind < 4 ? "Girocard" : "Visa";
      tender.last4 = fmt::format("{:04}", random_.below(10'000));
      tender.reference = fmt::format("T{:08}", random_.below(100'000'000));
    } else if (kind < 9) {
      constexpr std::int64_t kNote = 1'000;
      tender.amount = domain::Money{(total.minor + kNote - 1) / kNote * kNote};
    }
    return {tender};
  }

  Id make_id(std::int64_t at_us) {
    ManualClock clock({at_us});
    return new_id(clock, random_);
  }

  const GeneratedHistory& wanted_;
  std::span<const Product> products_;
  const std::vector<Tax> taxes_;
  const domain::Currency currency_;
  SeededRandom random_;
  std::map<Id, std::size_t> tax_position_;
  std::vector<Id> devices_;
  std::vector<std::int64_t> numbers_;
};

Status check_wanted(const GeneratedHistory& wanted, std::span<const Product> products) {
  if (products.empty()) return invalid("a made-up history needs products to sell");
  const bool sensible = wanted.days >= 0 && wanted.days <= 36'500 && wanted.sales_per_day >= 0 &&
                        wanted.sales_per_day <= 100'000 && wanted.lines_per_sale >= 1 && wanted.lines_per_sale <= 100 &&
                        wanted.terminals >= 1 && wanted.terminals <= kMostTerminals;
  if (!sensible)
    return invalid("a made-up history takes up to 36,500 days, 100,000 sales a day, 100 lines and 1,000 terminals");
  return {};
}

}  // namespace

Status generate_sales(const GeneratedHistory& wanted, std::span<const Product> products, std::span<const Tax> taxes,
                      const SaleBatch& take, Task* task) {
  TRY(check_wanted(wanted, products));
  HistoryMaker maker(wanted, products, taxes, TRY(domain::currency_of(wanted.currency)));
  const std::size_t batch_size = std::max<std::size_t>(wanted.batch, 1);
  std::vector<Sale> batch;
  const std::int64_t end = wanted.until.us / kDayUs;
  if (task != nullptr) task->begin("making up sales", static_cast<std::uint64_t>(wanted.days));
  for (std::int64_t day = end - wanted.days; day < end; ++day) {
    if (task != nullptr) TRY(task->go_on());
    const std::size_t count = maker.sales_on(day);
    for (std::size_t i = 0; i < count; ++i) {
      batch.push_back(TRY(maker.make_sale(day, i * 1'000'000 / count)));
      if (batch.size() < batch_size) continue;
      TRY(take(batch));
      batch.clear();
    }
    if (task != nullptr) task->advance_to(static_cast<std::uint64_t>(day - (end - wanted.days) + 1));
  }
  return batch.empty() ? Status{} : take(batch);
}

}  // namespace till::app
