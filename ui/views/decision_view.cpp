#include "ui/views/decision_view.hpp"

#include <algorithm>

#include "ui/views/sign_in_view.hpp"
#include "ui/widgets/button.hpp"
#include "ui/widgets/status.hpp"

namespace till::ui {

void draw_question(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::Question& question = *scene.now.question;
  Rect inner = begin_card(scene, area, 150, 78, question.title);
  Rect keys = inner.take_bottom(ui.mm(18), ui.mm(3));
  const KeySpec no{.label = question.no, .shortcut = {"Esc", Key::escape}, .type = Type::strong};
  if (key_button(ui, "question.no", keys.cell(0, 0, 2, 1, ui.mm(4)), no)) scene.post(app::Answer{false});
  const KeySpec yes{
      .label = question.yes, .shortcut = {"Enter", Key::enter}, .tone = Tone::primary, .type = Type::strong};
  if (key_button(ui, "question.yes", keys.cell(1, 0, 2, 1, ui.mm(4)), yes)) scene.post(app::Answer{true});
  ui.paragraph(inner, question.text, Type::body, ui.colours().ink, Align::left, 5);
}

namespace {

void draw_approvers(Scene& scene, Rect area, Scroll& scroll) {
  Ui& ui = scene.ui;
  const auto& people = scene.now.approval->by;
  ApprovalState& state = scene.state.approval;
  drag_list(ui, scroll, area, people.size(), ui.mm(17), ui.gap(), [&](std::size_t i, Rect row) {
    if (person_card(ui, "approval.user." + people[i].name, row, people[i], state.user == people[i].id, {})) {
      state.user = people[i].id;
      state.pin.clear();
    }
  });
}

}  // namespace

void draw_approval(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const app::Approval& approval = *scene.now.approval;
  ApprovalState& state = scene.state.approval;
  const auto is_chosen = [&](const app::Person& person) { return person.id == state.user; };
  if (std::none_of(approval.by.begin(), approval.by.end(), is_chosen) && !approval.by.empty()) {
    state.user = approval.by.front().id;
  }
  Rect inner = begin_card(scene, area, 180, 150, approval.what);
  Rect pad = inner.take_right(ui.mm(76), ui.mm(5));
  ui.paragraph(inner.take_top(3 * ui.line_height(Type::body), ui.gap()), approval.why, Type::body, p.ink, Align::left,
               3);
  if (!approval.asked_by.empty()) {
    ui.text(inner.take_top(ui.line_height(Type::small), ui.gap()), tr("asked by %s", approval.asked_by), Type::small,
            p.ink_soft);
  }
  const KeySpec no{.label = tr("Do not allow"), .shortcut = {"Esc", Key::escape}};
  if (key_button(ui, "approval.no", inner.take_bottom(ui.mm(14), ui.mm(3)), no)) scene.post(app::Answer{false});
  if (!scene.now.sign_in_problem.empty()) {
    const Rect line = inner.take_bottom(2 * ui.line_height(Type::strong), ui.gap());
    ui.paragraph(line, scene.now.sign_in_problem, Type::strong, p.danger_ink, Align::left, 2);
  }
  draw_approvers(scene, inner, scene.state.sign_in.people);
  const auto chosen = std::find_if(approval.by.begin(), approval.by.end(), is_chosen);
  if (pin_pad(ui, "approval.pin", pad, state.pin) == PinEvent::entered && chosen != approval.by.end()) {
    scene.post(app::Approve{chosen->name, state.pin});
    state.pin.clear();
  }
}

}  // namespace till::ui
