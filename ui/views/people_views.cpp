// Customers of a ticket, and the lock: who works at the till now.
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

class CustomerView final : public View {
 public:
  Info info() const override { return {Sheet::customer, "customer", "Customer"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.customer = {};
    scene.post(app::SearchCustomers{});
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    if (scene.state.customer.is_new) return draw_form(scene, content);
    CustomerState& state = scene.state.customer;
    Rect top = content.take_top(ui.mm(12), ui.gap());
    const KeySpec add{.label = tr("New customer"), .shortcut = {"F2", Key::f2}, .icon = "person_add"};
    if (key_button(ui, "customer.new", top.take_right(ui.mm(46), ui.gap()), add)) {
      state.is_new = true;
      state.editing = {};
      state.name = state.search, state.phone.clear(), state.email.clear();
      ui.leave_text();
    }
    const KeySpec none{.label = tr("No customer"), .tone = Tone::danger, .enabled = !scene.now.ticket.customer.empty()};
    if (key_button(ui, "customer.none", top.take_right(ui.mm(42), ui.gap()), none)) {
      scene.post(app::SetCustomer{});
      scene.state.close();
    }
    const FieldSpec field{.placeholder = tr("Name, phone or e-mail"), .icon = "search", .max_bytes = 60};
    if (text_field(ui, "customer.search", top, state.search, field) == FieldEvent::changed) {
      scene.post(app::SearchCustomers{state.search});
    }
    draw_list(scene, content);
  }

 private:
  void draw_list(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    const auto& rows = scene.now.customers;
    Rect inner = card(ui, content);
    if (rows.empty())
      return empty_state(ui, inner, "group", tr("Nobody found"), tr("Try a part of the name, or add a new customer."));
    TableSpec spec{{{tr("Name"), 3}, {tr("Phone"), 2}, {tr("E-mail"), 3}}, {}, {}, true};
    for (const auto& row : rows) spec.rows.push_back({row.name, row.phone, row.email});
    const int tapped = table(ui, "customer.row", inner, scene.state.customer.list, spec);
    if (tapped < 0) return;
    scene.post(app::SetCustomer{rows[static_cast<std::size_t>(tapped)].id});
    scene.state.close();
  }

  void draw_form(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    CustomerState& state = scene.state.customer;
    const float height = 2 * field_height(ui) + ui.mm(36);
    Rect inner = card(ui, {content.x, content.y, std::min(content.w, ui.mm(150)), std::min(content.h, height)},
                      tr("New customer"));
    text_field(ui, "customer.name", inner.take_top(field_height(ui), ui.gap()), state.name,
               {.label = tr("Name"), .max_bytes = 80});
    Rect row = inner.take_top(field_height(ui), ui.gap());
    text_field(ui, "customer.phone", row.take_left(std::floor(row.w * 0.4F), ui.gap()), state.phone,
               {.label = tr("Phone"), .max_bytes = 40});
    text_field(ui, "customer.email", row, state.email, {.label = tr("E-mail"), .max_bytes = 80});
    Rect keys = inner.take_top(ui.mm(15));
    if (key_button(ui, "customer.cancel", keys.cell(0, 0, 3, 1, ui.gap()), {.label = tr("Cancel")}))
      state.is_new = false;
    if (main_key(ui, "customer.save", keys.cell(1, 0, 3, 1, ui.gap(), 2), tr("Save"), !state.name.empty())) {
      scene.post(app::SaveCustomer{state.editing, state.name, state.phone, state.email});
      state.is_new = false;
      state.search = state.name;
      scene.post(app::SearchCustomers{state.search});
    }
  }
};

class LockView final : public View {
 public:
  Info info() const override { return {Sheet::lock, "lock", "Lock or change the cashier", Shape::dialog, 130, 72}; }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const std::string name = scene.now.user ? scene.now.user->name : std::string();
    ui.paragraph(content.take_top(2 * ui.line_height(Type::body), ui.gap()),
                 tr("%s is signed in. The open ticket stays as it is.", name), Type::body, ui.colours().ink,
                 Align::left, 2);
    if (main_key(ui, "lock.confirm", content.take_bottom(ui.mm(18)), tr("Lock this till"), true, Tone::primary,
                 "lock")) {
      scene.post(app::SignOut{});
      scene.state.close_all();
    }
  }
};

}  // namespace

void add_people_views(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<CustomerView>());
  views.push_back(std::make_unique<LockView>());
}

}  // namespace till::ui
