// Made-up catalogues and histories of any size, for benchmarks and for trying out a big shop. The same seed and counts
// give the same rows on every machine. Rows come in batches through a callback, so memory stays bounded whatever the
// counts; a callback that returns an error stops the generator with it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/entities/documents.hpp"

namespace till::app {

// What made-up rows are known by: their products' ids were made in the first moments of this year, one a microsecond,
// and the terminals of their sales before there was this program.
constexpr UtcTime kMadeUpProductsAt{1'767'225'600'000'000};  // 2026-01-01
constexpr UtcTime kMadeUpTerminalsAt{0};
constexpr std::size_t kMostMadeUpProducts = 10'000'000;

struct GeneratedCatalogue {
  std::uint64_t seed = 1;
  std::size_t products = 100'000;  // up to kMostMadeUpProducts
  std::size_t batch = 2'000;
  std::vector<Id> categories;  // products are spread over these; at least one
  std::vector<Id> taxes;       // standard rate first, reduced second; at least one
};

// Names from word lists ("Golden Valley wholegrain rye crackers 400 g"), SKUs "G0000001" upwards, valid EAN-13 that no
// other row has, prices as shops write them (.99, .49, .29).
using ProductBatch = std::function<Status(std::span<const domain::Product>)>;
Status generate_products(const GeneratedCatalogue& wanted, const ProductBatch& take);

struct GeneratedHistory {
  std::uint64_t seed = 1;
  UtcTime until;  // the last day is the one before this
  int days = 3 * 365;
  int sales_per_day = 300;  // on average; Saturdays more, Sundays none
  int lines_per_sale = 6;   // on average
  std::size_t batch = 500;
  std::size_t terminals = 1;
  std::string currency = "EUR";
};

// Sales that add up: lines priced with their products' taxes by the domain's own pricing, tenders equal to what is due,
// receipt numbers without gap per terminal, times in opening hours. Needs at least one product and each product's
// taxes.
using SaleBatch = std::function<Status(std::span<const domain::Sale>)>;
Status generate_sales(const GeneratedHistory& wanted, std::span<const domain::Product> products,
                      std::span<const domain::Tax> taxes, const SaleBatch& take, Task* task = nullptr);

}  // namespace till::app
