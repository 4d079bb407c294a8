#include "ui/views/sales_view.hpp"

#include <algorithm>
#include <array>

#include "ui/widgets/button.hpp"
#include "ui/widgets/tile.hpp"

namespace till::ui {

namespace {

constexpr float kBarMm = 14.0F;
constexpr float kMarginMm = 2.0F;
constexpr float kTicketMostMm = 165.0F;

struct BarKey {
  const char* name;
  const char* label;
  const char* icon;
  const char* hint;
  Key key;
};
constexpr std::array<BarKey, 8> kBarKeys = {{{"park", "PARK", "pause", "F1", Key::f1},
                                             {"recall", "RECALL", "play_arrow", "F2", Key::f2},
                                             {"void_last", "VOID LAST", "block", "F3", Key::f3},
                                             {"refund", "REFUND", "undo", "F4", Key::f4},
                                             {"customer", "CUSTOMER", "person", "F5", Key::f5},
                                             {"reprint", "REPRINT", "print", "F6", Key::f6},
                                             {"no_sale", "NO SALE", "inbox", "F7", Key::f7},
                                             {"menu", "MENU", "menu", "F10", Key::f10}}};

void press_bar(Scene& scene, std::string_view name) {
  if (name == "park") scene.state.open(Sheet::park);
  if (name == "recall") scene.state.open(Sheet::recall);
  if (name == "void_last") scene.post(app::VoidLast{});
  if (name == "refund") scene.state.open(Sheet::refund);
  if (name == "customer") scene.state.open(Sheet::customer);
  if (name == "reprint") scene.post(app::Reprint{});
  if (name == "no_sale") scene.state.open(Sheet::no_sale);
  if (name == "menu") scene.state.open(Sheet::menu);
}

bool is_bar_key_useful(const app::Snapshot& now, std::string_view name) {
  if (name == "park") return !now.ticket.is_empty() && now.ticket.tenders.empty();
  if (name == "recall") return !now.parked.empty();
  return true;
}

std::vector<const app::Tile*> tiles_of(const app::Catalogue& catalogue, const Id& category) {
  std::vector<const app::Tile*> tiles;
  for (const auto& tile : catalogue.tiles) {
    if (tile.category == category) tiles.push_back(&tile);
  }
  return tiles;
}

void draw_search_key(Scene& scene, Rect cell) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const Touch touch = ui.touch("search", tr("Search"), cell);
  ui.fill(cell, touch.held ? mix(p.sunken, p.ink, 0.2F) : p.sunken, cell.h / 2);
  ui.outline(cell, p.outline, cell.h / 2);
  const bool roomy = cell.w > ui.mm(40);
  Rect inner = cell.inset(ui.mm(roomy ? 4.0F : 2.0F), 0);
  if (ui.has_icon("search"))
    ui.icon(inner.take_left(ui.mm(5), ui.mm(roomy ? 2.0F : 1.0F)), "search", Type::icon, p.ink_soft);
  ui.text(inner, roomy ? tr("Search products") : tr("Search"), Type::small, p.ink_soft);
  if (!touch.tapped) return;
  scene.state.search = {};
  scene.state.open(Sheet::search);
}

void draw_category(Scene& scene, Rect cell, const app::CategoryTab& category) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const bool chosen = scene.state.sales.category == category.id;
  const Touch touch = ui.touch("category." + category.name, category.name, cell);
  Colour ground = chosen ? p.selected : p.raised;
  if (touch.held) ground = mix(ground, p.ink, 0.2F);
  ui.fill(cell, ground, ui.radius());
  ui.outline(cell, chosen ? p.accent_ink : p.outline, ui.radius(), chosen ? ui.mm(0.6F) : 0);
  ui.fill({cell.x + ui.mm(2), cell.bottom() - ui.mm(1.9F), cell.w - ui.mm(4), ui.mm(1.1F)}, category.colour_rgb,
          ui.mm(0.5F));
  const Rect label{cell.x + ui.mm(1.2F), cell.y, cell.w - ui.mm(2.4F), cell.h - ui.mm(1.6F)};
  if (ui.text_width(category.name, Type::key) <= label.w) {
    ui.text(label, category.name, Type::key, p.ink, Align::centre);
  } else if (!ui.paragraph(label, category.name, Type::small, p.ink, Align::centre, 2)) {
    ui.note_cut();
  }
  if (touch.tapped) {
    scene.state.sales.category = category.id;
    scene.state.sales.tiles = {};
  }
}

// The categories in fixed cells, the search in the last cells of the first row, a page key when there are too many.
void draw_categories(Scene& scene, Rect area, int columns, int rows, int search_cells) {
  Ui& ui = scene.ui;
  const auto& categories = scene.now.catalogue->categories;
  const int cells = columns * rows - search_cells;
  const int count = static_cast<int>(categories.size());
  const bool paged = count > cells;
  const int per_page = std::max(1, paged ? cells - 1 : cells);
  const int pages = std::max(1, (count + per_page - 1) / per_page);
  int& page = scene.state.sales.category_page;
  page = std::clamp(page, 0, pages - 1);
  const auto place = [&](int index) {
    const int first_row = columns - search_cells;
    const int row = index < first_row ? 0 : 1 + (index - first_row) / columns;
    const int column = index < first_row ? index : (index - first_row) % columns;
    return area.cell(column, row, columns, rows, ui.gap());
  };
  for (int i = 0; i < per_page && page * per_page + i < count; ++i) {
    draw_category(scene, place(i), categories[static_cast<std::size_t>(page * per_page + i)]);
  }
  const std::string page_text = std::to_string(page + 1) + "/" + std::to_string(pages);
  const KeySpec more{.label = tr("More"), .sub = page_text};
  if (paged && key_button(ui, "category.more", place(cells - 1), more)) page = (page + 1) % pages;
  draw_search_key(scene, area.cell(columns - search_cells, 0, columns, rows, ui.gap(), search_cells));
}

}  // namespace

SalesLayout sales_layout(const Ui& ui, Rect area) {
  SalesLayout out;
  Rect rest = area.inset(ui.mm(kMarginMm));
  out.bar = rest.take_bottom(ui.mm(kBarMm), ui.gap());
  out.ticket = rest.take_left(std::min(rest.w * 0.415F, ui.mm(kTicketMostMm)), ui.gap());
  const float wish = std::clamp(rest.h * 0.42F, ui.mm(3 * kTenderHeightMm + 2 * kGapMm + 0.4F), ui.mm(100));
  Rect lower = rest.take_bottom(wish, ui.gap());
  out.products = rest;
  const float tenders = std::clamp(lower.w * 0.36F, ui.mm(2 * kTenderWidthMm + kGapMm + 0.4F), ui.mm(100));
  out.tenders = lower.take_right(tenders, 2 * ui.gap());
  out.pad = lower;
  return out;
}

void draw_tiles(Scene& scene, Rect area, Scroll& scroll, const std::vector<const app::Tile*>& tiles,
                std::string_view prefix) {
  Ui& ui = scene.ui;
  const float wish_w = std::clamp(area.w / 6.5F, ui.mm(32), ui.mm(42)),
              wish_h = std::clamp(area.h / 5, ui.mm(19), ui.mm(24));
  const int columns = std::max(2, static_cast<int>((area.w + ui.gap()) / (wish_w + ui.gap())));
  const int rows = std::max(1, static_cast<int>((area.h + ui.gap()) / (wish_h + ui.gap())));
  const float height = std::floor((area.h + ui.gap()) / static_cast<float>(rows) - ui.gap());
  drag_grid(ui, scroll, area, tiles.size(), columns, height, ui.gap(), [&](std::size_t i, Rect cell) {
    const app::Tile& t = *tiles[i];
    const TileSpec spec{t.name, t.price, t.unit, t.icon, t.stock, t.colour_rgb, t.available, t.low_stock, t.special};
    const std::string name = std::string(prefix) + "." + (t.sku.empty() ? to_string(t.product) : t.sku);
    if (tile(ui, name, cell, spec)) scene.post(app::TapProduct{t.product});
  });
}

void draw_products(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  if (!scene.now.catalogue) return;
  const app::Catalogue& catalogue = *scene.now.catalogue;
  SalesState& sales = scene.state.sales;
  const bool known = std::any_of(catalogue.categories.begin(), catalogue.categories.end(),
                                 [&](const auto& category) { return category.id == sales.category; });
  if (!known && !catalogue.categories.empty()) sales.category = catalogue.categories.front().id;
  const auto columns_of = [&](float cell_mm) {
    return std::max(4, static_cast<int>((area.w + ui.gap()) / ui.mm(cell_mm * ui.theme().scale.text + kGapMm)));
  };
  const int wide = columns_of(27);
  const bool many = static_cast<int>(catalogue.categories.size()) + 2 > wide;
  const int rows = area.h > ui.mm(95) && many ? 2 : 1;
  const int columns = rows == 1 && many ? columns_of(22) : wide;
  const int search_cells = rows == 1 && many ? 1 : 2;
  const float height = static_cast<float>(rows) * ui.mm(12) + static_cast<float>(rows - 1) * ui.gap();
  draw_categories(scene, area.take_top(height, ui.gap()), columns, rows, search_cells);
  draw_tiles(scene, area, sales.tiles, tiles_of(catalogue, sales.category), "tile");
}

void draw_bar(Scene& scene, Rect area) {
  const int count = static_cast<int>(kBarKeys.size());
  for (int i = 0; i < count; ++i) {
    const BarKey& key = kBarKeys[static_cast<std::size_t>(i)];
    const std::string_view name = key.name;
    KeySpec spec{.label = tr(key.label), .shortcut = {key.hint, key.key}, .icon = key.icon};
    spec.enabled = is_bar_key_useful(scene.now, name);
    if (name == "void_last" || name == "refund") spec.tone = Tone::danger;
    if (name == "recall") spec.badge = static_cast<int>(scene.now.parked.size());
    const Rect cell = area.cell(i, 0, count, 1, scene.ui.gap());
    if (key_button(scene.ui, "bar." + std::string(name), cell, spec)) press_bar(scene, name);
  }
}

void draw_sales(Scene& scene, Rect area) {
  const SalesLayout layout = sales_layout(scene.ui, area);
  scene.ui.fill(area, scene.ui.colours().ground);
  listen_to_keys(scene);
  draw_bar(scene, layout.bar);
  draw_ticket(scene, layout.ticket);
  draw_products(scene, layout.products);
  draw_pad(scene, layout.pad);
  draw_tenders(scene, layout.tenders);
}

}  // namespace till::ui
