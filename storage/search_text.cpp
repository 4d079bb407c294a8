#include "storage/search_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "core/text.hpp"

namespace till::storage {

namespace {

// The plain letter of each accented one, lower case: Latin-1 and Latin Extended-A by their second byte, Greek tonos.
constexpr std::array<std::pair<std::string_view, std::string_view>, 94> kPlain = {{
    {"à", "a"},  {"á", "a"}, {"â", "a"}, {"ã", "a"},  {"ä", "a"}, {"å", "a"},  {"ā", "a"}, {"ă", "a"}, {"ą", "a"},
    {"æ", "ae"}, {"ç", "c"}, {"ć", "c"}, {"ĉ", "c"},  {"ċ", "c"}, {"č", "c"},  {"ď", "d"}, {"đ", "d"}, {"ð", "d"},
    {"è", "e"},  {"é", "e"}, {"ê", "e"}, {"ë", "e"},  {"ē", "e"}, {"ĕ", "e"},  {"ė", "e"}, {"ę", "e"}, {"ě", "e"},
    {"ĝ", "g"},  {"ğ", "g"}, {"ġ", "g"}, {"ģ", "g"},  {"ĥ", "h"}, {"ħ", "h"},  {"ì", "i"}, {"í", "i"}, {"î", "i"},
    {"ï", "i"},  {"ĩ", "i"}, {"ī", "i"}, {"į", "i"},  {"ı", "i"}, {"ĵ", "j"},  {"ķ", "k"}, {"ĺ", "l"}, {"ļ", "l"},
    {"ľ", "l"},  {"ł", "l"}, {"ñ", "n"}, {"ń", "n"},  {"ņ", "n"}, {"ň", "n"},  {"ò", "o"}, {"ó", "o"}, {"ô", "o"},
    {"õ", "o"},  {"ö", "o"}, {"ø", "o"}, {"ō", "o"},  {"ő", "o"}, {"œ", "oe"}, {"ŕ", "r"}, {"ř", "r"}, {"ś", "s"},
    {"ŝ", "s"},  {"ş", "s"}, {"š", "s"}, {"ß", "ss"}, {"ţ", "t"}, {"ť", "t"},  {"ŧ", "t"}, {"ù", "u"}, {"ú", "u"},
    {"û", "u"},  {"ü", "u"}, {"ũ", "u"}, {"ū", "u"},  {"ŭ", "u"}, {"ů", "u"},  {"ű", "u"}, {"ų", "u"}, {"ŵ", "w"},
    {"ý", "y"},  {"ÿ", "y"}, {"ŷ", "y"}, {"ź", "z"},  {"ż", "z"}, {"ž", "z"},  {"ά", "α"}, {"έ", "ε"}, {"ή", "η"},
    {"ί", "ι"},  {"ό", "ο"}, {"ύ", "υ"}, {"ώ", "ω"},
}};

// Two-byte code points of UTF-8 to their place in kPlain; -1 for none.
constexpr auto kPlaceOf = [] {
  std::array<std::int8_t, 2048> place{};
  for (auto& p : place) p = -1;
  for (std::size_t i = 0; i < kPlain.size(); ++i) {
    const auto from = kPlain[i].first;
    const auto code = (static_cast<unsigned>(from[0]) & 0x1f) << 6 | (static_cast<unsigned>(from[1]) & 0x3f);
    place[code] = static_cast<std::int8_t>(i);
  }
  return place;
}();

// Upper case of Latin Extended-A, which core's lowering leaves alone: even is upper up to U+0137 and from U+014A to
// U+0177.
unsigned lowered_extended(unsigned code) {
  const bool even_is_upper = (code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177);
  const bool odd_is_upper = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e);
  if ((even_is_upper && code % 2 == 0) || (odd_is_upper && code % 2 == 1)) return code + 1;
  return code == 0x178 ? 0xff : code;
}

bool is_letter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || (u >= '0' && u <= '9') || (u >= 'a' && u <= 'z');
}

// Latin-1's signs, general punctuation and symbols up to the box drawings, CJK punctuation.
bool is_sign(unsigned code) {
  if (code >= 0x80 && code <= 0xbf) return code != 0xaa && code != 0xb5 && code != 0xba;
  return code == 0xd7 || code == 0xf7 || (code >= 0x2000 && code <= 0x27bf) || (code >= 0x3000 && code <= 0x3003);
}

unsigned code_point_of_three(std::string_view text, std::size_t i) {
  return (static_cast<unsigned>(text[i]) & 0x0f) << 12 | (static_cast<unsigned>(text[i + 1]) & 0x3f) << 6 |
         (static_cast<unsigned>(text[i + 2]) & 0x3f);
}

std::size_t length_at(std::string_view text, std::size_t i) {
  const auto u = static_cast<unsigned char>(text[i]);
  const std::size_t n = u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
  return std::min(n, text.size() - i);
}

}  // namespace

std::string folded(std::string_view text) {
  const auto lower = lowered(text);
  std::string out;
  out.reserve(lower.size());
  for (std::size_t i = 0; i < lower.size();) {
    const auto n = length_at(lower, i);
    if (n == 3 && is_sign(code_point_of_three(lower, i))) {
      out += ' ';
    } else if (n != 2) {
      out.append(lower, i, n);
    } else {
      const auto code = lowered_extended((static_cast<unsigned>(lower[i]) & 0x1f) << 6 |
                                         (static_cast<unsigned>(lower[i + 1]) & 0x3f));
      if (is_sign(code)) {
        out += ' ';
      } else if (const auto place = kPlaceOf[code]; place >= 0) {
        out += kPlain[static_cast<std::size_t>(place)].second;
      } else {
        out += static_cast<char>(0xc0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3f));
      }
    }
    i += n;
  }
  return out;
}

std::vector<std::string> words_of(std::string_view folded_text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : folded_text) {
    if (is_letter(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::vector<std::string> trigrams_of(std::string_view word) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < word.size(); i += length_at(word, i)) starts.push_back(i);
  starts.push_back(word.size());
  std::vector<std::string> out;
  for (std::size_t i = 0; i + 3 < starts.size(); ++i) {
    out.emplace_back(word.substr(starts[i], starts[i + 3] - starts[i]));
  }
  return out;
}

}  // namespace till::storage
