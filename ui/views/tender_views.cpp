// How a payment other than the plain cash keys is taken: card, other ways and parts, a discount, parking, no sale.
#include <cstdlib>

#include "ui/views/panels_common.hpp"
#include "ui/views/sales_view.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

// What is left, whichever way the money goes.
domain::Money left_to_pay(const app::Ticket& ticket) {
  return {std::abs(ticket.remaining_minor.minor)};
}

class CardView final : public View {
 public:
  Info info() const override { return {Sheet::card, "card", "Card payment", Shape::dialog, 190, 150}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.card = {};
    scene.state.card.amount.set(left_to_pay(scene.now.ticket));
  }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    CardState& card = scene.state.card;
    auto [left, right] = two_columns(ui, content, 0.55F);
    amount_display(ui, "card.amount", left.take_top(ui.mm(16), ui.gap()), tr("To the card"), card.amount,
                   scene.now.currency_digits);
    ui.text(left.take_top(ui.line_height(Type::small), ui.gap()), tr("Take the amount on the card terminal first."),
            Type::small, ui.colours().ink_soft);
    const std::vector<ChoiceItem> brands = {
        {"VISA", "VISA"}, {"Mastercard", "MC"}, {"girocard", "girocard"}, {"Amex", "Amex"}};
    const int brand = segmented(ui, "card.brand", left.take_top(ui.mm(12), ui.gap()), brands, card.brand);
    if (brand >= 0) card.brand = brands[static_cast<std::size_t>(brand)].value;
    Rect row = left.take_top(field_height(ui), ui.gap());
    const Rect reference = row.take_left(std::floor(row.w * 0.6F), ui.gap());
    text_field(ui, "card.reference", reference, card.reference,
               {.label = tr("Terminal's reference"), .placeholder = tr("optional"), .max_bytes = 30});
    text_field(ui, "card.last4", row, card.last4, {.label = tr("Last 4"), .max_bytes = 4});
    const std::string label = tr("Paid by card %s", scene.amount({card.amount.minor}));
    if (main_key(ui, "card.confirm", left.take_bottom(ui.mm(20)), label, card.amount.minor > 0, Tone::positive,
                 "credit_card")) {
      const bool all = card.amount.minor == left_to_pay(scene.now.ticket).minor;
      scene.post(app::PayCard{{all ? 0 : card.amount.minor}, card.reference, card.brand, card.last4});
      scene.state.close();
    }
    amount_pad(ui, "card.pad", right, card.amount);
  }
};

class TenderView final : public View {
 public:
  Info info() const override { return {Sheet::tender, "other", "Other payment", Shape::dialog, 190, 150}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.tender = {};
    scene.state.tender.amount.set(left_to_pay(scene.now.ticket));
  }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    TenderState& tender = scene.state.tender;
    auto [left, right] = two_columns(ui, content, 0.55F);
    const std::vector<ChoiceItem> kinds = {{"cash", tr("Cash"), "payments"}, {"voucher", tr("Voucher"), "voucher"}};
    const int kind = segmented(ui, "other.kind", left.take_top(ui.mm(14), ui.gap()), kinds, tender.kind);
    if (kind >= 0) tender.kind = kinds[static_cast<std::size_t>(kind)].value;
    const bool cash = tender.kind == "cash";
    amount_display(ui, "other.amount", left.take_top(ui.mm(16), ui.gap()), cash ? tr("Given in cash") : tr("Worth"),
                   tender.amount, scene.now.currency_digits);
    labelled(ui, left.take_top(ui.mm(8)), tr("Still to be paid"),
             scene.now.ticket.remaining.empty() ? scene.now.ticket.total : scene.now.ticket.remaining, true);
    if (!cash) {
      text_field(ui, "other.number", left.take_top(field_height(ui), ui.gap()), tender.number,
                 {.label = tr("Voucher number"), .max_bytes = 40});
    } else {
      ui.paragraph(left.take_top(2 * ui.line_height(Type::small), ui.gap()),
                   tr("Less than what is due splits the payment."), Type::small, ui.colours().ink_soft, Align::left, 2);
    }
    const std::string label = tr("Take %s", scene.amount({tender.amount.minor}));
    if (main_key(ui, "other.confirm", left.take_bottom(ui.mm(20)), label, tender.amount.minor > 0, Tone::positive)) {
      if (cash) scene.post(app::PayCash{{tender.amount.minor}});
      if (!cash) scene.post(app::PayVoucher{{tender.amount.minor}, tender.number});
      scene.state.close();
    }
    amount_pad(ui, "other.pad", right, tender.amount);
  }
};

class DiscountView final : public View {
 public:
  Info info() const override { return {Sheet::discount, "discount", "Discount", Shape::dialog, 150, 92}; }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    static constexpr std::array<int, 5> kSteps = {5, 10, 15, 20, 50};
    const float third = (content.h - 2 * ui.mm(8) - ui.mm(3)) / 2;
    const bool pending = !scene.now.entry.text.empty();
    const char* title = pending ? tr("This line: first finish the number on the pad") : tr("This line");
    ui.text(content.take_top(ui.mm(8)), title, Type::strong, ui.colours().ink);
    draw_steps(scene, content.take_top(third, ui.mm(3)), "discount.line", kSteps, !pending, [&](int percent) {
      for (const app::PadKey key : keys_of(percent)) scene.post(app::Pad{key});
    });
    ui.text(content.take_top(ui.mm(8)), tr("The whole ticket"), Type::strong, ui.colours().ink);
    draw_steps(scene, content.take_top(third), "discount.ticket", kSteps, true,
               [&](int percent) { scene.post(app::DiscountTicket{percent * 1000}); });
  }

 private:
  // As a hand would press it: % and then the number, so that digits can never become a quantity.
  static std::vector<app::PadKey> keys_of(int percent) {
    std::vector<app::PadKey> keys = {app::PadKey::percent};
    for (const char c : std::to_string(percent)) keys.push_back(static_cast<app::PadKey>(c - '0'));
    keys.push_back(app::PadKey::enter);
    return keys;
  }
  template <class Steps, class Chosen>
  static void draw_steps(Scene& scene, Rect row, const std::string& prefix, const Steps& steps, bool enabled,
                         const Chosen& chosen) {
    const int columns = static_cast<int>(steps.size()) + 1;
    for (int i = 0; i < columns; ++i) {
      const int percent = i + 1 == columns ? 0 : steps[static_cast<std::size_t>(i)];
      const std::string label = percent == 0 ? std::string(tr("none")) : std::to_string(percent) + " %";
      if (!key_button(scene.ui, prefix + "." + std::to_string(percent), row.cell(i, 0, columns, 1, scene.ui.gap()),
                      {.label = label, .enabled = enabled, .type = Type::strong}))
        continue;
      chosen(percent);
      scene.state.close();
    }
  }
};

class ParkView final : public View {
 public:
  Info info() const override { return {Sheet::park, "park", "Park this ticket", Shape::dialog, 130, 82}; }

 protected:
  void opened(Scene& scene) override { scene.state.park.name = scene.now.ticket.customer; }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    ParkState& park = scene.state.park;
    const FieldSpec field{
        .label = tr("Under which name?"), .placeholder = tr("optional: a number is given"), .max_bytes = 40};
    const auto event = text_field(ui, "park.name", content.take_top(field_height(ui), ui.gap()), park.name, field);
    Rect keys = content.take_bottom(ui.mm(18));
    const bool parked = main_key(ui, "park.confirm", keys, tr("Park"), true, Tone::primary, "pause");
    if (!parked && event != FieldEvent::entered) return;
    scene.post(app::Park{park.name});
    scene.state.close();
  }
};

class RecallView final : public View {
 public:
  Info info() const override { return {Sheet::recall, "recall", "Parked tickets", Shape::dialog, 170, 140}; }

 protected:
  void opened(Scene& scene) override { scene.state.recall = {}; }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    const auto& parked = scene.now.parked;
    if (parked.empty())
      return empty_state(ui, content, "pause", tr("Nothing is parked"),
                         tr("PARK keeps a ticket here until you need it again."));
    drag_list(ui, scene.state.recall, content, parked.size(), ui.mm(16), ui.gap(), [&](std::size_t i, Rect row) {
      const app::ParkedTicket& ticket = parked[i];
      const Touch touch = ui.touch("recall." + std::to_string(i + 1), ticket.name, row);
      ui.fill(row, touch.held ? mix(p.raised, p.ink, 0.18F) : p.raised, ui.radius());
      ui.outline(row, p.outline, ui.radius());
      Rect inner = row.inset(ui.mm(4), 0);
      ui.text(inner.take_right(ui.mm(30), ui.gap()), ticket.total, Type::heading, p.ink, Align::right);
      Rect block = inner.centred(inner.w, ui.line_height(Type::strong) + ui.line_height(Type::small));
      ui.text(block.take_top(ui.line_height(Type::strong)), ticket.name, Type::strong, p.ink);
      ui.text(block, tr_number(ticket.item_count) + "  \xC2\xB7  " + tr_number(ticket.age), Type::small, p.ink_soft);
      if (!touch.tapped) return;
      scene.post(app::Recall{ticket.id});
      scene.state.close();
    });
  }
};

class NoSaleView final : public View {
 public:
  Info info() const override {
    return {Sheet::no_sale, "no_sale", "Open the drawer without a sale", Shape::dialog, 150, 84};
  }

 protected:
  void draw(Scene& scene, Rect content) override {
    static constexpr std::array<const char*, 4> kReasons = {"Change money", "Check the drawer", "Wrong change",
                                                            "Other reason"};
    static constexpr std::array<Shortcut, 4> kKeys = {
        {{"1", Key::none, U'1'}, {"2", Key::none, U'2'}, {"3", Key::none, U'3'}, {"4", Key::none, U'4'}}};
    for (int i = 0; i < 4; ++i) {
      const Rect cell = content.cell(i % 2, i / 2, 2, 2, scene.ui.mm(3));
      const char* reason = kReasons[static_cast<std::size_t>(i)];
      const KeySpec spec{.label = tr(reason), .shortcut = kKeys[static_cast<std::size_t>(i)], .type = Type::strong};
      if (!key_button(scene.ui, "no_sale." + std::to_string(i + 1), cell, spec)) continue;
      scene.post(app::NoSale{tr(reason)});
      scene.state.close();
    }
  }
};

}  // namespace

void add_tender_views(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<CardView>());
  views.push_back(std::make_unique<TenderView>());
  views.push_back(std::make_unique<DiscountView>());
  views.push_back(std::make_unique<ParkView>());
  views.push_back(std::make_unique<RecallView>());
  views.push_back(std::make_unique<NoSaleView>());
}

}  // namespace till::ui
