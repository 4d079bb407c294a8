#include "ui/views/sign_in_view.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "ui/widgets/button.hpp"
#include "ui/widgets/status.hpp"

namespace till::ui {

namespace {

constexpr std::array<const char*, 8> kHints = {"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8"};

std::string initials_of(std::string_view name) {
  std::string out;
  for (const std::string& word : split(name, ' ')) {
    if (!word.empty() && code_points(out) < 2) out += clipped(word, 1);
  }
  return out;
}

void draw_people(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const auto& users = scene.now.users;
  const int columns = area.w > ui.mm(130) ? 2 : 1;
  drag_grid(ui, scene.state.sign_in.people, area, users.size(), columns, ui.mm(22), ui.mm(3),
            [&](std::size_t i, Rect cell) {
              const app::Person& person = users[i];
              Shortcut shortcut;
              if (i < kHints.size())
                shortcut = {kHints[i], static_cast<Key>(static_cast<int>(Key::f1) + static_cast<int>(i))};
              const bool chosen = scene.state.sign_in.user == person.id;
              if (person_card(ui, "user." + person.name, cell, person, chosen, shortcut)) {
                scene.state.sign_in.user = person.id;
                scene.state.sign_in.pin.clear();
              }
            });
}

void draw_pin(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  SignInState& state = scene.state.sign_in;
  const auto& users = scene.now.users;
  const auto chosen = std::find_if(users.begin(), users.end(), [&](const auto& user) { return user.id == state.user; });
  ui.fill(area, p.panel, ui.mm(2.5F));
  ui.outline(area, p.outline, ui.mm(2.5F));
  Rect inner = area.inset(ui.mm(6), ui.mm(5));
  const std::string title = chosen == users.end() ? std::string(tr("Choose your name")) : chosen->name;
  ui.text(inner.take_top(ui.mm(9), ui.mm(1)), title, Type::heading, p.ink, Align::centre);
  const Rect line = inner.take_top(2 * ui.line_height(Type::strong), ui.mm(1));
  if (scene.now.sign_in_problem.empty()) {
    ui.paragraph(line, tr("Enter your PIN"), Type::body, p.ink_soft, Align::centre, 2);
  } else {
    ui.show_text("sign_in.problem", scene.now.sign_in_problem, line);
    ui.paragraph(line, scene.now.sign_in_problem, Type::strong, p.danger_ink, Align::centre, 2);
  }
  if (pin_pad(ui, "pin", inner, state.pin) == PinEvent::entered && chosen != users.end()) {
    scene.post(app::SignIn{chosen->name, state.pin});
    state.pin.clear();
  }
}

}  // namespace

void draw_initials(Ui& ui, Rect rect, std::string_view name, Colour colour) {
  const float radius = std::min(rect.w, rect.h) / 2;
  ui.dot(rect.centre_x(), rect.centre_y(), radius, colour);
  ui.text(rect, initials_of(name), Type::strong, ink_on(colour), Align::centre);
}

bool person_card(Ui& ui, std::string_view name, Rect rect, const app::Person& person, bool chosen,
                 const Shortcut& shortcut) {
  const Palette& p = ui.colours();
  const Touch touch = ui.touch(name, person.name, rect);
  Colour ground = chosen ? p.selected : p.raised;
  if (touch.held) ground = mix(ground, p.ink, 0.18F);
  ui.fill(rect, ground, ui.mm(2));
  ui.outline(rect, chosen ? p.accent_ink : p.outline, ui.mm(2), chosen ? ui.mm(0.7F) : 0);
  Rect inner = rect.inset(ui.mm(3), ui.mm(2));
  const float size = std::min(inner.h, ui.mm(14));
  draw_initials(ui, inner.take_left(size, ui.mm(3)), person.name,
                person.colour_rgb == 0 ? p.primary : person.colour_rgb);
  const Rect hint{inner.x, rect.y + ui.mm(1.4F), inner.w, ui.line_height(Type::caption)};
  ui.text(hint, shortcut.hint, Type::caption, p.ink_soft, Align::right);
  Rect block = inner.centred(inner.w, ui.line_height(Type::strong) + ui.line_height(Type::small));
  ui.text(block.take_top(ui.line_height(Type::strong)), person.name, Type::strong, p.ink);
  ui.text(block, tr(person.role.c_str()), Type::small, p.ink_soft);
  return touch.tapped || ui.take(shortcut);
}

void draw_sign_in(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  SignInState& state = scene.state.sign_in;
  if (state.user.is_nil() && !scene.now.users.empty()) state.user = scene.now.users.front().id;
  ui.fill(area, p.ground);
  Rect head = area.take_top(ui.mm(26));
  ui.fill(head, p.strip);
  Rect inner = head.inset(ui.mm(10), ui.mm(5));
  const std::string time = to_local(scene.clock.now(), "%H:%M");
  ui.text(inner.take_right(ui.text_width(time, Type::total), ui.mm(6)), time, Type::total, p.on_strip, Align::right);
  Rect names = inner.centred(inner.w, ui.line_height(Type::heading) + ui.line_height(Type::body) + ui.mm(1));
  ui.text(names.take_top(ui.line_height(Type::heading), ui.mm(1)), scene.now.shop_name, Type::heading, p.on_strip);
  ui.text(names, scene.now.terminal, Type::body, p.on_strip);
  Rect rest = area.inset(ui.mm(8), ui.mm(6));
  if (!scene.now.startup_warning.empty()) {
    notice_band(ui, rest.take_top(ui.mm(14), ui.mm(3)), Mood::warning, tr_sentence(scene.now.startup_warning));
  }
  const float pad = std::clamp(rest.w * 0.36F, ui.mm(78), ui.mm(110));
  Rect right = rest.take_right(pad, ui.mm(6));
  if (right.h > ui.mm(150)) right = right.centred(right.w, ui.mm(150));
  rest = {rest.x, right.y, rest.w, right.h};
  ui.text(rest.take_top(ui.mm(9), ui.mm(3)), tr("Who is at the till?"), Type::heading, p.ink);
  draw_people(scene, rest);
  draw_pin(scene, right);
}

}  // namespace till::ui
