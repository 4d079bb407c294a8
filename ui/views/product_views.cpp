// Finding a product by what one remembers of it, and looking at one: price check, another price, sold out.
#include <algorithm>

#include "ui/views/panels_common.hpp"
#include "ui/views/sales_view.hpp"
#include "ui/views/sheets.hpp"
#include "ui/widgets/tile.hpp"

namespace till::ui {

namespace {

class SearchView final : public View {
 public:
  Info info() const override { return {Sheet::search, "search", "Find a product"}; }

 protected:
  void opened(Scene& scene) override {
    SearchState& state = scene.state.search;
    state.tiles = {};
    state.sent.clear();
    scene.post(app::Search{state.text});
    scene.ui.focus_text("search.text", state.text.size());
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    SearchState& state = scene.state.search;
    Rect top = content.take_top(ui.mm(13), ui.gap());
    if (key_button(ui, "search.clear", top.take_right(ui.mm(24), ui.gap()),
                   {.label = tr("Clear"), .enabled = !state.text.empty()})) {
      state.text.clear();
      scene.post(app::Search{});
      ui.focus_text("search.text", 0);
    }
    const FieldSpec field{.placeholder = tr("Name, number or barcode"), .icon = "search", .max_bytes = 60};
    const auto event = text_field(ui, "search.text", top, state.text, field);
    if (event == FieldEvent::changed) scene.post(app::Search{state.text});
    const auto& found = scene.now.search;
    if (event == FieldEvent::entered && !found.empty()) return choose(scene, found.front());
    if (found.empty()) return draw_nothing(scene, content);
    draw_found(scene, content);
  }

 private:
  static void draw_nothing(Scene& scene, Rect content) {
    const bool asked = !scene.state.search.text.empty();
    empty_state(scene.ui, content, "search", asked ? tr("Nothing found") : tr("What are you looking for?"),
                asked ? tr("Try fewer letters, or another word of the name.")
                      : tr("Two letters are enough: of the name, or digits of the number."));
  }

  static void choose(Scene& scene, const app::Tile& tile) {
    if (scene.state.search.manage) {
      scene.state.product = {};
      scene.state.product.product = tile.product;
      scene.state.product.price.set(tile.price_minor);
      scene.ui.leave_text();
      scene.state.open(Sheet::product);
      return;
    }
    scene.post(app::TapProduct{tile.product});
    scene.state.close();
  }

  static void draw_found(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    const auto& found = scene.now.search;
    const int columns = std::max(2, static_cast<int>((content.w + ui.gap()) / ui.mm(42)));
    drag_grid(ui, scene.state.search.tiles, content, found.size(), columns, ui.mm(21), ui.gap(),
              [&](std::size_t i, Rect cell) {
                const app::Tile& t = found[i];
                const TileSpec spec{t.name,       t.price,     t.unit,      t.icon,   t.stock,
                                    t.colour_rgb, t.available, t.low_stock, t.special};
                if (tile(ui, "found." + (t.sku.empty() ? to_string(t.product) : t.sku), cell, spec)) choose(scene, t);
              });
  }
};

const app::Tile* find_product(const app::Snapshot& now, const Id& product) {
  const auto is_it = [&](const app::Tile& tile) { return tile.product == product; };
  const auto found = std::find_if(now.search.begin(), now.search.end(), is_it);
  if (now.catalogue) {
    const auto& tiles = now.catalogue->tiles;
    const auto in_tiles = std::find_if(tiles.begin(), tiles.end(), is_it);
    if (in_tiles != tiles.end()) return &*in_tiles;
  }
  return found == now.search.end() ? nullptr : &*found;
}

class ProductView final : public View {
 public:
  Info info() const override { return {Sheet::product, "product", "Product", Shape::dialog, 190, 148}; }

 protected:
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    const app::Tile* tile = find_product(scene.now, scene.state.product.product);
    if (tile == nullptr)
      return empty_state(ui, content, "search", tr("Not there any more"), tr("Close this and search again."));
    auto [left, right] = two_columns(ui, content, 0.56F);
    ui.paragraph(left.take_top(2 * ui.line_height(Type::heading), ui.gap()), tile->name, Type::heading, p.ink,
                 Align::left, 2);
    const std::string price = tile->unit.empty() ? tile->price : tile->price + " / " + tile->unit;
    ui.text(left.take_top(ui.mm(14), ui.gap()), price, Type::amount, p.accent_ink);
    labelled(ui, left.take_top(ui.mm(8)), tr("Number"), tile->sku);
    labelled(ui, left.take_top(ui.mm(8)), tr("Barcode"), tile->barcode);
    labelled(ui, left.take_top(ui.mm(8)), tr("In stock"), tile->stock.empty() ? tr("not counted") : tile->stock);
    labelled(ui, left.take_top(ui.mm(8), ui.gap()), tr("State"), tile->available ? tr("for sale") : tr("sold out"),
             true);
    draw_keys(scene, left.take_bottom(ui.mm(16)), *tile);
    draw_price(scene, right, *tile);
  }

 private:
  static void draw_keys(Scene& scene, Rect keys, const app::Tile& tile) {
    Ui& ui = scene.ui;
    const bool there = tile.available;
    const KeySpec available{.label = there ? tr("Mark as sold out") : tr("For sale again"),
                            .icon = there ? "block" : "check",
                            .tone = there ? Tone::danger : Tone::positive};
    if (key_button(ui, "product.available", keys.cell(0, 0, 2, 1, ui.gap()), available)) {
      scene.post(app::SetAvailable{tile.product, !there});
    }
    if (key_button(ui, "product.sell", keys.cell(1, 0, 2, 1, ui.gap()), {.label = tr("Sell it"), .icon = "cart"})) {
      scene.post(app::TapProduct{tile.product});
      scene.state.close_all();
    }
  }

  static void draw_price(Scene& scene, Rect rect, const app::Tile& tile) {
    Ui& ui = scene.ui;
    ProductState& state = scene.state.product;
    amount_display(ui, "product.price", rect.take_top(ui.mm(15), ui.gap()), tr("New price"), state.price,
                   scene.now.currency_digits);
    const bool changed = state.price.minor != tile.price_minor.minor && state.price.minor > 0;
    if (main_key(ui, "product.change_price", rect.take_bottom(ui.mm(16), ui.gap()), tr("Change the price"), changed)) {
      scene.post(app::ChangePrice{tile.product, {state.price.minor}});
    }
    amount_pad(ui, "product.pad", rect, state.price);
  }
};

}  // namespace

void add_product_views(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<SearchView>());
  views.push_back(std::make_unique<ProductView>());
}

}  // namespace till::ui
