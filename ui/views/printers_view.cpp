// The printer: whether it prints, which receipts wait for it and why; trying again or dropping one. Sales never wait
// for it.
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"
#include "ui/views/strip.hpp"

namespace till::ui {

namespace {

class PrintersPanel final : public View {
 public:
  Info info() const override { return {Sheet::printers, "printers", "Printer"}; }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const app::PrinterView& printer = scene.now.printer;
    Rect inner = card(ui, content.take_top(ui.mm(20), ui.gap()));
    const KeySpec retry{.label = tr("Try again now"),
                        .shortcut = {"F5", Key::f5},
                        .icon = "sync",
                        .tone = Tone::primary,
                        .enabled = !printer.jobs.empty()};
    if (key_button(ui, "printers.retry", inner.take_right(ui.mm(52), ui.gap()), retry)) scene.post(app::RetryPrint{});
    const bool fine = printer.state == app::PrinterView::State::ready;
    const bool busy = printer.state == app::PrinterView::State::printing;
    const bool none = printer.state == app::PrinterView::State::none;
    status_light(ui, inner.x + ui.mm(2.5F), inner.centre_y(), ui.mm(2),
                 fine   ? Light::good
                 : busy ? Light::busy
                 : none ? Light::idle
                        : Light::bad);
    inner.take_left(ui.mm(8));
    const std::string word = printer_word(printer);
    ui.text(inner, printer.name.empty() ? word : printer.name + ": " + word, Type::heading, ui.colours().ink);
    draw_jobs(scene, content);
  }

 private:
  static void draw_jobs(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    const auto& jobs = scene.now.printer.jobs;
    Rect inner = card(ui, content, tr("Waiting to be printed"));
    if (jobs.empty())
      return empty_state(ui, inner, "print", tr("Nothing waits"),
                         tr("Receipts that could not be printed wait here; the sale is done all the same."));
    drag_list(ui, scene.state.printers, inner, jobs.size(), ui.mm(15), 0, [&](std::size_t i, Rect row) {
      const app::PrintJobRow& job = jobs[i];
      Rect cells = row.inset(ui.mm(1), ui.mm(1.5F));
      const KeySpec drop{.label = tr("Drop"), .icon = "delete", .tone = Tone::danger};
      if (key_button(ui, "printers.drop." + std::to_string(job.job), cells.take_right(ui.mm(30), ui.gap()), drop))
        scene.post(app::DropPrintJob{job.job});
      ui.text(cells.take_right(ui.mm(26), ui.gap()), job.since, Type::small, p.ink_soft, Align::right);
      Rect block = cells.centred(cells.w, ui.line_height(Type::strong) + ui.line_height(Type::small));
      ui.text(block.take_top(ui.line_height(Type::strong)), job.what, Type::strong, p.ink);
      ui.text(block, job.problem, Type::small, p.danger_ink);
      ui.line(row.x, row.bottom() - 1, row.right(), row.bottom() - 1, p.separator);
    });
  }
};

}  // namespace

void add_printers_view(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<PrintersPanel>());
}

}  // namespace till::ui
