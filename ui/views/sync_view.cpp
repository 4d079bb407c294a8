// The sync panel: how the till is connected, what waits by kind, the shop's other terminals, what could not be applied
// and why, and joining a hub.
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

Light light_of(app::SyncState state) {
  if (state == app::SyncState::connected) return Light::good;
  if (state == app::SyncState::connecting) return Light::busy;
  return state == app::SyncState::offline ? Light::bad : Light::idle;
}

class SyncPanel final : public View {
 public:
  Info info() const override { return {Sheet::sync, "sync", "Sync"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.sync = {};
    scene.state.sync.hub_url = scene.now.sync.hub;
    if (scene.now.sync.state == app::SyncState::alone) scene.state.sync.tab = "enrol";
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    SyncPanelState& state = scene.state.sync;
    if (!ui.is_writing()) draw_state(scene, content.take_top(ui.mm(48), ui.gap()));
    const app::SyncView& sync = scene.now.sync;
    const std::vector<ChoiceItem> items = {{"queue", tr("Queue")},
                                           {"devices", tr("Terminals (%s)", std::to_string(sync.devices.size()))},
                                           {"parked", tr("Set aside (%s)", std::to_string(sync.parked.size()))},
                                           {"enrol", tr("Join a hub")}};
    ui.fill(content, ui.colours().panel, ui.radius());
    ui.outline(content, ui.colours().outline, ui.radius());
    Rect inner = content.inset(ui.mm(3), ui.mm(1.5F));
    const int tapped = tabs(ui, "sync.tab", inner.take_top(ui.mm(12), ui.gap()), items, state.tab);
    if (tapped >= 0) state.tab = items[static_cast<std::size_t>(tapped)].value, state.list = {}, ui.leave_text();
    if (state.tab == "queue") draw_queue(scene, inner);
    if (state.tab == "devices") draw_devices(scene, inner);
    if (state.tab == "parked") draw_parked(scene, inner);
    if (state.tab == "enrol") draw_enrol(scene, inner);
  }

 private:
  static void draw_state(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    const app::SyncView& sync = scene.now.sync;
    Rect inner = card(ui, rect);
    Rect keys = inner.take_right(ui.mm(48), ui.mm(5));
    const bool paused = sync.state == app::SyncState::paused;
    const bool alone = sync.state == app::SyncState::alone;
    const KeySpec now{
        .label = tr("Sync now"), .shortcut = {"F5", Key::f5}, .icon = "sync", .tone = Tone::primary, .enabled = !alone};
    if (key_button(ui, "sync.now", keys.cell(0, 0, 1, 2, ui.gap()), now)) scene.post(app::SyncNow{});
    const KeySpec pause{.label = paused ? tr("Go on") : tr("Pause"),
                        .shortcut = {"F8", Key::f8},
                        .icon = paused ? "play_arrow" : "pause",
                        .enabled = !alone};
    if (key_button(ui, "sync.pause", keys.cell(0, 1, 1, 2, ui.gap()), pause)) scene.post(app::SyncPause{!paused});
    Rect title = inner.take_top(ui.mm(10), ui.mm(1));
    status_light(ui, title.x + ui.mm(2.5F), title.centre_y(), ui.mm(2), light_of(sync.state));
    title.take_left(ui.mm(8));
    std::string word = tr(sync.word.c_str());
    if (sync.waiting > 0) word += "  \xC2\xB7  " + tr("%s waiting", std::to_string(sync.waiting));
    ui.text(title, word, Type::heading, p.ink);
    auto [left, right] = two_columns(ui, inner, 0.55F);
    labelled(ui, left.take_top(ui.mm(7)), tr("Hub"), sync.hub.empty() ? tr("none") : sync.hub);
    labelled(ui, left.take_top(ui.mm(7)), tr("Shop"), sync.tenant);
    labelled(ui, left.take_top(ui.mm(7)), tr("Last exchange"),
             sync.last_success.empty() ? tr("none yet") : sync.last_success);
    labelled(ui, right.take_top(ui.mm(7)), tr("Sent"), std::to_string(sync.sent));
    labelled(ui, right.take_top(ui.mm(7)), tr("Received"), std::to_string(sync.received));
    labelled(ui, right.take_top(ui.mm(7)), sync.next_try.empty() ? tr("Conflicts") : tr("Next try"),
             sync.next_try.empty() ? std::to_string(sync.conflicts) : sync.next_try);
    if (!sync.problem.empty()) ui.text({inner.x, left.y, inner.w, ui.mm(7)}, sync.problem, Type::strong, p.danger_ink);
  }

  static void draw_queue(Scene& scene, Rect area) {
    TableSpec spec{{{tr("Kind"), 4}, {tr("Waiting"), 2, Align::right}, {tr("Oldest"), 2, Align::right}}, {}, {}, false};
    for (const auto& lane : scene.now.sync.lanes) {
      spec.rows.push_back({tr(lane.name.c_str()), lane.waiting == 0 ? "-" : std::to_string(lane.waiting),
                           lane.oldest.empty() ? "-" : lane.oldest});
    }
    table(scene.ui, "sync.lane", area, scene.state.sync.list, spec);
  }

  static void draw_devices(Scene& scene, Rect area) {
    const auto& devices = scene.now.sync.devices;
    if (devices.empty())
      return empty_state(scene.ui, area, "devices", tr("No other terminal"),
                         tr("Terminals that join the same shop appear here."));
    TableSpec spec{{{tr("Terminal"), 3},
                    {tr("Code"), 1},
                    {tr("Last seen"), 2},
                    {tr("State"), 2},
                    {tr("Version"), 1, Align::right}},
                   {},
                   {},
                   false};
    for (const auto& device : devices) {
      const std::string name = device.here ? device.name + " " + tr("(this one)") : device.name;
      spec.rows.push_back({name, device.code, device.last_seen,
                           device.revoked ? tr("revoked") : tr(device.state.c_str()), device.version});
    }
    table(scene.ui, "sync.device", area, scene.state.sync.list, spec);
  }

  static void draw_parked(Scene& scene, Rect area) {
    const auto& parked = scene.now.sync.parked;
    if (parked.empty())
      return empty_state(scene.ui, area, "check", tr("Nothing is set aside"),
                         tr("A record that cannot be applied waits here with its reason and blocks nothing."));
    TableSpec spec{{{tr("What"), 3}, {tr("Why"), 5}, {tr("Since"), 2, Align::right}}, {}, {}, false};
    for (const auto& row : parked) spec.rows.push_back({row.what, row.reason, row.since});
    table(scene.ui, "sync.parked", area, scene.state.sync.list, spec);
  }

  static void draw_enrol(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    SyncPanelState& state = scene.state.sync;
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
    if (main_key(ui, "enrol.confirm", area.take_top(ui.mm(16)), tr("Join"), ready, Tone::primary, "link")) {
      scene.post(app::Enrol{state.hub_url, state.code, state.ca_file});
    }
  }
};

}  // namespace

void add_sync_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<SyncPanel>());
}

}  // namespace till::ui
