#include "app/data/column_map.hpp"

#include <algorithm>
#include <optional>

#include "core/text.hpp"

namespace till::app {
namespace {

bool is_tax_column(std::string_view name) {
  return lowered(name).starts_with("tax - ");
}

// 0: the key itself; the better the name, the smaller. Empty: not this one.
std::optional<std::size_t> rank_of(const std::string& name, const ColumnSpec& spec) {
  if (name == plain_column_name(spec.key)) return 0;
  for (std::size_t i = 0; i < spec.names.size(); ++i) {
    const auto known = spec.names[i];
    const bool is_beginning = known.ends_with('*');
    if (is_beginning ? name.starts_with(known.substr(0, known.size() - 1)) : name == known) return i + 1;
  }
  return std::nullopt;
}

struct Candidate {
  const ColumnSpec* spec = nullptr;
  std::size_t rank = 0;
};

std::optional<Candidate> best_spec(std::string_view column, const std::vector<ColumnSpec>& specs) {
  const auto name = plain_column_name(column);
  std::optional<Candidate> best;
  if (name.empty()) return best;
  for (const auto& spec : specs)
    if (const auto rank = rank_of(name, spec); rank && (!best || *rank < best->rank)) best = Candidate{&spec, *rank};
  return best;
}

std::string known_keys(const std::vector<ColumnSpec>& specs) {
  std::string keys;
  for (const auto& spec : specs) keys += (keys.empty() ? "" : ", ") + std::string(spec.key);
  return keys;
}

Status take_choices(const std::vector<std::string>& columns, const std::vector<ColumnSpec>& specs,
                    const ChosenColumns& chosen, ColumnMap& map, std::vector<bool>& taken) {
  for (const auto& [column, key] : chosen) {
    const auto found = std::ranges::find(columns, column);
    if (found == columns.end())
      return invalid("the file has no column '" + clipped(column, 40) + "'; write it as the first line does");
    const auto index = static_cast<std::size_t>(found - columns.begin());
    taken[index] = true;
    if (key.empty()) {
      map.not_read.push_back(index);
      continue;
    }
    const auto spec = std::ranges::find(specs, key, &ColumnSpec::key);
    if (spec == specs.end())
      return invalid("'" + clipped(key, 40) + "' is not a column here; choose from " + known_keys(specs));
    auto& of_key = map.of_key[key];
    if (!of_key.empty() && !spec->is_joined) return invalid("two columns of the file are chosen for '" + key + "'");
    of_key.push_back(index);
  }
  return {};
}

tl::unexpected<Error> two_for_one(const std::vector<std::string>& columns, std::size_t one, std::size_t two,
                                  std::string_view key) {
  return invalid("the columns '" + clipped(columns[one], 40) + "' and '" + clipped(columns[two], 40) +
                 "' both look like '" + std::string(key) + "'; say which one is, and leave the other out");
}

}  // namespace

std::string plain_column_name(std::string_view name) {
  std::string plain;
  int brackets = 0;
  for (const char c : lowered(name)) {
    if (c == '[' || c == '(') ++brackets;
    const bool kept =
        brackets == 0 && (static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
    if ((c == ']' || c == ')') && brackets > 0) --brackets;
    if (kept) {
      plain += c;
    } else if (!plain.empty() && plain.back() != ' ') {
      plain += ' ';
    }
  }
  return trimmed(plain);
}

Status add_choice(ChosenColumns& chosen, std::string_view text) {
  const auto equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0)
    return invalid("say which column is what, such as Verkaufspreis=price; nothing behind the = leaves it out");
  chosen[trimmed(text.substr(0, equals))] = trimmed(text.substr(equals + 1));
  return {};
}

Result<ColumnMap> map_columns(const std::vector<std::string>& columns, const std::vector<ColumnSpec>& specs,
                              const ChosenColumns& chosen, bool with_tax_columns) {
  ColumnMap map;
  std::vector<bool> taken(columns.size(), false);
  TRY(take_choices(columns, specs, chosen, map, taken));
  const auto by_person = map.of_key;
  std::map<std::string_view, std::size_t> rank_taken;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (taken[i]) continue;
    const auto best = best_spec(columns[i], specs);
    if (with_tax_columns && is_tax_column(columns[i])) {
      map.taxes.push_back(i);
    } else if (!best || by_person.contains(best->spec->key)) {
      map.not_read.push_back(i);
    } else if (auto& of_key = map.of_key[std::string(best->spec->key)]; of_key.empty() || best->spec->is_joined) {
      of_key.push_back(i);
      rank_taken[best->spec->key] = best->rank;
    } else if (best->rank == rank_taken[best->spec->key]) {
      return two_for_one(columns, of_key.front(), i, best->spec->key);
    } else if (best->rank < rank_taken[best->spec->key]) {
      map.not_read.push_back(std::exchange(of_key.front(), i));
      rank_taken[best->spec->key] = best->rank;
    } else {
      map.not_read.push_back(i);
    }
  }
  std::ranges::sort(map.not_read);
  return map;
}

}  // namespace till::app
