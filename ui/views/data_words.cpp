#include "ui/views/data_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "ui/widgets/tr.hpp"

namespace till::ui {

namespace {

// As the form of the same field calls it.
constexpr auto kWords = std::to_array<std::pair<std::string_view, const char*>>({
    {"adds_to_base", "Is taxed itself"},
    {"amount", "Amount"},
    {"available", "Available"},
    {"barcode", "Barcode"},
    {"card_code", "Customer card"},
    {"category", "Category"},
    {"code", "Code"},
    {"colour", "Colour"},
    {"contact", "Contact"},
    {"deposit", "Deposit"},
    {"email", "E-mail"},
    {"first_name", "First name"},
    {"handle", "Item of variants"},
    {"icon", "Icon"},
    {"id", "Id"},
    {"included", "Included in the price"},
    {"kind", "Kind"},
    {"last_name", "Last name"},
    {"letter", "Letter on the receipt"},
    {"list", "Price list"},
    {"low_stock", "Low stock below"},
    {"minimum_age", "Minimum age"},
    {"more_barcodes", "More barcodes"},
    {"name", "Name"},
    {"note", "Note"},
    {"on_plain_base", "On the plain price"},
    {"parent", "Parent category"},
    {"phone", "Phone"},
    {"position", "Position"},
    {"price", "Price"},
    {"qty", "Quantity"},
    {"rate", "Tax rate"},
    {"role", "Role"},
    {"sku", "SKU"},
    {"sold_by_weight", "Sold by weight"},
    {"special_price", "Special price"},
    {"state", "State of the entry"},
    {"supplier", "Supplier"},
    {"tare", "Tare"},
    {"tax_number", "Tax number"},
    {"taxes", "Taxes"},
    {"track_stock", "Counts stock"},
    {"unit", "Unit"},
    {"valid_from", "Valid from"},
    {"valid_until", "Valid until"},
    {"variation", "Variant"},
});

}  // namespace

std::string column_word(const std::string& key) {
  const auto known = std::ranges::find(kWords, key, [](const auto& word) { return word.first; });
  return known == kWords.end() ? key : std::string(tr(known->second));
}

std::string format_words(const std::string& format) {
  constexpr std::string_view kCsv = "CSV, separated by ";
  if (!format.starts_with(kCsv)) return format;
  const auto rest = format.substr(kCsv.size());
  const auto end = rest.find(' ');
  const auto separator = rest.substr(0, end);
  const auto encoding = end == std::string::npos ? std::string() : rest.substr(end);
  return tr("CSV, separated by %s", separator == "tabs" ? std::string(tr("tabs")) : separator) + encoding;
}

}  // namespace till::ui
