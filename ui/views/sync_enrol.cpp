// Joining a hub with its address and a one-time code; and, once joined, which one it is.
#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

void draw_joined(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::SyncView& sync = scene.now.sync;
  area.w = std::min(area.w, ui.mm(180));
  labelled(ui, area.take_top(ui.mm(9)), tr("Shop"), sync.tenant);
  labelled(ui, area.take_top(ui.mm(9)), tr("Hub"), sync.hub);
  labelled(ui, area.take_top(ui.mm(9)), tr("Name of this till"), sync.terminal);
  ui.paragraph(area.inset(0, ui.mm(3)), tr("This till belongs to a hub. To take it out, revoke it from another till."),
               Type::body, ui.colours().ink_soft, Align::left, 2);
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
  text_field(ui, "enrol.url", area.take_top(field_height(ui), ui.gap()), state.hub_url,
             {.label = tr("Address of the hub"), .placeholder = "https://", .max_bytes = 200});
  Rect row = area.take_top(field_height(ui), ui.mm(3));
  text_field(ui, "enrol.code", row.take_left(std::floor(row.w * 0.5F), ui.gap()), state.code,
             {.label = tr("One-time code"), .max_bytes = 80});
  text_field(ui, "enrol.ca", row, state.ca_file,
             {.label = tr("Certificate file"), .placeholder = tr("optional"), .max_bytes = 200});
  const bool ready = !state.hub_url.empty() && !state.code.empty();
  if (main_key(ui, "enrol.confirm", area.take_top(ui.mm(16)), tr("Join"), ready, Tone::primary, "link"))
    scene.post(app::Enrol{state.hub_url, state.code, state.ca_file});
}

}  // namespace till::ui
