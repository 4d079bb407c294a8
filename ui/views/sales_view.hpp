// The sales screen: ticket on the left with its total, products above and the number pad with the tender keys below on
// the right, one bar of keys at the bottom. Everything keeps its place whatever happens.
#pragma once

#include "ui/views/view.hpp"

namespace till::ui {

struct SalesLayout {
  Rect ticket, products, pad, tenders, bar;
};
SalesLayout sales_layout(const Ui& ui, Rect area);

void draw_sales(Scene& scene, Rect area);

// Its regions.
void draw_ticket(Scene& scene, Rect area);
void draw_products(Scene& scene, Rect area);
void draw_pad(Scene& scene, Rect area);
void draw_tenders(Scene& scene, Rect area);
void draw_bar(Scene& scene, Rect area);
// The line that +, - and REMOVE act on: the selected one, else the last that still counts; empty when there is none.
std::string line_in_hand(const app::Ticket& ticket);
// Digits, operators and Enter of a real keyboard; letters begin a search.
void listen_to_keys(Scene& scene);

// Tiles of products in columns that fit; used by the search as well.
void draw_tiles(Scene& scene, Rect area, Scroll& scroll, const std::vector<const app::Tile*>& tiles,
                std::string_view prefix);

}  // namespace till::ui
