// The sync panel: how the till is connected, in words, with the two keys for it, and below that the tabs.
#include "ui/views/sheets.hpp"
#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

Light light_of(const app::SyncView& sync) {
  if (sync.asks_a_person) return Light::bad;
  if (sync.state == app::SyncState::connected) return Light::good;
  if (sync.state == app::SyncState::connecting) return Light::busy;
  return sync.state == app::SyncState::offline ? Light::bad : Light::idle;
}

class SyncPanel final : public View {
 public:
  Info info() const override { return {Sheet::sync, "sync", "Sync"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.sync = {};
    scene.state.sync.hub_url = scene.now.sync.hub;
    if (scene.now.sync.state == app::SyncState::alone) scene.state.sync.tab = "enrol";
    if (scene.now.sync.conflicts > 0) scene.state.sync.tab = "conflicts";
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    if (!ui.is_writing()) draw_state(scene, content.take_top(ui.mm(28), ui.gap()));
    ui.fill(content, ui.colours().panel, ui.radius());
    ui.outline(content, ui.colours().outline, ui.radius());
    Rect inner = content.inset(ui.mm(3), ui.mm(1.5F));
    draw_tabs(scene, inner.take_top(ui.mm(12), ui.mm(2.5F)));
    const std::string& tab = scene.state.sync.tab;
    if (tab == "overview") draw_sync_overview(scene, inner);
    if (tab == "conflicts") draw_sync_conflicts(scene, inner);
    if (tab == "devices") draw_sync_devices(scene, inner);
    if (tab == "incidents") draw_sync_incidents(scene, inner);
    if (tab == "settings") draw_sync_settings(scene, inner);
    if (tab == "enrol") draw_sync_enrol(scene, inner);
  }

 private:
  static std::string counted(const char* label, std::uint64_t count) {
    return count == 0 ? std::string(tr(label)) : std::string(tr(label)) + " (" + std::to_string(count) + ")";
  }

  static void draw_tabs(Scene& scene, Rect rect) {
    const app::SyncView& sync = scene.now.sync;
    SyncPanelState& state = scene.state.sync;
    std::vector<ChoiceItem> items = {{"overview", tr("Overview")},
                                     {"conflicts", counted("Conflicts", sync.conflicts)},
                                     {"devices", counted("Terminals", sync.devices.size())},
                                     {"incidents", counted("Incidents", sync.parked_total)},
                                     {"settings", tr("Rules")},
                                     {"enrol", tr("Hub")}};
    const int tapped = tabs(scene.ui, "sync.tab", rect, items, state.tab);
    if (tapped < 0) return;
    state.tab = items[static_cast<std::size_t>(tapped)].value;
    state.list = state.second = {};
    state.revoke = {};
    scene.ui.leave_text();
  }

  static void draw_state(Scene& scene, Rect rect) {
    Ui& ui = scene.ui;
    const app::SyncView& sync = scene.now.sync;
    Rect inner = card(ui, rect);
    Rect keys = inner.take_right(ui.mm(92), ui.mm(5));
    const bool paused = sync.state == app::SyncState::paused;
    const bool alone = sync.state == app::SyncState::alone;
    const KeySpec now{.label = tr("Sync now"),
                      .shortcut = {"F5", Key::f5},
                      .icon = "sync",
                      .tone = Tone::primary,
                      .enabled = !alone && !paused};
    if (key_button(ui, "sync.force", keys.cell(0, 0, 2, 1, ui.gap()), now)) scene.post(app::SyncNow{});
    const KeySpec pause{.label = paused ? tr("Go on") : tr("Pause"),
                        .shortcut = {"F8", Key::f8},
                        .icon = paused ? "play_arrow" : "pause",
                        .tone = paused ? Tone::primary : Tone::neutral,
                        .enabled = !alone};
    if (key_button(ui, "sync.pause", keys.cell(1, 0, 2, 1, ui.gap()), pause)) scene.post(app::SyncPause{!paused});
    draw_words(scene, inner);
  }

  static void draw_words(Scene& scene, Rect inner) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    const app::SyncView& sync = scene.now.sync;
    Rect title = inner.take_top(ui.mm(9), ui.mm(1));
    status_light(ui, title.x + ui.mm(2.5F), title.centre_y(), ui.mm(2), light_of(sync));
    title.take_left(ui.mm(8));
    std::string word = tr(sync.word.c_str());
    if (sync.waiting > 0) word += "  \xC2\xB7  " + tr("%s waiting", std::to_string(sync.waiting));
    if (!sync.next_try.empty()) word += "  \xC2\xB7  " + tr("next try %s", tr_number(sync.next_try));
    ui.text(title, word, Type::heading, p.ink);
    const bool moving = sync.done < sync.total;
    if (moving) {
      Rect bar = inner.take_bottom(ui.mm(4), ui.mm(1.5F));
      ui.text(bar.take_right(ui.mm(34), ui.mm(2)), tr("%s to go", std::to_string(sync.total - sync.done)), Type::small,
              p.ink, Align::right);
      progress_bar(ui, bar, sync.done, sync.total);
    }
    const bool failed = !sync.problem.empty() && sync.state != app::SyncState::connected;
    std::string sentence = failed ? tr_sentence(sync.problem) : tr(sync.sentence.c_str());
    if (!sync.approval_code.empty())
      sentence = tr("At a till that has the shop's keys, let this one in with the code %s", sync.approval_code);
    ui.show_text("sync.sentence", sentence, inner);
    ui.paragraph(inner, sentence, Type::body, failed ? p.danger_ink : p.ink_soft, Align::left, moving ? 1 : 2);
  }
};

}  // namespace

void add_sync_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<SyncPanel>());
}

}  // namespace till::ui
