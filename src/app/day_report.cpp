#include "app/day_report.hpp"

#include <fmt/format.h>

#include <ctime>

#include "app/shop_state.hpp"
#include "storage/day_report.hpp"

namespace till::app {
namespace {

constexpr std::size_t kBestSold = 20;

std::string_view tender_name(domain::TenderKind kind) {
  constexpr std::array<std::string_view, 3> names = {"Cash", "Card", "Voucher"};
  return names[static_cast<std::size_t>(kind)];
}

Status read_sums(storage::Connection& conn, const storage::ReportRange& range, DayReport& report) {
  const auto totals = TRY(storage::sales_totals(conn, range));
  report.sale_count = totals.sale_count;
  report.refund_count = totals.refund_count;
  report.turnover = totals.total;
  report.net = totals.net;
  report.tax = totals.tax;
  const auto tenders = TRY(storage::tender_totals(conn, range));
  for (const auto& t : tenders) report.tenders.push_back({std::string(tender_name(t.kind)), t.count, t.amount});
  const auto taxes = TRY(storage::tax_totals(conn, range));
  for (const auto& t : taxes) report.taxes.push_back({t.name, 0, t.amount});
  const auto users = TRY(storage::user_totals(conn, range));
  for (const auto& u : users) report.users.push_back({u.name, u.count, u.total});
  const auto items = TRY(storage::item_totals(conn, range, kBestSold));
  for (const auto& item : items) report.products.push_back({item.name, item.quantity_milli / 1000, item.total});
  return {};
}

}  // namespace

DayReport day_of(UtcTime time) {
  std::time_t seconds = static_cast<std::time_t>(time.us / 1'000'000);
  std::tm day{};
  localtime_r(&seconds, &day);
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  day.tm_isdst = -1;
  DayReport report;
  report.from = {static_cast<std::int64_t>(std::mktime(&day)) * 1'000'000};
  ++day.tm_mday;
  day.tm_isdst = -1;
  report.to = {static_cast<std::int64_t>(std::mktime(&day)) * 1'000'000};
  return report;
}

Result<DayReport> day_report(Shop& shop, const Actor& actor, UtcTime from, UtcTime to) {
  TRY(require_right(shop, actor, domain::Right::see_reports));
  if (from >= to) return invalid("the report's end must lie after its beginning");
  return day_sums(shop, from, to);
}

Result<DayReport> day_sums(Shop& shop, UtcTime from, UtcTime to) {
  DayReport report;
  report.from = from;
  report.to = to;
  storage::ReportRange range;
  range.from = from;
  range.to = to;
  TRY(shop.state().db->read([&](storage::Connection& conn) { return read_sums(conn, range, report); }));
  return report;
}

std::vector<std::pair<std::string, std::string>> figures_of(const DayReport& report, const domain::Currency& currency) {
  const auto money = [&](domain::Money m) { return domain::display_money(m, currency); };
  std::vector<std::pair<std::string, std::string>> rows = {{"Sales", std::to_string(report.sale_count)},
                                                           {"Refunds", std::to_string(report.refund_count)},
                                                           {"Turnover", money(report.turnover)},
                                                           {"Tax", money(report.tax)}};
  for (const auto& tender : report.tenders) rows.emplace_back(tender.name, money(tender.amount));
  return rows;
}

}  // namespace till::app
