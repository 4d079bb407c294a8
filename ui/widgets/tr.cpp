#include "ui/widgets/tr.hpp"

#include <fstream>
#include <set>
#include <sstream>
#include <unordered_map>

namespace till::ui {

namespace {

struct Language {
  bool is_english = true;
  std::unordered_map<std::string, std::string> texts;
  std::set<std::string> missing;
};

Language& language() {
  static Language current;
  return current;
}

// One field of RFC 4180 from `at`; leaves `at` behind the comma or line end that follows it.
std::string csv_field(const std::string& text, std::size_t& at) {
  std::string field;
  const bool quoted = at < text.size() && text[at] == '"';
  if (quoted) ++at;
  for (; at < text.size(); ++at) {
    if (quoted && text[at] == '"') {
      if (at + 1 < text.size() && text[at + 1] == '"') {
        ++at;
      } else {
        ++at;
        break;
      }
    } else if (!quoted && (text[at] == ',' || text[at] == '\n' || text[at] == '\r')) {
      break;
    }
    field += text[at];
  }
  if (at < text.size() && text[at] == ',') ++at;
  return field;
}

std::unordered_map<std::string, std::string> parse(const std::string& text) {
  std::unordered_map<std::string, std::string> texts;
  std::size_t at = 0;
  while (at < text.size()) {
    std::string key = csv_field(text, at);
    std::string value = csv_field(text, at);
    while (at < text.size() && text[at] != '\n') ++at;
    ++at;
    if (!key.empty() && !value.empty()) texts.emplace(std::move(key), std::move(value));
  }
  return texts;
}

struct Sentence {
  std::string key;
  std::vector<std::string> values;
  void take(std::string_view value) {
    key += "%s";
    values.emplace_back(value);
  }
};

// "the price '%s' is not a number; write it like %s"
Sentence parted(std::string_view text) {
  constexpr std::string_view kTells = "0123456789_/", kAround = ".,;:()";
  Sentence sentence;
  for (std::size_t at = 0; at < text.size();) {
    const bool opens = text[at] == '\'' && (at == 0 || text[at - 1] == ' ' || text[at - 1] == '(');  // not "the hub's"
    const auto close = opens ? text.find('\'', at + 1) : std::string_view::npos;
    if (close != std::string_view::npos) {
      sentence.key += '\'';
      sentence.take(text.substr(at + 1, close - at - 1));
      sentence.key += '\'';
      at = close + 1;
      continue;
    }
    if (text[at] == ' ' || kAround.find(text[at]) != std::string_view::npos) {
      sentence.key += text[at++];
      continue;
    }
    auto word = text.substr(at, text.find_first_of(" '", at + 1) - at);
    at += word.size();
    const auto inner = word.substr(0, word.find_last_not_of(kAround) + 1);
    if (inner.find_first_of(kTells) == std::string_view::npos) {
      sentence.key += word;
    } else {
      sentence.take(inner);
      sentence.key += word.substr(inner.size());
    }
  }
  return sentence;
}

bool is_known(const std::string& key) {
  return language().is_english || language().texts.contains(key);
}

// "the special price '%s' is" becomes "%s '%s' is", where both parts are known.
void part_subject(Sentence& sentence) {
  for (const char* behind : {" '", " must ", " is "}) {
    const auto at = sentence.key.find(behind);
    if (at == std::string::npos) continue;
    const auto subject = sentence.key.substr(0, at);
    const auto rest = "%s" + sentence.key.substr(at);
    if (!is_known(subject) || !is_known(rest)) continue;
    sentence.key = rest;
    sentence.values.insert(sentence.values.begin(), language().texts[subject]);
    return;
  }
}

}  // namespace

const char* tr(const char* english) {
  Language& now = language();
  if (now.is_english) return english;
  const auto found = now.texts.find(english);
  if (found != now.texts.end()) return found->second.c_str();
  now.missing.insert(english);
  return english;
}

std::string tr(const char* english, std::string_view value) {
  std::string text = tr(english);
  if (const auto at = text.find("%s"); at != std::string::npos) text.replace(at, 2, value);
  return text;
}

std::string tr_number(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t from = text.find_first_of(kDigits);
  if (from == std::string_view::npos) return tr(std::string(text).c_str());
  const std::size_t last = text.find_last_of(kDigits);
  const std::string_view number = text.substr(from, last + 1 - from);
  std::string key(text);
  key.replace(from, number.size(), "%s");
  // All small letters but the s of "%s".
  const bool has_letters = key.find_first_of("abcdefghijklmnopqrtuvwxyz") != std::string::npos;
  return has_letters ? tr(key.c_str(), number) : std::string(text);
}

std::string tr_sentence(std::string_view text) {
  Sentence sentence = parted(text);
  if (!is_known(sentence.key)) part_subject(sentence);
  // "what was tried: why it failed", each a sentence of its own.
  const auto colon = is_known(sentence.key) ? std::string_view::npos : text.find(": ");
  if (colon != std::string_view::npos && is_known(parted(text.substr(0, colon)).key))
    return tr_sentence(text.substr(0, colon)) + ": " + tr_sentence(text.substr(colon + 2));
  std::string translated = tr(sentence.key.c_str());
  std::size_t at = 0;
  for (const auto& value : sentence.values) {
    at = translated.find("%s", at);
    if (at == std::string::npos) break;
    translated.replace(at, 2, value);
    at += value.size();
  }
  return translated;
}

Status use_language(std::string_view code, const std::string& translations_folder) {
  if (code.empty() || code == "en") {
    language() = Language{};
    return {};
  }
  if (code.find_first_of("/\\.") != std::string_view::npos) return invalid("there is no language of that name");
  std::ifstream file(translations_folder + "/" + std::string(code) + ".csv", std::ios::binary);
  if (!file) return invalid("the translation '" + std::string(code) + "' is not installed; choose another language");
  std::stringstream text;
  text << file.rdbuf();
  language() = Language{false, parse(text.str()), {}};
  return {};
}

std::vector<std::string> missing_translations() {
  return {language().missing.begin(), language().missing.end()};
}

}  // namespace till::ui
