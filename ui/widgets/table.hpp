// Rows with columns, dragged like a list; a row can be tapped as a whole. Columns name their share of the width.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/widgets/drag_list.hpp"

namespace till::ui {

struct Column {
  std::string title;
  float share = 1;
  Align align = Align::left;
};

struct TableSpec {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> keys;  // of the rows, for their names; empty: their numbers
  bool tappable = false;
  int selected = -1;
  float row_mm = 11;
};

// The index of the row that was tapped, or -1. Rows are named `prefix.key`.
int table(Ui& ui, std::string_view prefix, Rect rect, Scroll& scroll, const TableSpec& spec);

}  // namespace till::ui
