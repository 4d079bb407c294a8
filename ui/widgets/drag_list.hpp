// A list longer than its place: dragged with the finger, the wheel or Page Up and Page Down; a thin bar shows where one
// is and cannot be touched. Rows are drawn only where they can be seen.
#pragma once

#include <functional>
#include <string_view>

#include "ui/widgets/ui.hpp"

namespace till::ui {

struct Scroll {
  float offset = 0;     // pixels of content above the top edge
  bool to_end = false;  // set: the next frame shows the end
};

// Calls `row(index, rect)` for each visible one.
void drag_list(Ui& ui, Scroll& scroll, Rect area, std::size_t rows, float row_height, float gap,
               const std::function<void(std::size_t, Rect)>& row);
// The same for content of any height: moves the offset, clips, and answers where the content's top now is. End with
// `ui.pop_clip()`.
float begin_scroll(Ui& ui, Scroll& scroll, Rect area, float content_height);

// Cells of equal size in columns.
void drag_grid(Ui& ui, Scroll& scroll, Rect area, std::size_t cells, int columns, float cell_height, float gap,
               const std::function<void(std::size_t, Rect)>& cell);

}  // namespace till::ui
