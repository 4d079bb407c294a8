#include "domain/receipt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::domain {
namespace {

// Letters tie a line to its taxes: the first tax of the receipt is A.
std::string letters_of(const std::vector<TaxAmount>& taxes, const Sale& sale) {
  std::string out;
  for (const auto& tax : taxes)
    for (std::size_t i = 0; i < sale.taxes.size(); ++i)
      if (sale.taxes[i].code == tax.code) out += static_cast<char>('A' + i % 26);
  return out;
}

std::string padded(std::string text, std::size_t width) {
  const auto size = code_points(text);
  return size < width ? std::string(width - size, ' ') + text : text;
}

class Receipt {
 public:
  Receipt(const Sale& sale, const ReceiptSettings& settings)
      : sale_(sale), settings_(settings), words_(settings.words) {}

  PaperDocument make(int copy_number) {
    header(copy_number);
    for (const auto& line : sale_.lines) item(line);
    totals();
    tenders();
    taxes();
    footer();
    return std::move(paper_);
  }

 private:
  [[nodiscard]] std::string money(Money amount) const { return display_money(amount, sale_.currency); }

  void header(int copy_number) {
    if (settings_.logo) paper_.lines.push_back({ReceiptLineKind::logo, Align::centre, false, 1, {}, {}});
    if (!settings_.shop_name.empty()) paper_.text(settings_.shop_name, Align::centre, true, 2);
    for (const auto& line : settings_.address) paper_.text(line, Align::centre);
    if (!settings_.phone.empty()) paper_.text(settings_.phone, Align::centre);
    if (!settings_.tax_number.empty()) paper_.text(words_.tax_number + " " + settings_.tax_number, Align::centre);
    paper_.feed();
    if (copy_number > 0) paper_.text(fmt::format("{} {}", words_.copy, copy_number), Align::centre, true);
    if (sale_.kind == SaleKind::refund) paper_.text(words_.refund, Align::centre, true, 2);
    paper_.columns(words_.receipt + " " + sale_.receipt, to_local(sale_.at));
    if (!sale_.cites_receipt.empty()) paper_.text(words_.refund_of + " " + sale_.cites_receipt);
    if (!sale_.terminal.empty()) paper_.columns(words_.terminal, sale_.terminal);
    if (!sale_.user_name.empty()) paper_.columns(words_.cashier, sale_.user_name);
    if (!sale_.customer_name.empty()) paper_.columns(words_.customer, sale_.customer_name);
    paper_.rule();
  }

  void item(const SaleLine& line) {
    const auto letters = letters_of(line.taxes, sale_);
    const auto name = line.kind == LineKind::void_of ? words_.voided + " " + line.name : line.name;
    const auto amount = money(line.total + line.document_discount);
    paper_.columns(name, letters.empty() ? amount : amount + " " + letters);
    if (std::abs(line.quantity.milli) != 1000 || !line.unit.empty())
      paper_.text(fmt::format("  {}{}{} x {}", format_quantity(line.quantity), line.unit.empty() ? "" : " ", line.unit,
                              money(line.unit_price)));
    if (line.discount.minor != 0) paper_.text(fmt::format("  {} {}", words_.discount, money(-line.discount)));
    if (line.list_price > line.unit_price)
      paper_.text(
          fmt::format("  {} {} {}", money(line.list_price), words_.saved, money(line.list_price - line.unit_price)));
  }

  void totals() {
    paper_.rule();
    if (sale_.discount.minor != 0) {
      paper_.columns(words_.subtotal, money(sale_.total + sale_.discount));
      paper_.columns(words_.document_discount, money(-sale_.discount));
    }
    paper_.columns(words_.total + " " + sale_.currency.code, money(sale_.total), true, 2);
    if (sale_.rounding.minor != 0) {
      paper_.columns(words_.rounding, money(sale_.rounding));
      paper_.columns(words_.due, money(sale_.due), true);
    }
  }

  void tenders() {
    for (const auto& tender : sale_.tenders) {
      std::string name = tender.kind == TenderKind::cash   ? words_.cash
                         : tender.kind == TenderKind::card ? words_.card
                                                           : words_.voucher;
      if (!tender.brand.empty()) name += " " + tender.brand;
      if (!tender.last4.empty()) name += " ****" + tender.last4;
      paper_.columns(name, money(tender.given));
      if (!tender.reference.empty()) paper_.text("  " + words_.reference + " " + tender.reference);
    }
    if (sale_.change.minor != 0) paper_.columns(words_.change, money(sale_.change), true);
  }

  void taxes() {
    if (sale_.taxes.empty()) return;
    constexpr std::size_t kWidth = 9;
    paper_.rule();
    paper_.columns("", padded(words_.net, kWidth) + padded(words_.tax, kWidth));
    for (std::size_t i = 0; i < sale_.taxes.size(); ++i) {
      const auto& tax = sale_.taxes[i];
      paper_.columns(fmt::format("{} {}", static_cast<char>('A' + i % 26), tax.name),
                     padded(money(tax.base), kWidth) + padded(money(tax.amount), kWidth));
    }
  }

  void footer() {
    paper_.feed();
    if (!sale_.note.empty()) paper_.text(sale_.note);
    for (const auto& line : settings_.footer) paper_.text(line, Align::centre);
    if (settings_.qr)
      paper_.lines.push_back(
          {ReceiptLineKind::qr, Align::centre, false, 1, settings_.qr_prefix + qr_payload(sale_), {}});
  }

  const Sale& sale_;
  const ReceiptSettings& settings_;
  const PaperWords& words_;
  PaperDocument paper_;
};

// Breaks at blanks, inside a word only when the word alone is too long.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> out;
  std::string line;
  for (auto word : split(text, ' ')) {
    while (true) {
      const auto room = line.empty() ? width : width - std::min(width, code_points(line) + 1);
      if (code_points(word) <= room) break;
      if (!line.empty()) {
        out.push_back(std::exchange(line, {}));
        continue;
      }
      const auto head = clipped(word, width);
      out.push_back(head);
      word.erase(0, head.size());
    }
    if (line.empty() && word.empty() && !out.empty()) continue;
    line += (line.empty() ? "" : " ") + word;
  }
  if (!line.empty() || out.empty()) out.push_back(line);
  return out;
}

class TextPaper {
 public:
  explicit TextPaper(std::size_t width) : width_(width) {}

  void put(const ReceiptLine& line) {
    switch (line.kind) {
      case ReceiptLineKind::text:
        for (const auto& part : wrapped_keeping_indent(line.left)) aligned(part, line.align);
        break;
      case ReceiptLineKind::columns:
        columns(line);
        break;
      case ReceiptLineKind::rule:
        emit(std::string(width_, '-'));
        break;
      case ReceiptLineKind::qr:
        aligned("[QR]", Align::centre);
        break;
      case ReceiptLineKind::barcode:
        aligned("[" + line.left + "]", Align::centre);
        break;
      case ReceiptLineKind::logo:
        break;
      case ReceiptLineKind::feed:
        for (int i = 0; i < line.size; ++i) emit({});
        break;
    }
  }

  std::string take() { return std::move(out_); }

 private:
  [[nodiscard]] std::vector<std::string> wrapped_keeping_indent(const std::string& text) const {
    const auto indent = std::min(text.find_first_not_of(' '), std::min<std::size_t>(text.size(), 4));
    auto parts = wrapped(text.substr(indent), width_ - indent);
    for (auto& part : parts) part.insert(0, indent, ' ');
    return parts;
  }

  void columns(const ReceiptLine& line) {
    const auto left = code_points(line.left), right = code_points(line.right);
    if (left + right + 1 <= width_) {
      emit(line.left + std::string(width_ - left - right, ' ') + line.right);
      return;
    }
    for (const auto& part : wrapped(line.left, width_)) emit(part);
    aligned(line.right, Align::right);
  }

  void aligned(const std::string& text, Align align) {
    const auto size = std::min(code_points(text), width_);
    const auto room = width_ - size;
    emit(std::string(align == Align::left ? 0 : align == Align::right ? room : room / 2, ' ') + text);
  }

  void emit(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + '\n';
  }

  const std::size_t width_;
  std::string out_;
};

}  // namespace

void PaperDocument::text(std::string line, Align align, bool bold, int size) {
  lines.push_back({ReceiptLineKind::text, align, bold, size, std::move(line), {}});
}

void PaperDocument::columns(std::string left, std::string right, bool bold, int size) {
  lines.push_back({ReceiptLineKind::columns, Align::left, bold, size, std::move(left), std::move(right)});
}

void PaperDocument::rule() {
  lines.push_back({ReceiptLineKind::rule, Align::left, false, 1, {}, {}});
}

void PaperDocument::feed(int count) {
  lines.push_back({ReceiptLineKind::feed, Align::left, false, count, {}, {}});
}

PaperDocument make_receipt(const Sale& sale, const ReceiptSettings& settings, int copy_number) {
  return Receipt(sale, settings).make(copy_number);
}

std::string qr_payload(const Sale& sale) {
  return fmt::format("{}|{}|{}|{} {}|{}", sale.terminal, sale.receipt, to_rfc3339(sale.at),
                     format_money(sale.total, sale.currency), sale.currency.code, to_string(sale.id));
}

std::string to_text(const PaperDocument& document, int width_columns) {
  TextPaper paper(static_cast<std::size_t>(std::max(width_columns, 16)));
  for (const auto& line : document.lines) paper.put(line);
  return paper.take();
}

}  // namespace till::domain
