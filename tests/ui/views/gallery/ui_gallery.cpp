// Writes pictures of every screen for looking at: ui_gallery FOLDER [WIDTHxHEIGHT] [light|dark|contrast] [SCENE]
// [LANGUAGE].
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "gallery/scenes.hpp"

int main(int argc, char** argv) {
  using namespace till::ui::test;
  if (argc < 2 || argv[1][0] == '-') {
    return std::fprintf(stderr, "use: ui_gallery FOLDER [WIDTHxHEIGHT] [THEME] [SCENE] [LANGUAGE]\n"), 2;
  }
  int width = 1024, height = 768;
  if (argc > 2) std::sscanf(argv[2], "%dx%d", &width, &height);
  const std::string theme = argc > 3 ? argv[3] : "light";
  std::filesystem::create_directories(argv[1]);
  for (SceneSpec spec : scenes()) {
    for (auto& [key, value] : spec.snapshot.settings) {
      if (key == "language" && argc > 5) value = argv[5];
    }
    if (argc > 4 && spec.name.find(argv[4]) == std::string::npos) continue;
    auto stage = Stage::create({width, height}, theme, spec);
    const std::string file = std::string(argv[1]) + "/" + spec.name + ".png";
    if (auto saved = stage->window->save_png(file); !saved) std::fprintf(stderr, "%s\n", saved.error().message.c_str());
  }
}
