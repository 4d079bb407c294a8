// How the window looks, as data: colour roles for the three themes and sizes in millimetres behind one scale. Nothing
// that draws names a colour or a pixel of its own. Body text has a contrast of at least 7:1 on every ground it may
// stand on (WCAG 1.4.6), text of what is switched off at least 3:1; `contrast_pairs` lists the pairs for the test.
// Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace till::ui {

enum class ThemeKind : std::uint8_t { light, dark, contrast };
ThemeKind theme_kind_from(std::string_view name);  // "light", "dark", "contrast"; anything else is light
std::string_view to_string(ThemeKind kind);

// 0xRRGGBB.
using Colour = std::uint32_t;

struct Palette {
  Colour ground, panel, raised, sunken;  // behind everything, cards, keys and tiles, fields
  Colour outline, separator;             // around keys, between rows
  Colour ink, ink_soft, ink_off;         // text, secondary text, text of what is switched off
  Colour primary, on_primary;            // what one most likely wants next
  Colour positive, on_positive;          // money taken
  Colour danger, on_danger, danger_ink;  // takes something away; danger_ink stands on panel and raised
  Colour warning, on_warning;
  Colour selected;    // ground of a chosen row; carries ink
  Colour accent_ink;  // coloured text on panel and raised: prices, links
  Colour positive_ink;
  Colour dot_good, dot_busy, dot_bad, dot_idle;
  Colour strip, on_strip;  // the status strip
  Colour shade;            // laid over what waits behind a dialog
  float shade_alpha;
  float outline_mm;
};

const Palette& palette(ThemeKind kind);

struct ContrastPair {
  const char* what;
  Colour text, ground;
  double at_least;
};
std::vector<ContrastPair> contrast_pairs(const Palette& palette);
// WCAG 2.1 relative luminance ratio, 1 to 21.
double contrast(Colour a, Colour b);
Colour mix(Colour a, Colour b, float part_of_b);
// Black or white-ish ink, whichever reads better on `ground`.
Colour ink_on(Colour ground);

// What a text is for decides its size and weight.
enum class Type : std::uint8_t {
  caption,
  small,
  body,
  strong,
  key,
  digit,
  heading,
  amount,
  total,
  huge,
  icon,
  icon_big
};
constexpr std::size_t kTypes = 12;

struct TypeSpec {
  float cap_mm;  // height of a capital letter
  bool bold;
  bool icon;  // drawn from the icon font; cap_mm is then the height of the picture
};
const TypeSpec& type_spec(Type type);

// A monitor as it describes itself; zeros where it does not.
struct Monitor {
  int width_px = 0, height_px = 0;
  int width_mm = 0, height_mm = 0;
};

struct Scale {
  float px_per_mm = 3.36F;
  float text = 1.0F;  // 1 to 1.5 of the normal text size
  bool operator==(const Scale&) const = default;
  [[nodiscard]] float px(float mm) const { return static_cast<float>(static_cast<int>(mm * px_per_mm + 0.5F)); }
};

// From the monitor's own physical size when it is believable (60 to 250 dpi, sides in proportion), else from the table
// of common till screens by resolution. `factor` is the person's own correction (--scale).
Scale scale_for(const Monitor& monitor, int window_width_px, int window_height_px, float factor = 1.0F);

// Millimetres that hold everywhere.
constexpr float kGapMm = 2.0F;
constexpr float kRadiusMm = 1.5F;
constexpr float kMinTargetMm = 10.0F;
constexpr float kTenderWidthMm = 20.0F;
constexpr float kTenderHeightMm = 25.0F;

struct Theme {
  ThemeKind kind = ThemeKind::light;
  Scale scale;
  [[nodiscard]] const Palette& colours() const { return palette(kind); }
};

}  // namespace till::ui
