#include "core/text.hpp"

#include <cstdint>

namespace till {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;  // 0: not valid UTF-8
};

CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > text.size()) return {};
  std::uint32_t v = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    v = (v << 6) | (byte(i) & 0x3f);
  }
  const bool overlong = (size == 3 && v < 0x800) || (size == 4 && v < 0x10000);
  if (overlong || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) return {};
  return {v, size};
}

void encode(std::uint32_t v, std::string& out) {
  if (v < 0x80) {
    out += static_cast<char>(v);
  } else if (v < 0x800) {
    out += static_cast<char>(0xc0 | (v >> 6));
    out += static_cast<char>(0x80 | (v & 0x3f));
  } else if (v < 0x10000) {
    out += static_cast<char>(0xe0 | (v >> 12));
    out += static_cast<char>(0x80 | ((v >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (v & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (v >> 18));
    out += static_cast<char>(0x80 | ((v >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((v >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (v & 0x3f));
  }
}

std::uint32_t lower(std::uint32_t v) {
  if (v >= 'A' && v <= 'Z') return v + 32;
  if (v >= 0xc0 && v <= 0xde && v != 0xd7) return v + 32;    // Latin-1
  if (v >= 0x100 && v <= 0x177) return v | 1;                // Latin Extended-A, mostly pairs
  if (v >= 0x391 && v <= 0x3a9) return v + 32;               // Greek
  if (v >= 0x410 && v <= 0x42f) return v + 32;               // Cyrillic
  if (v >= 0x400 && v <= 0x40f) return v + 80;
  return v;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool passes_luhn(const std::string& digits) {
  int sum = 0;
  bool doubled = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, doubled = !doubled) {
    int d = *it - '0';
    if (doubled && (d *= 2) > 9) d -= 9;
    sum += d;
  }
  return sum % 10 == 0;
}

// Card ranges in use: 4 Visa, 5 and 2221-2720 Mastercard, 34/37 Amex, 6 Discover/UnionPay/Maestro, 30/36/38 Diners, 35 JCB.
bool starts_like_a_card(const std::string& digits) {
  if (digits.size() == 13) return digits[0] == '4' && digits.substr(0, 2) >= "49";  // old Visa; 40-44 is also GS1 Germany
  const auto prefix4 = digits.substr(0, 4);
  return digits[0] == '4' || digits[0] == '5' || digits[0] == '6' || (digits[0] == '3' && digits.size() <= 16) ||
         (prefix4 >= "2221" && prefix4 <= "2720");
}

bool is_card_number(const std::string& digits) {
  return digits.size() >= 13 && digits.size() <= 19 && passes_luhn(digits) && starts_like_a_card(digits);
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = decode(text, at);
    if (c.size == 0) return false;
    at += c.size;
  }
  return true;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    const auto to = text.find(separator, from);
    parts.emplace_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

std::string lowered(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto c = decode(text, at);
    if (c.size == 0) {
      out += text[at++];
      continue;
    }
    encode(lower(c.value), out);
    at += c.size;
  }
  return out;
}

std::size_t code_points(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<std::uint8_t>(c) & 0xc0) != 0x80;
  return n;
}

std::string clipped(std::string_view text, std::size_t max_code_points) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<std::uint8_t>(text[at]) & 0xc0) != 0x80 && n++ == max_code_points)
      return std::string(text.substr(0, at));
  }
  return std::string(text);
}

std::string mask_card_numbers(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at < out.size();) {
    if (!is_digit(out[at])) {
      ++at;
      continue;
    }
    std::string digits;
    std::size_t end = at;
    for (std::size_t i = at; i < out.size() && (is_digit(out[i]) || out[i] == ' ' || out[i] == '-'); ++i) {
      if (!is_digit(out[i])) continue;
      digits += out[i];
      end = i + 1;
    }
    if (is_card_number(digits)) {
      std::size_t seen = 0;
      for (std::size_t i = at; i < end; ++i)
        if (is_digit(out[i]) && ++seen <= digits.size() - 4) out[i] = '*';
      at = end;
    } else {
      while (at < out.size() && is_digit(out[at])) ++at;
    }
  }
  return out;
}

}  // namespace till
