// The font atlas: text faces at the sizes the theme asks for, with Latin (to Extended-A), Greek, Cyrillic, currency,
// punctuation and arrows, and the icons merged in. FreeType rasterises. Ranges of other scripts are added when a
// language asks for them. Sizes are framebuffer pixels. The window's thread.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::ui {

enum class FontWeight : std::uint8_t { regular, medium, bold };
enum class FontCoverage : std::uint8_t {
  text,    // everything above
  latin,   // ASCII, Latin-1 and the commonest signs: captions in a size used little
  digits,  // digits, signs, ASCII capitals and currency: the TOTAL
};

struct FontFace {
  std::string name;  // "body", "total": how the theme asks for it again
  float size_px = 18;
  FontWeight weight = FontWeight::regular;
  FontCoverage coverage = FontCoverage::text;
  bool icons = true;
  float icon_scale = 1.2F;     // of the text's size
  bool tabular_digits = true;  // all digits equally wide, so that columns of amounts line up
};

struct FontPlan {
  std::vector<FontFace> faces;                                // the first is ImGui's default font
  std::vector<std::pair<char16_t, char16_t>> extra_ranges{};  // inclusive, for scripts in use
  // Where assets/ lies: "<folder>/fonts/*.ttf|otf" and "<folder>/icons/icons.csv|icons.ttf".
  std::string assets_folder{};
  // Icons that the screens use; empty: all of icons.csv.
  std::vector<std::string> icons_used{};
};

class Fonts {
 public:
  // Clears the atlas and builds it. A missing text font falls back to what the machine has and at last to ImGui's
  // built-in font, with a warning in the log; missing icons leave their names without a picture.
  static Result<Fonts> build(ImFontAtlas& atlas, const FontPlan& plan);

  // The face of that name, or the default font.
  [[nodiscard]] ImFont* get(std::string_view name) const;
  // The icon as UTF-8 text, e.g. "coffee"; empty when there is none.
  [[nodiscard]] const std::string& icon(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& icons() const { return icons_; }
  // Height of a capital in pixels; a face's size_px is its line's height, some 1.6 times that.
  [[nodiscard]] static float cap_height(const ImFont& font);
  [[nodiscard]] const std::string& text_font_path() const { return text_font_path_; }

 private:
  std::map<std::string, ImFont*, std::less<>> faces_;
  std::map<std::string, std::string, std::less<>> icons_;
  std::string text_font_path_;
};

}  // namespace till::ui
