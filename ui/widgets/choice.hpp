// One of several: a row of joined segments (a setting) or of tabs (parts of a panel). The chosen one is marked by its
// ground and by a bar, not by colour alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/widgets/ui.hpp"

namespace till::ui {

struct ChoiceItem {
  std::string value, label;
  std::string icon{};
};

// Answers the index that was tapped, or -1. Names are `prefix.value`.
int segmented(Ui& ui, std::string_view prefix, Rect rect, const std::vector<ChoiceItem>& items,
              std::string_view chosen);
int tabs(Ui& ui, std::string_view prefix, Rect rect, const std::vector<ChoiceItem>& items, std::string_view chosen);

}  // namespace till::ui
