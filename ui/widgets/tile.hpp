// A product on the sales screen: a strip in its category's colour, an icon where there is one, the name in up to three
// lines, the price. What is not available is dimmed and says so, and can still be tapped.
#pragma once

#include <string>
#include <string_view>

#include "ui/widgets/ui.hpp"

namespace till::ui {

struct TileSpec {
  std::string_view name, price, unit, icon, stock;
  Colour strip = 0;
  bool available = true;
  bool low_stock = false;
  bool special = false;
};

bool tile(Ui& ui, std::string_view name, Rect rect, const TileSpec& spec);

}  // namespace till::ui
