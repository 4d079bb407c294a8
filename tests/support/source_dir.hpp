// Where the project's own files lie, for tests that read vectors, assets or the sources themselves. A function and not
// a definition on the command line, so that a compiled test is the same wherever the clone lies (a compiler cache
// hits).
#pragma once

#include <string>
#include <string_view>

namespace till::test {

std::string source_dir();
// source_path("assets/demo"): in the project's folder.
std::string source_path(std::string_view relative);

}  // namespace till::test
