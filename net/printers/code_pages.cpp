#include "net/printers/code_pages.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "net/printers/utf8.hpp"

namespace till::net {
namespace {

// The upper halves, bytes 0x80 to 0xff; U+FFFD where a page has nothing.
constexpr char16_t kCp437[] =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
    u"áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    u"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    u"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
constexpr char16_t kCp858[] =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
    u"áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
    u"└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀"
    u"ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0";
constexpr char16_t kCp1252[] =
    u"€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"
    u"\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿"
    u"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
    u"àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
constexpr char16_t kCp866[] =
    u"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    u"абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    u"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    u"рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00a0";
constexpr char16_t kCp1253[] =
    u"€\ufffd‚ƒ„…†‡\ufffd‰\ufffd‹\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—\ufffd™\ufffd›\ufffd\ufffd\ufffd\ufffd"
    u"\u00a0΅Ά£¤¥¦§¨©\ufffd«¬\u00ad®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏ"
    u"ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\ufffdΣΤΥΦΧΨΩΪΫάέήί"
    u"ΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\ufffd";

// In order of preference where several serve a run as far: the euro's page first.
constexpr std::array kPages{CodePage::cp858, CodePage::cp437, CodePage::cp1252, CodePage::cp1253, CodePage::cp866};
constexpr std::size_t kUpperHalf = 128;
static_assert(std::size(kCp437) == kUpperHalf + 1 && std::size(kCp858) == kUpperHalf + 1 &&
              std::size(kCp1252) == kUpperHalf + 1 && std::size(kCp866) == kUpperHalf + 1 &&
              std::size(kCp1253) == kUpperHalf + 1);

const char16_t* upper_half(CodePage page) {
  switch (page) {
    case CodePage::cp437:
      return kCp437;
    case CodePage::cp858:
      return kCp858;
    case CodePage::cp1252:
      return kCp1252;
    case CodePage::cp866:
      return kCp866;
    case CodePage::cp1253:
      return kCp1253;
  }
  return kCp437;
}

struct Transliteration {
  char32_t character;
  const char* letters;
};
constexpr Transliteration kTransliterations[] = {
    {0x0100, "A"},   {0x0101, "a"},  {0x0102, "A"},  {0x0103, "a"},   {0x0104, "A"},  {0x0105, "a"},  {0x0106, "C"},
    {0x0107, "c"},   {0x0108, "C"},  {0x0109, "c"},  {0x010a, "C"},   {0x010b, "c"},  {0x010c, "C"},  {0x010d, "c"},
    {0x010e, "D"},   {0x010f, "d"},  {0x0110, "D"},  {0x0111, "d"},   {0x0112, "E"},  {0x0113, "e"},  {0x0114, "E"},
    {0x0115, "e"},   {0x0116, "E"},  {0x0117, "e"},  {0x0118, "E"},   {0x0119, "e"},  {0x011a, "E"},  {0x011b, "e"},
    {0x011c, "G"},   {0x011d, "g"},  {0x011e, "G"},  {0x011f, "g"},   {0x0120, "G"},  {0x0121, "g"},  {0x0122, "G"},
    {0x0123, "g"},   {0x0124, "H"},  {0x0125, "h"},  {0x0126, "H"},   {0x0127, "h"},  {0x0128, "I"},  {0x0129, "i"},
    {0x012a, "I"},   {0x012b, "i"},  {0x012c, "I"},  {0x012d, "i"},   {0x012e, "I"},  {0x012f, "i"},  {0x0130, "I"},
    {0x0131, "i"},   {0x0132, "IJ"}, {0x0133, "ij"}, {0x0134, "J"},   {0x0135, "j"},  {0x0136, "K"},  {0x0137, "k"},
    {0x0139, "L"},   {0x013a, "l"},  {0x013b, "L"},  {0x013c, "l"},   {0x013d, "L"},  {0x013e, "l"},  {0x0141, "L"},
    {0x0142, "l"},   {0x0143, "N"},  {0x0144, "n"},  {0x0145, "N"},   {0x0146, "n"},  {0x0147, "N"},  {0x0148, "n"},
    {0x014c, "O"},   {0x014d, "o"},  {0x014e, "O"},  {0x014f, "o"},   {0x0150, "O"},  {0x0151, "o"},  {0x0154, "R"},
    {0x0155, "r"},   {0x0156, "R"},  {0x0157, "r"},  {0x0158, "R"},   {0x0159, "r"},  {0x015a, "S"},  {0x015b, "s"},
    {0x015c, "S"},   {0x015d, "s"},  {0x015e, "S"},  {0x015f, "s"},   {0x0162, "T"},  {0x0163, "t"},  {0x0164, "T"},
    {0x0165, "t"},   {0x0166, "T"},  {0x0167, "t"},  {0x0168, "U"},   {0x0169, "u"},  {0x016a, "U"},  {0x016b, "u"},
    {0x016c, "U"},   {0x016d, "u"},  {0x016e, "U"},  {0x016f, "u"},   {0x0170, "U"},  {0x0171, "u"},  {0x0172, "U"},
    {0x0173, "u"},   {0x0174, "W"},  {0x0175, "w"},  {0x0176, "Y"},   {0x0177, "y"},  {0x0179, "Z"},  {0x017a, "z"},
    {0x017b, "Z"},   {0x017c, "z"},  {0x0218, "S"},  {0x0219, "s"},   {0x021a, "T"},  {0x021b, "t"},  {0x0402, "Dj"},
    {0x0403, "G"},   {0x0405, "Dz"}, {0x0406, "I"},  {0x0408, "J"},   {0x0409, "Lj"}, {0x040a, "Nj"}, {0x040b, "C"},
    {0x040c, "K"},   {0x040f, "Dz"}, {0x0452, "dj"}, {0x0453, "g"},   {0x0455, "dz"}, {0x0456, "i"},  {0x0458, "j"},
    {0x0459, "lj"},  {0x045a, "nj"}, {0x045b, "c"},  {0x045c, "k"},   {0x045f, "dz"}, {0x0490, "G"},  {0x0491, "g"},
    {0x1e9e, "SS"},  {0x2002, " "},  {0x2003, " "},  {0x2007, " "},   {0x2009, " "},  {0x2010, "-"},  {0x2011, "-"},
    {0x2012, "-"},   {0x201b, "'"},  {0x202f, " "},  {0x2032, "'"},   {0x2033, "\""}, {0x2044, "/"},  {0x20a9, "KRW"},
    {0x20b4, "UAH"}, {0x20b9, "Rs"}, {0x20ba, "TL"}, {0x20bd, "RUB"}, {0x2190, "<-"}, {0x2192, "->"}, {0x2212, "-"},
    {0x2215, "/"},   {0x2260, "!="}, {0x2713, "v"},  {0x2714, "v"},   {0x2717, "x"}};
static_assert(std::ranges::is_sorted(kTransliterations, {}, &Transliteration::character));

bool on_any_page(char32_t character) {
  return std::ranges::any_of(kPages, [&](CodePage page) { return byte_on_page(page, character).has_value(); });
}

std::u32string printable_characters(std::string_view utf8) {
  std::u32string characters;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t character = next_character(utf8, at);
    const bool control = character < 0x20 || (character >= 0x7f && character < 0xa0);
    if (control) continue;
    if (on_any_page(character)) {
      characters.push_back(character);
      continue;
    }
    const std::string_view letters = transliterated(character);
    for (const char letter : letters.empty() ? std::string_view("?") : letters) {
      characters.push_back(static_cast<unsigned char>(letter));
    }
  }
  return characters;
}

std::size_t served_length(CodePage page, std::u32string_view characters) {
  const auto stop = std::ranges::find_if(characters, [&](char32_t c) { return !byte_on_page(page, c); });
  return static_cast<std::size_t>(stop - characters.begin());
}

CodePage best_page(CodePage current, std::u32string_view characters) {
  if (served_length(current, characters) > 0) return current;
  return *std::ranges::max_element(kPages, {}, [&](CodePage page) { return served_length(page, characters); });
}

}  // namespace

std::optional<std::uint8_t> byte_on_page(CodePage page, char32_t character) {
  if (character < 0x80) return static_cast<std::uint8_t>(character);
  if (character >= kReplacement) return std::nullopt;
  const char16_t* upper = upper_half(page);
  const char16_t* found = std::find(upper, upper + kUpperHalf, static_cast<char16_t>(character));
  if (found == upper + kUpperHalf) return std::nullopt;
  return static_cast<std::uint8_t>(0x80 + (found - upper));
}

char32_t character_on_page(CodePage page, std::uint8_t byte) {
  return byte < 0x80 ? byte : upper_half(page)[byte - 0x80];
}

std::string_view transliterated(char32_t character) {
  const auto* found = std::ranges::lower_bound(kTransliterations, character, {}, &Transliteration::character);
  if (found == std::end(kTransliterations) || found->character != character) return {};
  return found->letters;
}

std::string paper_text(std::string_view utf8) {
  std::string text;
  for (const char32_t character : printable_characters(utf8)) append_utf8(text, character);
  return text;
}

std::vector<CodePageRun> code_page_runs(std::string_view utf8, CodePage current) {
  const std::u32string characters = printable_characters(utf8);
  std::vector<CodePageRun> runs;
  std::u32string_view rest = characters;
  while (!rest.empty()) {
    current = best_page(current, rest);
    CodePageRun run{current, {}};
    const std::size_t length = served_length(current, rest);
    for (const char32_t c : rest.substr(0, length)) run.bytes.push_back(*byte_on_page(current, c));
    runs.push_back(std::move(run));
    rest.remove_prefix(length);
  }
  return runs;
}

}  // namespace till::net
