// How large the shop's picture is on paper, and its dots. The paper of receipt printers has 8 dots a mm; a picture's
// pixel is a dot of its own where there is room, and never more than one. Pure; any thread.
#pragma once

#include "net/printers/escpos.hpp"
#include "net/printers/picture.hpp"

namespace till::net {

struct Extent {
  int width = 0, height = 0;
  bool operator==(const Extent&) const = default;
};

// 72 mm, what 80 mm paper can print on, by 30 mm: paper costs money.
constexpr Extent kLogoRoom_dots{576, 240};

// In the picture's own proportions into the room, at least 1 by 1; smaller or the same, never larger.
Extent fitted(Extent size, Extent room);
Picture shrunk(Picture picture, Extent room);
// The picture in that room in black and white: greys and colours become patterns of dots (Floyd, Steinberg: "An
// adaptive algorithm for spatial greyscale", 1976).
Raster black_and_white(const Picture& picture, Extent room_dots);

}  // namespace till::net
