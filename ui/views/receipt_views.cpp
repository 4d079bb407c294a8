// Receipts of the past: printing one again, and paying back what it sold.
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

// A search line and the last receipts; the index of the one tapped, or -1.
int pick_receipt(Scene& scene, std::string_view prefix, Rect content, std::string& number, Scroll& scroll,
                 bool& entered) {
  Ui& ui = scene.ui;
  const FieldSpec field{.placeholder = tr("Receipt number, or scan the receipt"), .icon = "search", .max_bytes = 40};
  const auto event =
      text_field(ui, std::string(prefix) + ".number", content.take_top(ui.mm(12), ui.gap()), number, field);
  if (event == FieldEvent::changed) scene.post(app::SearchReceipts{number});
  entered = event == FieldEvent::entered && !number.empty();
  const auto& rows = scene.now.receipts;
  Rect inner = card(ui, content);
  if (rows.empty()) {
    empty_state(ui, inner, "receipt", tr("No receipts"), tr("Receipts of this shift appear here."));
    return -1;
  }
  TableSpec spec{{{tr("Receipt"), 3},
                  {tr("Time"), 3},
                  {tr("Cashier"), 3},
                  {tr("Kind"), 2},
                  {tr("Sync"), 2},
                  {tr("Total"), 2, Align::right}},
                 {},
                 {},
                 true,
                 -1,
                 12};
  for (const auto& row : rows) {
    spec.rows.push_back({row.receipt, row.at, row.user, tr(row.kind.c_str()), tr(row.sync_state.c_str()), row.total});
    spec.keys.push_back(row.receipt);
  }
  return table(ui, std::string(prefix) + ".row", inner, scroll, spec);
}

class ReceiptsView final : public View {
 public:
  Info info() const override { return {Sheet::receipts, "reprint", "Print a receipt again"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.receipts = {};
    scene.post(app::SearchReceipts{});
  }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    ReceiptsState& state = scene.state.receipts;
    if (main_key(ui, "reprint.last", content.take_top(ui.mm(15), ui.gap()), tr("Print the last receipt again"), true,
                 Tone::primary, "print")) {
      return print(scene, "");
    }
    bool entered = false;
    const int tapped = pick_receipt(scene, "reprint", content, state.number, state.list, entered);
    if (tapped >= 0) return print(scene, scene.now.receipts[static_cast<std::size_t>(tapped)].receipt);
    if (entered) print(scene, state.number);
  }

 private:
  static void print(Scene& scene, const std::string& receipt) {
    scene.post(app::Reprint{receipt});
    scene.state.close();
  }
};

class RefundSheet final : public View {
 public:
  Info info() const override { return {Sheet::refund, "refund", "Refund"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.refund = {};
    scene.post(app::RefundLeave{});
    scene.post(app::SearchReceipts{});
  }

  void draw(Scene& scene, Rect content) override {
    if (scene.now.refund) return draw_receipt(scene, content);
    RefundState& state = scene.state.refund;
    bool entered = false;
    const int tapped = pick_receipt(scene, "refund", content, state.number, state.list, entered);
    if (tapped >= 0) scene.post(app::RefundFind{scene.now.receipts[static_cast<std::size_t>(tapped)].receipt});
    if (entered) scene.post(app::RefundFind{state.number});
  }

 private:
  void draw_receipt(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    const app::RefundView& refund = *scene.now.refund;
    RefundState& state = scene.state.refund;
    if (state.receipt != refund.receipt) state.milli.clear(), state.receipt = refund.receipt;
    Rect keys = content.take_bottom(ui.mm(20), ui.gap());
    Rect inner = card(ui, content);
    Rect head = inner.take_top(ui.mm(9), ui.mm(1));
    ui.text(head.take_left(head.w / 2), tr("Receipt %s", refund.receipt) + "  \xC2\xB7  " + refund.at, Type::strong,
            ui.colours().ink);
    ui.text(head, tr("can still be paid back: %s", refund.left_total), Type::body, ui.colours().ink_soft, Align::right);
    drag_list(ui, state.lines, inner, refund.lines.size(), ui.mm(14), 0,
              [&](std::size_t i, Rect row) { draw_line(scene, row, refund.lines[i], i); });
    draw_keys(scene, keys, refund);
  }

  static void draw_line(Scene& scene, Rect row, const app::RefundLine& line, std::size_t index) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    std::int64_t& milli = scene.state.refund.milli[line.line_id];
    const std::int64_t step = line.weighed ? line.left_milli.milli : 1000;
    const std::string name = "refund.line" + std::to_string(index + 1);
    const bool any_left = line.left_milli.milli > 0;
    if (milli > 0) ui.fill(row, p.selected);
    Rect inner = row.inset(ui.mm(2), ui.mm(1));
    const Rect plus = inner.take_right(ui.mm(14), ui.gap());
    const Rect count = inner.take_right(ui.mm(20), ui.gap());
    const Rect minus = inner.take_right(ui.mm(14), ui.mm(4));
    if (key_button(ui, name + ".plus", plus, {.icon = "plus", .enabled = milli + step <= line.left_milli.milli}))
      milli += step;
    if (key_button(ui, name + ".minus", minus, {.icon = "minus", .enabled = milli > 0}))
      milli = std::max<std::int64_t>(0, milli - step);
    ui.text(count, domain::format_quantity({milli}), Type::heading, p.ink, Align::centre);
    ui.text(inner.take_right(ui.mm(26), ui.gap()), line.total, Type::strong, p.ink, Align::right);
    Rect block = inner.centred(inner.w, ui.line_height(Type::strong) + ui.line_height(Type::small));
    ui.text(block.take_top(ui.line_height(Type::strong)), line.name, Type::strong, any_left ? p.ink : p.ink_off);
    ui.text(block, tr("sold %s", line.sold) + "  \xC2\xB7  " + tr("left %s", line.left), Type::small, p.ink_soft);
    ui.line(row.x, row.bottom() - 1, row.right(), row.bottom() - 1, p.separator);
  }

  static void draw_keys(Scene& scene, Rect keys, const app::RefundView& refund) {
    Ui& ui = scene.ui;
    RefundState& state = scene.state.refund;
    app::RefundConfirm chosen;
    for (const auto& line : refund.lines) {
      if (state.milli[line.line_id] > 0) chosen.parts.push_back({line.line_id, {state.milli[line.line_id]}});
    }
    const auto cell = [&](int column) { return keys.cell(column, 0, 3, 1, ui.mm(3)); };
    if (key_button(ui, "refund.other", cell(0), {.label = tr("Another receipt")})) scene.post(app::RefundLeave{});
    const KeySpec all{.label = tr("Everything that is left"), .tone = Tone::danger, .sub = refund.left_total};
    if (key_button(ui, "refund.all", cell(1), all)) {
      scene.post(app::RefundConfirm{});
      scene.state.close();
    }
    const bool some = !chosen.parts.empty();
    if (main_key(ui, "refund.confirm", cell(2), tr("Refund what is chosen"), some, Tone::destroy, "undo")) {
      scene.post(chosen);
      scene.state.close();
    }
  }
};

}  // namespace

void add_receipt_views(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<ReceiptsView>());
  views.push_back(std::make_unique<RefundSheet>());
}

}  // namespace till::ui
