#include "ui/platform/fonts.hpp"

#include <ft2build.h>
#include <imgui_freetype.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/log.hpp"
#include "core/text.hpp"

namespace till::ui {
namespace {

struct Family {
  const char* folder;  // empty: assets/fonts
  const char* files[3];
};

// Inter first: open figures and tall lower case read well from 80 cm.
constexpr std::array<Family, 6> kTextFamilies{{
    {"", {"Inter-Regular.otf", "Inter-Medium.otf", "Inter-Bold.otf"}},
    {"", {"Roboto-Regular.ttf", "Roboto-Medium.ttf", "Roboto-Bold.ttf"}},
    {"/usr/share/fonts/opentype/inter/", {"Inter-Regular.otf", "Inter-Medium.otf", "Inter-Bold.otf"}},
    {"/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/",
     {"Roboto-Regular.ttf", "Roboto-Medium.ttf", "Roboto-Bold.ttf"}},
    {"", {"DejaVuSans.ttf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}},
    {"/usr/share/fonts/truetype/dejavu/", {"DejaVuSans.ttf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"}},
}};

constexpr std::array<const char*, 4> kIconFiles{"icons/icons.ttf", "icons/MaterialIcons-Regular.ttf",
                                                "fonts/MaterialIcons-Regular.ttf",
                                                "/usr/share/fonts/truetype/material-design-icons-iconfont/"
                                                "MaterialIcons-Regular.ttf"};

using Range = std::pair<char16_t, char16_t>;
constexpr std::array<Range, 12> kTextRanges{{
    {0x0020, 0x007E},
    {0x00A0, 0x017F},  // Latin
    {0x0218, 0x021B},
    {0x1E9E, 0x1E9E},  // Romanian, capital sharp s
    {0x0384, 0x03CE},
    {0x0400, 0x045F},  // Greek, Cyrillic
    {0x0490, 0x0491},
    {0x2010, 0x2026},  // Ukrainian, dashes, quotes, ellipsis
    {0x2030, 0x203A},
    {0x20A0, 0x20BF},  // per mille, currency
    {0x2116, 0x2122},
    {0x2190, 0x2193},  // number sign, trade mark, arrows
}};
constexpr std::array<Range, 8> kLatinRanges{{
    {0x0020, 0x007E},
    {0x00A0, 0x00FF},
    {0x2013, 0x2014},
    {0x2018, 0x201E},
    {0x2022, 0x2026},
    {0x20AC, 0x20AC},
    {0x2190, 0x2193},
    {0x2212, 0x2212},
}};
constexpr std::array<Range, 8> kDigitRanges{{
    {0x0020, 0x003F},
    {0x0041, 0x005A},
    {0x00A0, 0x00A5},
    {0x00D7, 0x00D7},
    {0x2013, 0x2014},
    {0x2026, 0x2026},
    {0x20A0, 0x20BF},
    {0x2212, 0x2212},
}};

std::string in_assets(const std::string& assets, const std::string& path) {
  return path.starts_with('/') || assets.empty() ? path : assets + "/" + path;
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

std::optional<std::string> find_text_font(const std::string& assets, FontWeight weight) {
  for (const Family& family : kTextFamilies) {
    const std::string name = family.files[static_cast<std::size_t>(weight)];
    const bool own = *family.folder == '\0';
    if (own && assets.empty()) continue;
    std::string path = own ? assets + "/fonts/" + name : family.folder + name;
    if (exists(path)) return path;
  }
  return std::nullopt;
}

std::optional<std::string> find_icon_font(const std::string& assets) {
  for (const char* file : kIconFiles) {
    std::string path = in_assets(assets, file);
    if (exists(path)) return path;
  }
  return std::nullopt;
}

std::string to_utf8(unsigned code) {
  std::string out;
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
  return {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
          static_cast<char>(0x80 | (code & 0x3F))};
}

std::map<std::string, unsigned> read_icon_codes(const FontPlan& plan) {
  std::map<std::string, unsigned> codes;
  std::ifstream file(in_assets(plan.assets_folder, "icons/icons.csv"));
  for (std::string line; std::getline(file, line);) {
    const auto parts = split(line, ',');
    if (line.starts_with('#') || parts.size() < 2) continue;
    const std::string name = trimmed(parts[0]);
    const std::string hex = trimmed(parts[1]);
    unsigned code = 0;
    const auto [end, problem] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    const bool whole = problem == std::errc{} && end == hex.data() + hex.size();
    // ImGui's characters have 16 bits.
    if (!whole || code < 0x80 || code > 0xFFFF) continue;
    const auto& used = plan.icons_used;
    if (used.empty() || std::find(used.begin(), used.end(), name) != used.end()) codes[name] = code;
  }
  return codes;
}

// ImGui reads ranges while it builds: they live here until then.
class Ranges {
 public:
  const ImWchar* add(std::vector<Range> ranges) {
    auto& list = lists_.emplace_back();
    for (const auto& [first, last] : ranges) {
      list.push_back(first);
      list.push_back(last);
    }
    list.push_back(0);
    return list.data();
  }

 private:
  std::deque<std::vector<ImWchar>> lists_;
};

std::vector<Range> ranges_of(const FontFace& face, const FontPlan& plan) {
  if (face.coverage == FontCoverage::digits) return {kDigitRanges.begin(), kDigitRanges.end()};
  std::vector<Range> ranges = face.coverage == FontCoverage::latin
                                  ? std::vector<Range>(kLatinRanges.begin(), kLatinRanges.end())
                                  : std::vector<Range>(kTextRanges.begin(), kTextRanges.end());
  if (face.coverage == FontCoverage::text)
    ranges.insert(ranges.end(), plan.extra_ranges.begin(), plan.extra_ranges.end());
  return ranges;
}

void set_advance(ImFont& font, ImFontGlyph& glyph, float advance) {
  glyph.AdvanceX = advance;
  font.IndexAdvanceX[static_cast<int>(glyph.Codepoint)] = advance;
}

// ImGui rounds every advance up, which spreads small text; the font's own, rounded to the nearest pixel, keep its
// rhythm and still put each glyph on whole pixels.
void restore_advances(ImFont& font, const std::string& path, float size_px) {
  FT_Library library = nullptr;
  FT_Face face = nullptr;
  if (FT_Init_FreeType(&library) != 0) return;
  if (FT_New_Face(library, path.c_str(), 0, &face) == 0) {
    FT_Size_RequestRec size{FT_SIZE_REQUEST_TYPE_REAL_DIM, 0, static_cast<FT_Long>(size_px * 64), 0, 0};
    FT_Request_Size(face, &size);
    for (ImFontGlyph& glyph : font.Glyphs) {
      const FT_UInt index = FT_Get_Char_Index(face, glyph.Codepoint);
      FT_Fixed advance = 0;
      if (index != 0 && FT_Get_Advance(face, index, FT_LOAD_NO_HINTING, &advance) == 0)
        set_advance(font, glyph, static_cast<float>((advance + 0x8000) >> 16));
    }
    FT_Done_Face(face);
  }
  FT_Done_FreeType(library);
}

// Columns of amounts line up only when all digits are equally wide; many fonts' are not unless asked through OpenType
// features, which ImGui does not read.
void make_digits_equal(ImFont& font) {
  float widest = 0;
  for (ImWchar c = '0'; c <= '9'; ++c)
    if (const ImFontGlyph* glyph = font.FindGlyphNoFallback(c)) widest = std::max(widest, glyph->AdvanceX);
  for (ImWchar c = '0'; c <= '9'; ++c) {
    auto* glyph = const_cast<ImFontGlyph*>(font.FindGlyphNoFallback(c));
    if (!glyph) continue;
    const float shift = std::floor((widest - glyph->AdvanceX) / 2);
    glyph->X0 += shift;
    glyph->X1 += shift;
    set_advance(font, *glyph, widest);
  }
}

// Icons sit on the text's baseline and are taller than it: their middle goes to the middle of the capitals.
void centre_icons(ImFont& font, const std::map<std::string, unsigned>& codes, float icon_px) {
  const ImFontGlyph* capital = font.FindGlyphNoFallback('H');
  if (!capital) return;
  const float middle = (capital->Y0 + capital->Y1) / 2;
  const float icon_middle = font.Ascent - icon_px / 2;
  const float shift = std::round(middle - icon_middle);
  std::vector<unsigned> done;
  for (const auto& [name, code] : codes) {
    if (std::find(done.begin(), done.end(), code) != done.end()) continue;
    done.push_back(code);
    auto* glyph = const_cast<ImFontGlyph*>(font.FindGlyphNoFallback(static_cast<ImWchar>(code)));
    if (!glyph) continue;
    glyph->Y0 += shift;
    glyph->Y1 += shift;
  }
}

ImFontConfig base_config(float size_px, const ImWchar* ranges) {
  ImFontConfig config;
  config.SizePixels = size_px;
  config.GlyphRanges = ranges;
  config.OversampleH = config.OversampleV = 1;
  config.PixelSnapH = true;
  config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
  return config;
}

ImFont* add_text(ImFontAtlas& atlas, const FontFace& face, const FontPlan& plan, Ranges& ranges, std::string& path) {
  const float size = std::max(8.0F, std::round(face.size_px));
  const ImFontConfig config = base_config(size, ranges.add(ranges_of(face, plan)));
  if (const auto found = find_text_font(plan.assets_folder, face.weight)) {
    if (path.empty()) path = *found;
    return atlas.AddFontFromFileTTF(found->c_str(), size, &config, config.GlyphRanges);
  }
  log::warning("no text font found; the built-in one is used for {}", face.name);
  ImFontConfig builtin;
  builtin.SizePixels = size;
  return atlas.AddFontDefault(&builtin);
}

void add_icons(ImFontAtlas& atlas, const std::string& path, float size_px, const std::map<std::string, unsigned>& codes,
               Ranges& ranges) {
  std::vector<Range> wanted;
  for (const auto& [name, code] : codes) wanted.emplace_back(static_cast<char16_t>(code), static_cast<char16_t>(code));
  ImFontConfig config = base_config(size_px, ranges.add(std::move(wanted)));
  config.MergeMode = true;
  config.GlyphMinAdvanceX = size_px;
  atlas.AddFontFromFileTTF(path.c_str(), size_px, &config, config.GlyphRanges);
}

float icon_size(const FontFace& face) {
  return std::round(face.size_px * face.icon_scale);
}

}  // namespace

Result<Fonts> Fonts::build(ImFontAtlas& atlas, const FontPlan& plan) {
  if (plan.faces.empty()) return invalid("the theme names no font");
  Fonts fonts;
  Ranges ranges;
  auto codes = read_icon_codes(plan);
  const auto icon_font = find_icon_font(plan.assets_folder);
  if (!codes.empty() && !icon_font) log::warning("no icon font found; the screens show words only");
  const bool icons = icon_font && !codes.empty();

  atlas.Clear();
  atlas.Flags |= ImFontAtlasFlags_NoMouseCursors | ImFontAtlasFlags_NoBakedLines;
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  for (const FontFace& face : plan.faces) {
    ImFont* font = add_text(atlas, face, plan, ranges, fonts.text_font_path_);
    fonts.faces_[face.name] = font;
    if (icons && face.icons) add_icons(atlas, *icon_font, icon_size(face), codes, ranges);
  }
  if (!atlas.Build())
    return fail(ErrorKind::permanent, "the fonts cannot be read; reinstall the program", "ImGui atlas");

  for (const FontFace& face : plan.faces) {
    ImFont& font = *fonts.faces_[face.name];
    if (const auto path = find_text_font(plan.assets_folder, face.weight))
      restore_advances(font, *path, std::round(face.size_px));
    if (face.tabular_digits) make_digits_equal(font);
    if (icons && face.icons) centre_icons(font, codes, icon_size(face));
  }
  if (icons)
    for (const auto& [name, code] : codes) fonts.icons_[name] = to_utf8(code);
  return fonts;
}

ImFont* Fonts::get(std::string_view name) const {
  const auto it = faces_.find(name);
  return it != faces_.end() ? it->second : ImGui::GetIO().FontDefault;
}

const std::string& Fonts::icon(std::string_view name) const {
  static const std::string kNone;
  const auto it = icons_.find(name);
  return it == icons_.end() ? kNone : it->second;
}

float Fonts::cap_height(const ImFont& font) {
  const ImFontGlyph* capital = font.FindGlyphNoFallback('H');
  return capital ? capital->Y1 - capital->Y0 : font.FontSize * 0.6F;
}

}  // namespace till::ui
