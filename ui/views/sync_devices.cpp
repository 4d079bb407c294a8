// The shop's terminals: when they were last heard of, how far they are, how their clocks stand; locking one out, and
// the way to letting one in that waits for it.
#include <algorithm>

#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

constexpr float kRowMm = 14;

Light light_of(const app::DeviceRow& device) {
  if (device.revoked) return Light::idle;
  if (device.clock_is_wrong) return Light::bad;
  return device.here || device.state == "connected" ? Light::good : Light::idle;
}

std::string program_of(const app::DeviceRow& device) {
  constexpr std::string_view kOurs = "tillstick ";
  return device.version.starts_with(kOurs) ? device.version.substr(kOurs.size()) : device.version;
}

void draw_device(Scene& scene, const app::DeviceRow& device, Rect rect) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.line(rect.x, rect.bottom() - 1, rect.right(), rect.bottom() - 1, p.separator);
  Rect inner = rect.inset(ui.mm(1), ui.mm(1.5F));
  const Rect key = inner.take_right(ui.mm(38), ui.mm(4));
  const Rect light = inner.take_left(ui.mm(4), ui.mm(2));
  status_light(ui, light.centre_x(), inner.y + inner.h * 0.27F, ui.mm(1.7F), light_of(device));
  const Rect name = inner.take_left(std::floor(inner.w * 0.36F), ui.mm(3));
  const auto half = [](Rect r, int which) { return Rect{r.x, r.y + (which == 0 ? 0 : r.h / 2), r.w, r.h / 2}; };
  ui.text(half(name, 0), device.here ? device.name + " " + tr("(this one)") : device.name, Type::strong,
          device.revoked ? p.ink_soft : p.ink);
  ui.text(half(name, 1), device.code + "   " + program_of(device), Type::small, p.ink_soft);
  const Rect seen = inner.take_left(std::floor(inner.w * 0.5F), ui.mm(3));
  ui.text(half(seen, 0), tr(device.revoked ? "revoked" : device.state.c_str()), Type::body, p.ink);
  ui.text(half(seen, 1), device.last_seen.empty() ? "" : tr("seen: %s", tr_number(device.last_seen)), Type::small,
          p.ink_soft);
  ui.text(half(inner, 0), device.lag.empty() ? "" : tr_number(device.lag), Type::body, p.ink);
  const std::string clock = device.clock.empty() ? "" : tr("clock: %s", tr_number(device.clock));
  ui.text(half(inner, 1), clock, device.clock_is_wrong ? Type::strong : Type::small,
          device.clock_is_wrong ? p.danger_ink : p.ink_soft);
  const KeySpec let_in{.label = tr("Let in..."), .icon = "link", .tone = Tone::primary};
  if (device.waits && key_button(ui, "devices.let_in." + device.name, key, let_in)) {
    scene.state.sync.tab = "enrol";
    scene.state.sync.new_till = device.name, scene.state.sync.new_till_code.clear();
  }
  if (!device.may_be_revoked) return;
  const KeySpec revoke{.label = tr("Revoke..."), .icon = "block", .tone = Tone::danger};
  if (key_button(ui, "devices.revoke." + device.name, key, revoke)) scene.state.sync.revoke = device.id;
}

void draw_confirm(Scene& scene, const app::DeviceRow& device, Rect keys) {
  Ui& ui = scene.ui;
  SyncPanelState& state = scene.state.sync;
  ui.fill(keys, ui.colours().danger, ui.radius());
  Rect inner = keys.inset(ui.mm(3), ui.mm(2));
  const Rect yes = inner.take_right(ui.mm(52), ui.gap());
  const Rect no = inner.take_right(ui.mm(36), ui.mm(4));
  middle_text(ui, inner,
              tr("Lock %s out for good? The hub takes nothing from it any more; what it has sent stays.", device.name),
              Type::small, ui.colours().on_danger);
  if (key_button(ui, "devices.revoke.no", no, {.label = tr("No, keep")})) state.revoke = {};
  if (key_button(ui, "devices.revoke.yes", yes,
                 {.label = tr("Yes, lock it out"), .tone = Tone::danger, .type = Type::strong})) {
    scene.post(app::RevokeDevice{device.id});
    state.revoke = {};
  }
}

}  // namespace

void draw_sync_devices(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::SyncView& sync = scene.now.sync;
  if (sync.devices.empty()) {
    return empty_state(ui, area, "devices", tr("No other terminal"),
                       tr("Terminals that join the same shop appear here."));
  }
  if (sync.clock_is_wrong) {
    notice_band(ui, area.take_top(ui.mm(13), ui.gap()), Mood::warning,
                tr("This terminal's clock is wrong: %s. Please set it.", tr_number(sync.clock)));
  }
  const auto chosen = std::find_if(sync.devices.begin(), sync.devices.end(), [&](const auto& device) {
    return device.may_be_revoked && device.id == scene.state.sync.revoke;
  });
  if (chosen != sync.devices.end()) draw_confirm(scene, *chosen, area.take_bottom(ui.mm(16), ui.gap()));
  drag_list(ui, scene.state.sync.list, area, sync.devices.size(), ui.mm(kRowMm), 0,
            [&](std::size_t i, Rect rect) { draw_device(scene, sync.devices[i], rect); });
}

}  // namespace till::ui
