#include <array>
#include <fstream>
#include <sstream>

#include "ui/platform/script.hpp"

namespace till::ui {
namespace {

struct Verb {
  std::string_view name;
  std::size_t fewest, most;
};

constexpr std::array<Verb, 12> kVerbs{{{"tap", 1, 1},
                                       {"type", 1, 1},
                                       {"key", 1, 1},
                                       {"scan", 1, 1},
                                       {"wait", 1, 2},
                                       {"expect", 1, 2},
                                       {"absent", 1, 1},
                                       {"shot", 1, 1},
                                       {"drag", 3, 3},
                                       {"size", 2, 2},
                                       {"theme", 1, 1},
                                       {"pause", 1, 1}}};

std::string at_line(int line) {
  return "line " + std::to_string(line) + ": ";
}

// Words of a line; "..." keeps blanks, with \" and \\ in it.
Result<std::vector<std::string>> words_of(std::string_view line, int number) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < line.size()) {
    const char c = line[at];
    if (c == ' ' || c == '\t' || c == '\r') {
      ++at;
      continue;
    }
    if (c == '#') break;
    std::string word;
    const bool quoted = c == '"';
    if (quoted) ++at;
    bool closed = !quoted;
    for (; at < line.size(); ++at) {
      if (quoted && line[at] == '\\' && at + 1 < line.size() && (line[at + 1] == '"' || line[at + 1] == '\\')) {
        word += line[++at];
      } else if (quoted && line[at] == '"') {
        closed = true;
        ++at;
        break;
      } else if (!quoted && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) {
        break;
      } else {
        word += line[at];
      }
    }
    if (!closed) return invalid(at_line(number) + "a quotation mark is not closed");
    words.push_back(std::move(word));
  }
  return words;
}

Status check(const ScriptStep& step) {
  for (const Verb& verb : kVerbs) {
    if (verb.name != step.verb) continue;
    const std::size_t given = step.arguments.size();
    if (given >= verb.fewest && given <= verb.most) return {};
    return invalid(at_line(step.line) + "'" + step.verb + "' takes " + std::to_string(verb.fewest) +
                   (verb.most > verb.fewest ? " or " + std::to_string(verb.most) : "") +
                   " words after it; put text with blanks in quotation marks");
  }
  return invalid(at_line(step.line) + "there is no step '" + step.verb + "'");
}

}  // namespace

Result<std::vector<ScriptStep>> parse_script(std::string_view text) {
  std::vector<ScriptStep> steps;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    auto words = words_of(line, number);
    if (!words) return fail(words.error());
    if (words->empty()) continue;
    ScriptStep step{number, std::move(words->front()), {words->begin() + 1, words->end()}};
    if (const Status good = check(step); !good) return fail(good.error());
    steps.push_back(std::move(step));
  }
  return steps;
}

Result<std::vector<ScriptStep>> load_script(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid("the script " + path + " cannot be read; check its name");
  std::ostringstream text;
  text << file.rdbuf();
  auto steps = parse_script(text.str());
  if (!steps) return fail(steps.error().context(path));
  return steps;
}

}  // namespace till::ui
