// Markers that a test puts into a shop, searched for as they are and in the encodings in which they could lie about
// unnoticed: hexadecimal, base64 at each of its three alignments, UTF-16.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace till::app {

inline std::string base64_of(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned kept = 0;
  int bits = 0;
  for (const char c : bytes) {
    kept = kept << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += kLetters[kept >> (bits - 6) & 63];
  }
  return text;  // what does not fill a letter depends on what follows, and is left out
}

// How these bytes look in each encoding; the first is they themselves.
inline std::vector<std::string> spellings(const std::string& bytes) {
  std::vector<std::string> all = {bytes, to_hex(view(bytes))};
  std::string upper = all.back(), wide;
  for (auto& c : upper) c = static_cast<char>(c >= 'a' && c <= 'f' ? c - 'a' + 'A' : c);
  for (const char c : bytes) wide += {c, '\0'};
  wide.pop_back();  // what is left is the same in both byte orders
  all.insert(all.end(), {upper, wide});
  // Behind one or two other bytes the first letters depend on them.
  for (const std::size_t before : {0U, 1U, 2U})
    all.push_back(base64_of(std::string(before, '\0') + bytes).substr(before == 0 ? 0 : before + 1));
  return all;
}

inline bool shows(ByteView where, const std::string& marker) {
  for (const auto& spelling : spellings(marker))
    if (as_text(where).find(spelling) != std::string_view::npos) return true;
  return false;
}

// Of these, what can be read in `where`, each named with the place.
inline std::vector<std::string> shown(ByteView where, const std::vector<std::string>& markers,
                                      const std::string& place) {
  std::vector<std::string> found;
  for (const auto& marker : markers)
    if (shows(where, marker)) found.push_back(place + " shows " + marker);
  return found;
}

// In all files of a folder and those below it.
inline std::vector<std::string> shown_in_files(const std::string& folder, const std::vector<std::string>& markers) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    for (auto& line : shown(view(bytes), markers, entry.path().string())) found.push_back(std::move(line));
  }
  return found;
}

}  // namespace till::app
