// A paper document (domain/receipt.hpp) as PDF: one page of 80 mm by the height it needs, text in an embedded TrueType
// font (so it can be searched and copied), QR and bar codes as vector rectangles, the logo in its colours and in the
// size that it has on a receipt printer. A receipt longer than 5 m goes over several pages. Fails with kind permanent
// when no font is found; the sentence names Debian's package. Pure but for reading the font.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "domain/receipt.hpp"
#include "net/printers/picture.hpp"

namespace till::net {

// Monospaced fonts as a regular and a bold file, in the order they are tried.
struct MonoFont {
  std::string regular;
  std::string bold;
};
// `assets_folder` (may be empty) is looked in first, then the folders of Debian's font packages.
std::vector<MonoFont> mono_font_candidates(const std::string& assets_folder);

// `logo` may be null: then there is none.
Result<Bytes> render_pdf(const domain::PaperDocument& document, const std::string& assets_folder = {},
                         const Picture* logo = nullptr, int columns = 42);

}  // namespace till::net
