// What waits by kind, how much went through, and how well each way works.
#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

void draw_queue(Scene& scene, Rect area) {
  TableSpec spec{{{tr("Kind"), 4},
                  {tr("Waiting"), 2, Align::right},
                  {tr("Oldest"), 2, Align::right},
                  {tr("Rate"), 3, Align::right}},
                 {},
                 {},
                 false,
                 -1,
                 9};
  for (const auto& lane : scene.now.sync.lanes) {
    spec.rows.push_back({tr(lane.name.c_str()), lane.waiting == 0 ? "-" : std::to_string(lane.waiting),
                         or_dash(lane.oldest.empty() ? "" : tr_number(lane.oldest)),
                         or_dash(lane.rate.empty() ? "" : tr_number(lane.rate))});
  }
  table(scene.ui, "sync.lane", area, scene.state.sync.list, spec);
}

std::string with_bytes(std::uint64_t records, const std::string& bytes) {
  return bytes.empty() ? std::to_string(records) : std::to_string(records) + "  (" + bytes + ")";
}

std::string snapshot_of(const app::SyncView& sync) {
  if (!sync.is_snapshot_known) return tr("not looked at yet");
  return sync.snapshot_age.empty() ? tr("not made yet") : tr_number(sync.snapshot_age) + ", " + sync.snapshot_bytes;
}

std::string kept_of(const app::SyncView& sync) {
  const std::string kept = or_dash(sync.history.empty() ? "" : tr_number(sync.history));
  return sync.log_bytes.empty() ? kept : kept + ", " + sync.log_bytes;
}

void draw_statistics(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::SyncView& sync = scene.now.sync;
  const float line = std::floor(std::min(ui.mm(8), area.h / 9));
  const auto row = [&](const char* label, const std::string& value) {
    labelled(ui, area.take_top(line), tr(label), value);
  };
  row("Sent", with_bytes(sync.sent, sync.sent_bytes));
  row("Received", with_bytes(sync.received, sync.received_bytes));
  row("Last exchange", sync.last_success.empty() ? tr("none yet") : sync.last_success);
  row("Conflicts for a person", std::to_string(sync.conflicts));
  row("Set aside", std::to_string(sync.parked_total));
  row("This till's clock", sync.clock.empty() ? "-" : tr_number(sync.clock));
  row("Shop", or_dash(sync.tenant));
  row("Snapshot for new tills", snapshot_of(sync));
  row("Log kept here", kept_of(sync));
}

void draw_transports(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const auto& transports = scene.now.sync.transports;
  if (transports.empty()) {
    ui.paragraph(area, tr("No way to other tills is set up yet."), Type::body, ui.colours().ink_soft, Align::left, 2);
    return;
  }
  TableSpec spec{{{tr("Way"), 2},
                  {tr("State"), 2},
                  {tr("Successful"), 2, Align::right},
                  {tr("Answers in"), 2, Align::right},
                  {tr("Last exchange"), 2, Align::right},
                  {tr("Out / in"), 3, Align::right}},
                 {},
                 {},
                 false,
                 -1,
                 9};
  for (const auto& way : transports) {
    if (!way.problem.empty() && way.problem != scene.now.sync.problem)
      ui.text(area.take_bottom(ui.line_height(Type::body), ui.mm(1)),
              std::string(tr(way.name.c_str())) + ": " + tr_sentence(way.problem), Type::body, ui.colours().danger_ink);
    spec.rows.push_back({tr(way.name.c_str()), tr(way.state.c_str()), or_dash(way.success), or_dash(way.latency),
                         or_dash(way.last), way.bytes});
  }
  table(ui, "sync.way", area, scene.state.sync.second, spec);
}

}  // namespace

void draw_sync_overview(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  Rect top = area.take_top(std::min(ui.mm(58), std::floor(area.h * 0.6F)), ui.mm(3));
  auto [queue, statistics] = two_columns(ui, top, 0.56F);
  draw_queue(scene, queue);
  draw_statistics(scene, statistics);
  ui.line(area.x, area.y - ui.mm(1.5F), area.right(), area.y - ui.mm(1.5F), ui.colours().separator);
  draw_transports(scene, area);
}

}  // namespace till::ui
