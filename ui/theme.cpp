#include "ui/theme.hpp"

#include <algorithm>
#include <cmath>

namespace till::ui {

namespace {

constexpr Palette kLight = {.ground = 0xE6EAEE,
                            .panel = 0xFFFFFF,
                            .raised = 0xFFFFFF,
                            .sunken = 0xF4F6F8,
                            .outline = 0xBCC5CF,
                            .separator = 0xDCE2E8,
                            .ink = 0x12181F,
                            .ink_soft = 0x435160,
                            .ink_off = 0x77838F,
                            .primary = 0x0B4A84,
                            .on_primary = 0xFFFFFF,
                            .positive = 0x0D5B32,
                            .on_positive = 0xFFFFFF,
                            .danger = 0x9B1420,
                            .on_danger = 0xFFFFFF,
                            .danger_ink = 0x9B1420,
                            .warning = 0xFFD978,
                            .on_warning = 0x33260A,
                            .selected = 0xD6E8F8,
                            .accent_ink = 0x0B4A84,
                            .positive_ink = 0x0D5B32,
                            .dot_good = 0x1B8A4C,
                            .dot_busy = 0xC27C00,
                            .dot_bad = 0xE5484D,
                            .dot_idle = 0x77838F,
                            .strip = 0x152330,
                            .on_strip = 0xF2F6FA,
                            .shade = 0x0E161E,
                            .shade_alpha = 0.55F,
                            .outline_mm = 0.3F};

constexpr Palette kDark = {.ground = 0x0D1116,
                           .panel = 0x171D24,
                           .raised = 0x232C36,
                           .sunken = 0x10161C,
                           .outline = 0x3B4754,
                           .separator = 0x2B353F,
                           .ink = 0xF3F6F9,
                           .ink_soft = 0xBAC5D0,
                           .ink_off = 0x7F8B97,
                           .primary = 0x8CC8FA,
                           .on_primary = 0x06192B,
                           .positive = 0x74D99A,
                           .on_positive = 0x04200F,
                           .danger = 0xFFA8A3,
                           .on_danger = 0x2E0505,
                           .danger_ink = 0xFFB4AF,
                           .warning = 0xF2C14E,
                           .on_warning = 0x261B02,
                           .selected = 0x1D3C57,
                           .accent_ink = 0x9DD0FB,
                           .positive_ink = 0x86E0A8,
                           .dot_good = 0x4CCB7F,
                           .dot_busy = 0xF2B134,
                           .dot_bad = 0xFF6B66,
                           .dot_idle = 0x94A1AE,
                           .strip = 0x070A0D,
                           .on_strip = 0xF3F6F9,
                           .shade = 0x000000,
                           .shade_alpha = 0.66F,
                           .outline_mm = 0.3F};

constexpr Palette kContrast = {.ground = 0x000000,
                               .panel = 0x000000,
                               .raised = 0x000000,
                               .sunken = 0x000000,
                               .outline = 0xFFFFFF,
                               .separator = 0x8C8C8C,
                               .ink = 0xFFFFFF,
                               .ink_soft = 0xFFFFFF,
                               .ink_off = 0xA6A6A6,
                               .primary = 0xFFE600,
                               .on_primary = 0x000000,
                               .positive = 0x5CFF8A,
                               .on_positive = 0x000000,
                               .danger = 0xFF9D9D,
                               .on_danger = 0x000000,
                               .danger_ink = 0xFF9D9D,
                               .warning = 0xFFE600,
                               .on_warning = 0x000000,
                               .selected = 0x003A8C,
                               .accent_ink = 0xFFE600,
                               .positive_ink = 0x5CFF8A,
                               .dot_good = 0x5CFF8A,
                               .dot_busy = 0xFFE600,
                               .dot_bad = 0xFF7A7A,
                               .dot_idle = 0xFFFFFF,
                               .strip = 0x000000,
                               .on_strip = 0xFFFFFF,
                               .shade = 0x000000,
                               .shade_alpha = 0.8F,
                               .outline_mm = 0.6F};

constexpr std::array<TypeSpec, kTypes> kTypeSpecs = {{
    {2.3F, false, false},  // caption
    {2.6F, false, false},  // small
    {3.0F, false, false},  // body
    {3.0F, true, false},   // strong
    {2.7F, true, false},   // key
    {4.6F, true, false},   // digit
    {4.0F, true, false},   // heading
    {5.0F, true, false},   // amount
    {10.0F, true, false},  // total
    {20.0F, true, false},  // huge
    {5.0F, false, true},   // icon
    {9.0F, false, true},   // icon_big
}};

struct KnownScreen {
  int width, height;
  float px_per_mm;
};
// 15", 15.6", 21.5" and near kin: the screens that tills have.
constexpr std::array<KnownScreen, 8> kKnownScreens = {{{800, 600, 3.28F},
                                                       {1024, 768, 3.36F},
                                                       {1280, 800, 3.94F},
                                                       {1280, 1024, 3.78F},
                                                       {1366, 768, 3.95F},
                                                       {1600, 900, 4.20F},
                                                       {1920, 1080, 4.03F},
                                                       {3840, 2160, 6.40F}}};

float from_table(int width, int height) {
  const KnownScreen* best = &kKnownScreens[1];
  long best_distance = -1;
  for (const auto& screen : kKnownScreens) {
    const long distance = std::labs(screen.width - width) + std::labs(screen.height - height);
    if (best_distance < 0 || distance < best_distance) best = &screen, best_distance = distance;
  }
  return best->px_per_mm;
}

bool is_believable(const Monitor& m) {
  if (m.width_mm <= 0 || m.height_mm <= 0 || m.width_px <= 0 || m.height_px <= 0) return false;
  const float across = static_cast<float>(m.width_px) / static_cast<float>(m.width_mm);
  const float down = static_cast<float>(m.height_px) / static_cast<float>(m.height_mm);
  // Round sizes such as 160 x 90 mm are how a projector or a wrong EDID says "unknown".
  const bool placeholder = m.width_mm == 160 && (m.height_mm == 90 || m.height_mm == 100);
  return !placeholder && across > 2.36F && across < 9.9F && std::fabs(across / down - 1.0F) < 0.12F;
}

double channel(Colour c, int shift) {
  const double s = static_cast<double>((c >> shift) & 0xFF) / 255.0;
  return s <= 0.03928 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
}

double luminance(Colour c) {
  return 0.2126 * channel(c, 16) + 0.7152 * channel(c, 8) + 0.0722 * channel(c, 0);
}

}  // namespace

ThemeKind theme_kind_from(std::string_view name) {
  if (name == "dark") return ThemeKind::dark;
  if (name == "contrast") return ThemeKind::contrast;
  return ThemeKind::light;
}

std::string_view to_string(ThemeKind kind) {
  switch (kind) {
    case ThemeKind::dark:
      return "dark";
    case ThemeKind::contrast:
      return "contrast";
    case ThemeKind::light:
      break;
  }
  return "light";
}

const Palette& palette(ThemeKind kind) {
  switch (kind) {
    case ThemeKind::dark:
      return kDark;
    case ThemeKind::contrast:
      return kContrast;
    case ThemeKind::light:
      break;
  }
  return kLight;
}

std::vector<ContrastPair> contrast_pairs(const Palette& p) {
  return {{"ink on panel", p.ink, p.panel, 7},
          {"ink on ground", p.ink, p.ground, 7},
          {"ink on raised", p.ink, p.raised, 7},
          {"ink on sunken", p.ink, p.sunken, 7},
          {"ink on selected", p.ink, p.selected, 7},
          {"soft ink on panel", p.ink_soft, p.panel, 7},
          {"soft ink on raised", p.ink_soft, p.raised, 7},
          {"soft ink on sunken", p.ink_soft, p.sunken, 7},
          {"accent on panel", p.accent_ink, p.panel, 7},
          {"accent on raised", p.accent_ink, p.raised, 7},
          {"positive ink on panel", p.positive_ink, p.panel, 7},
          {"danger ink on panel", p.danger_ink, p.panel, 7},
          {"danger ink on raised", p.danger_ink, p.raised, 7},
          {"primary key", p.on_primary, p.primary, 7},
          {"positive key", p.on_positive, p.positive, 7},
          {"danger key", p.on_danger, p.danger, 7},
          {"warning", p.on_warning, p.warning, 7},
          {"status strip", p.on_strip, p.strip, 7},
          {"off on panel", p.ink_off, p.panel, 3},
          {"off on raised", p.ink_off, p.raised, 3},
          {"off on sunken", p.ink_off, p.sunken, 3},
          {"good dot on strip", p.dot_good, p.strip, 3},
          {"busy dot on strip", p.dot_busy, p.strip, 3},
          {"bad dot on strip", p.dot_bad, p.strip, 3},
          {"good dot on panel", p.dot_good, p.panel, 3},
          {"bad dot on panel", p.dot_bad, p.panel, 3}};
}

double contrast(Colour a, Colour b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Colour mix(Colour a, Colour b, float part) {
  Colour out = 0;
  for (const int shift : {16, 8, 0}) {
    const float from = static_cast<float>((a >> shift) & 0xFF), to = static_cast<float>((b >> shift) & 0xFF);
    out |= static_cast<Colour>(from + (to - from) * part + 0.5F) << shift;
  }
  return out;
}

Colour ink_on(Colour ground) {
  constexpr Colour dark = 0x12181F, pale = 0xFFFFFF;
  return contrast(dark, ground) >= contrast(pale, ground) ? dark : pale;
}

const TypeSpec& type_spec(Type type) {
  return kTypeSpecs[static_cast<std::size_t>(type)];
}

Scale scale_for(const Monitor& monitor, int window_width_px, int window_height_px, float factor) {
  Scale scale;
  scale.px_per_mm = is_believable(monitor) ? static_cast<float>(monitor.width_px) / static_cast<float>(monitor.width_mm)
                                           : from_table(monitor.width_px > 0 ? monitor.width_px : window_width_px,
                                                        monitor.height_px > 0 ? monitor.height_px : window_height_px);
  // The sales screen is laid out for at least 236 x 176 mm: on a smaller window everything shrinks together.
  const float fits =
      std::min(static_cast<float>(window_width_px) / 270.0F, static_cast<float>(window_height_px) / 190.0F);
  scale.px_per_mm = std::min(scale.px_per_mm * factor, fits);
  return scale;
}

}  // namespace till::ui
