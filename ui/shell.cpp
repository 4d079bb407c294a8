#include "ui/shell.hpp"

#include <algorithm>
#include <array>

#include "ui/views/decision_view.hpp"
#include "ui/views/sales_view.hpp"
#include "ui/views/sign_in_view.hpp"
#include "ui/views/strip.hpp"

namespace till::ui {

namespace {

constexpr std::array<const char*, kTypes> kFaceNames = {"caption", "small",  "body",  "strong", "key",  "digit",
                                                        "heading", "amount", "total", "huge",   "icon", "icon_big"};
// Height of a capital in the text face as a part of its line height.
constexpr float kCapPart = 0.60F;
constexpr std::chrono::seconds kNoticeLife{6}, kWarningLife{12};

FontCoverage coverage_of(Type type) {
  if (type == Type::total || type == Type::huge || type == Type::amount || type == Type::digit)
    return FontCoverage::digits;
  return FontCoverage::text;
}

std::string setting(const app::Snapshot& now, std::string_view key) {
  for (const auto& [name, value] : now.settings) {
    if (name == key) return value;
  }
  return {};
}

}  // namespace

FontPlan Shell::font_plan(const Theme& theme, const std::string& assets_folder) {
  FontPlan plan;
  plan.assets_folder = assets_folder;
  for (std::size_t i = 0; i < kTypes; ++i) {
    const auto type = static_cast<Type>(i);
    const TypeSpec& spec = type_spec(type);
    FontFace face;
    face.name = kFaceNames[i];
    face.weight = spec.bold ? FontWeight::bold : FontWeight::regular;
    face.icons = spec.icon;
    face.icon_scale = 1.0F;
    face.coverage = spec.icon ? FontCoverage::digits : coverage_of(type);
    const bool grows = !spec.icon && type != Type::total && type != Type::huge;
    const float px = spec.cap_mm * theme.scale.px_per_mm * (grows ? theme.scale.text : 1.0F);
    face.size_px = std::floor((spec.icon ? px : px / kCapPart) + 0.5F);
    plan.faces.push_back(face);
  }
  return plan;
}

Shell::Shell(app::Till& till, Driver& driver, Clock& clock, ShellConfig config)
    : till_(till), driver_(driver), clock_(clock), config_(std::move(config)), views_(all_views()) {
  fonts_.icon = [this](std::string_view name) { return driver_.frame().fonts().icon(name).c_str(); };
  driver_.frame().draw = [this] { draw(); };
  driver_.frame().on_scan = [this](const std::string& code) { till_.post(app::Scan{code}); };
  till_.on_change([this] { driver_.wake(); });
}

Shell::~Shell() {
  till_.on_change({});
  driver_.frame().draw = {};
  driver_.frame().on_scan = {};
}

Status Shell::set_theme(std::string_view name) {
  if (name != to_string(theme_kind_from(name))) return invalid("the themes are light, dark and contrast");
  theme_wish_ = name;
  till_.post(app::ChangeSetting{"theme", theme_wish_});
  driver_.wake();
  return {};
}

void Shell::follow_settings(const app::Snapshot& now) {
  const std::string theme = setting(now, "theme");
  if (theme == theme_wish_) theme_wish_.clear();
  theme_.kind = theme_kind_from(theme_wish_.empty() ? theme : theme_wish_);
  const std::string text = setting(now, "text_size");
  text_wish_ = text == "115" ? 1.15F : text == "130" ? 1.3F : 1.0F;
  const std::string language = setting(now, "language").empty() ? "en" : setting(now, "language");
  if (language != language_ && use_language(language, config_.assets_folder + "/translations")) language_ = language;
}

void Shell::fit_fonts() {
  Frame& frame = driver_.frame();
  const PixelSize size = frame.size();
  theme_.scale = scale_for(config_.monitor, size.width, size.height, config_.scale_factor);
  theme_.scale.text = text_wish_;
  for (std::size_t i = 0; i < kTypes; ++i) fonts_.fonts[i] = frame.fonts().get(kFaceNames[i]);
  FontPlan plan = font_plan(theme_, config_.assets_folder);
  const auto fits = [&](const FontFace& face) { return frame.fonts().get(face.name)->FontSize == face.size_px; };
  if (std::all_of(plan.faces.begin(), plan.faces.end(), fits) || fonts_asked_for_ == theme_.scale) return;
  fonts_asked_for_ = theme_.scale;
  frame.rebuild_fonts(std::move(plan));
  frame.request_frame();
}

void Shell::draw() {
  const auto now = till_.snapshot();
  follow_settings(*now);
  fit_fonts();
  const Colour ground = theme_.colours().ground;
  Frame& frame = driver_.frame();
  frame.set_background({static_cast<std::uint8_t>(ground >> 16), static_cast<std::uint8_t>(ground >> 8),
                        static_cast<std::uint8_t>(ground)});
  const PixelSize size = frame.size();
  ui_.begin_frame(theme_, fonts_, {0, 0, static_cast<float>(size.width), static_cast<float>(size.height)});
  Scene scene{ui_, *now, state_, till_, config_.hooks, clock_};
  let_notices_go(*now);
  draw_screen(scene);
  ui_.end_frame();
  if (ui_.wants_frame()) frame.request_frame();
  publish_widgets();
}

void Shell::draw_screen(Scene& scene) {
  const bool writing = ui_.is_writing();
  Rect area = ui_.screen();
  if (writing) area.h = keyboard_rect(ui_).y - area.y;
  if (!scene.now.user) {
    state_.close_all();
    draw_sign_in(scene, area);
  } else {
    state_.sign_in = {};
    show_opened_file(scene);
    Rect whole = ui_.screen();
    const bool decision = scene.now.question.has_value() || scene.now.approval.has_value();
    View* top = state_.sheets.empty() ? nullptr : view_of(state_.sheets.back());
    ui_.set_blocked(decision || (top != nullptr && top->info().shape == Shape::dialog));
    draw_strip(scene, whole.take_top(ui_.mm(kStripMm)));
    area.y = whole.y, area.h = (writing ? keyboard_rect(ui_).y : ui_.screen().bottom()) - area.y;
    ui_.set_blocked(decision || !state_.sheets.empty());
    const bool covered = top != nullptr && top->info().shape == Shape::panel;
    if (!covered) draw_sales(scene, whole);
    draw_sheets(scene, area, decision);
    ui_.set_blocked(false);
    if (decision) draw_decision(scene, area);
    approval_seen_ = scene.now.approval.has_value();
  }
  const auto& notes = ui_.notes();
  const bool field_there = std::any_of(notes.begin(), notes.end(), [&](const WidgetNote& note) {
    return note.field && note.name == ui_.text_focus().field;
  });
  if (writing && field_there) keyboard(ui_, state_.keyboard);
  if (ui_.is_writing() != writing || (writing && !field_there)) ui_.request_frame();
  if (writing && !field_there) ui_.leave_text();
}

// A file that came from outside, before or after somebody signed in.
void Shell::show_opened_file(Scene& scene) {
  if (scene.now.data.opened_from_outside == files_shown_) return;
  files_shown_ = scene.now.data.opened_from_outside;
  state_.close_all();
  state_.open(Sheet::data);
}

void Shell::draw_sheets(Scene& scene, Rect area, bool decision_waits) {
  if (state_.sheets.empty()) return;
  if (scene.now.notice) {
    ui_.set_blocked(decision_waits);
    Rect band = area.take_bottom(ui_.mm(12)).inset(ui_.mm(3), 0);
    ui_.fill({ui_.screen().x, band.y - ui_.gap(), ui_.screen().w, band.h + 2 * ui_.gap()}, ui_.colours().ground);
    draw_notice(scene, band.moved(0, -ui_.mm(1)));
    area.h -= ui_.gap();
  }
  // From the last panel upwards; what lies under a panel cannot be seen.
  const std::vector<Sheet> sheets = state_.sheets;
  std::size_t first = sheets.size() - 1;
  while (first > 0 && view_of(sheets[first])->info().shape == Shape::dialog) --first;
  for (std::size_t i = first; i < sheets.size(); ++i) {
    const bool is_top = i + 1 == sheets.size();
    ui_.set_blocked(decision_waits || !is_top);
    const bool fresh = state_.just_opened;
    if (!is_top) state_.just_opened = false;
    view_of(sheets[i])->show(scene, area);
    if (!is_top) state_.just_opened = fresh;
  }
  if (state_.sheets != sheets) ui_.request_frame();
}

void Shell::draw_decision(Scene& scene, Rect area) {
  if (scene.now.approval) {
    if (!approval_seen_) state_.approval = {};
    draw_approval(scene, area);
  } else {
    draw_question(scene, area);
  }
}

void Shell::let_notices_go(const app::Snapshot& now) {
  if (!now.notice) return;
  const auto time = clock_.monotonic();
  if (now.notice->number != notice_) {
    notice_ = now.notice->number;
    notice_since_ = time;
    return;
  }
  using Level = app::Notice::Level;
  if (now.notice->level == Level::error) return;
  const auto life = now.notice->level == Level::warning ? kWarningLife : kNoticeLife;
  if (time - notice_since_ < life) return;
  notice_since_ = time;
  till_.post(app::DismissNotice{notice_});
}

std::chrono::microseconds Shell::next_wake() const {
  constexpr std::int64_t kMinuteUs = 60'000'000;
  const std::chrono::microseconds minute{kMinuteUs - clock_.now().us % kMinuteUs};
  const auto now = till_.snapshot();
  if (!now->notice || now->notice->level == app::Notice::Level::error) return minute;
  return std::min<std::chrono::microseconds>(minute, kNoticeLife / 2);
}

void Shell::publish_widgets() {
  WidgetRegistry& registry = driver_.frame().registry();
  const auto rect = [](Rect r) { return WidgetRect{r.x, r.y, r.w, r.h}; };
  for (const WidgetNote& note : ui_.notes()) {
    registry.add(note.name, WidgetInfo{rect(note.rect), rect(note.visible), note.enabled, false, note.label});
  }
}

View* Shell::view_of(Sheet sheet) const {
  const auto found =
      std::find_if(views_.begin(), views_.end(), [&](const auto& view) { return view->info().sheet == sheet; });
  return found == views_.end() ? nullptr : found->get();
}

}  // namespace till::ui
