// Joining a hub with its address and a one-time code; the code that a new till shows; and, once joined, which hub it
// is, and letting a new till in.
#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

constexpr const char* kWhereToType =
    "Go to a till that has the shop's keys, open Sync, Hub there, and type this code. It says that this till is the "
    "one "
    "in front of you.";

constexpr const char* kOtherHub =
    "The same hub under another address needs no code. If the hub is gone, add the shop to another one and have a code "
    "made for each till there: the tills bring all that they have.";

void draw_code(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  ui.text(area.take_top(ui.mm(12), ui.mm(3)), tr("The code of this till"), Type::strong, ui.colours().ink);
  const Rect code = area.take_top(ui.mm(26), ui.mm(4));
  ui.fill(code, ui.colours().selected, ui.radius());
  ui.text(code, scene.now.sync.approval_code, Type::amount, ui.colours().ink, Align::centre);
  ui.show_text("enrol.approval_code", scene.now.sync.approval_code, code);
  ui.paragraph(area.take_top(3 * ui.line_height(Type::body), ui.mm(3)), tr(kWhereToType), Type::body,
               ui.colours().ink_soft, Align::left, 3);
  const std::string& problem = scene.now.sync.problem;
  if (problem.empty()) return;
  ui.show_text("enrol.problem", problem, area);
  ui.paragraph(area, tr_sentence(problem), Type::body, ui.colours().danger_ink, Align::left, 3);
}

void draw_let_in(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  SyncPanelState& state = scene.state.sync;
  ui.text(area.take_top(ui.mm(10), ui.mm(1)), tr("Let a new till in"), Type::strong, ui.colours().ink);
  ui.paragraph(area.take_top(2 * ui.line_height(Type::body), ui.gap()),
               tr("Enrol the new till first; it then shows a code. It is given the shop's keys with it."), Type::body,
               ui.colours().ink_soft, Align::left, 2);
  Rect row = area.take_top(field_height(ui), ui.mm(3));
  text_field(ui, "approve.code", row.take_left(std::floor(row.w * 0.5F), ui.gap()), state.new_till_code,
             {.label = tr("Code that it shows"), .max_bytes = 40});
  text_field(ui, "approve.name", row, state.new_till,
             {.label = tr("Name of the new till"), .placeholder = tr("if several wait"), .max_bytes = 80});
  if (!main_key(ui, "approve.confirm", area.take_top(ui.mm(16)), tr("Let it in"), !state.new_till_code.empty(),
                Tone::primary, "link"))
    return;
  scene.post(app::ApproveTerminal{state.new_till, state.new_till_code});
  state.new_till = state.new_till_code = {};
}

// True when the address, and where it is needed the code, are there.
bool draw_hub_fields(Scene& scene, Rect& area, const char* code_hint) {
  Ui& ui = scene.ui;
  SyncPanelState& state = scene.state.sync;
  text_field(ui, "enrol.url", area.take_top(field_height(ui), ui.gap()), state.hub_url,
             {.label = tr("Address of the hub"), .placeholder = "https://", .max_bytes = 200});
  Rect row = area.take_top(field_height(ui), ui.mm(3));
  text_field(ui, "enrol.code", row.take_left(std::floor(row.w * 0.5F), ui.gap()), state.code,
             {.label = tr("One-time code"), .placeholder = code_hint, .max_bytes = 80});
  text_field(ui, "enrol.ca", row, state.ca_file,
             {.label = tr("Certificate file"), .placeholder = tr("optional"), .max_bytes = 200});
  return !state.hub_url.empty();
}

void draw_other_hub(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  SyncPanelState& state = scene.state.sync;
  ui.paragraph(area.take_top(3 * ui.line_height(Type::body), ui.gap()), tr(kOtherHub), Type::body,
               ui.colours().ink_soft, Align::left, 3);
  const bool ready = draw_hub_fields(scene, area, tr("only for another hub"));
  Rect keys = area.take_top(ui.mm(16));
  if (key_button(ui, "enrol.cancel", keys.take_left(ui.mm(40), ui.gap()), {.label = tr("Cancel"), .tone = Tone::quiet}))
    state.other_hub = false;
  if (!main_key(ui, "enrol.confirm", keys, tr("Use this hub"), ready, Tone::primary, "link")) return;
  scene.post(app::Enrol{state.hub_url, state.code, state.ca_file});
  state.code.clear();
  state.other_hub = false;
}

void draw_joined(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::SyncView& sync = scene.now.sync;
  if (scene.state.sync.other_hub) return draw_other_hub(scene, area.take_left(std::min(area.w, ui.mm(180))));
  if (!sync.approval_code.empty()) return draw_code(scene, area.take_left(std::min(area.w, ui.mm(180))));
  Rect left = area.take_left(std::floor(area.w * 0.5F), ui.mm(8));  // the form beside it stays above the keyboard
  labelled(ui, left.take_top(ui.mm(9)), tr("Shop"), sync.tenant);
  labelled(ui, left.take_top(ui.mm(9)), tr("Hub"), sync.hub);
  labelled(ui, left.take_top(ui.mm(9), ui.mm(3)), tr("Name of this till"), sync.terminal);
  const KeySpec other{.label = tr("Another address or hub..."), .icon = "link"};
  if (key_button(ui, "enrol.other", left.take_top(ui.mm(14), ui.mm(3)), other)) {
    scene.state.sync.other_hub = true;
    scene.state.sync.hub_url = sync.hub;
  }
  ui.paragraph(left, tr("This till belongs to a hub. To take it out, revoke it from another till."), Type::body,
               ui.colours().ink_soft, Align::left, 3);
  draw_let_in(scene, area);
}

}  // namespace

void draw_sync_enrol(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  SyncPanelState& state = scene.state.sync;
  if (scene.now.sync.state != app::SyncState::alone) return draw_joined(scene, area);
  area.w = std::min(area.w, ui.mm(180));
  ui.paragraph(area.take_top(2 * ui.line_height(Type::body), ui.gap()),
               tr("Ask the hub's owner for its address and a one-time code for this terminal."), Type::body,
               ui.colours().ink_soft, Align::left, 2);
  const bool ready = draw_hub_fields(scene, area, "") && !state.code.empty();
  if (main_key(ui, "enrol.confirm", area.take_top(ui.mm(16)), tr("Join"), ready, Tone::primary, "link"))
    scene.post(app::Enrol{state.hub_url, state.code, state.ca_file});
}

}  // namespace till::ui
