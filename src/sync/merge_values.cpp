// merge_values (policy.hpp): what several changes did to one value, together.
#include <algorithm>
#include <limits>
#include <set>
#include <string>

#include "core/text.hpp"
#include "sync/policy.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kMaxTextBytes = 4096;
constexpr std::string_view kBetween = " / ";

std::optional<Bytes> merge_numbers(const std::optional<Bytes>& base, const std::vector<Bytes>& values) {
  if (!base) return std::nullopt;
  const auto from = decode<std::int64_t>(*base);
  if (!from) return std::nullopt;
  std::int64_t sum = *from;
  bool all_positive = sum >= 0;
  for (const Bytes& bytes : values) {
    const auto value = decode<std::int64_t>(bytes);
    std::int64_t difference = 0;
    if (!value || __builtin_sub_overflow(*value, *from, &difference) || __builtin_add_overflow(sum, difference, &sum))
      return std::nullopt;
    all_positive = all_positive && *value >= 0;
  }
  // Nobody asked for less than nothing.
  if (all_positive && sum < 0) return std::nullopt;
  return encode(sum);
}

template <class T>
std::optional<Bytes> merge_lists(const std::optional<Bytes>& base, const std::vector<Bytes>& values) {
  const auto from = base ? decode<std::vector<T>>(*base) : Result<std::vector<T>>{std::vector<T>{}};
  if (!from) return std::nullopt;
  std::vector<std::vector<T>> lists;
  for (const Bytes& bytes : values) {
    auto list = decode<std::vector<T>>(bytes);
    if (!list) return std::nullopt;
    lists.push_back(std::move(*list));
  }
  const auto has = [](const std::vector<T>& list, const T& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  };
  std::vector<T> merged;
  for (const auto& list : lists) {
    for (const T& item : list) {
      const bool removed = has(*from, item) && !std::all_of(lists.begin(), lists.end(),
                                                            [&](const auto& other) { return has(other, item); });
      if (!removed && !has(merged, item)) merged.push_back(item);
    }
  }
  return encode(merged);
}

// Begins and ends of two texts that are the same, in whole words.
std::string side_by_side(const std::string& first, const std::string& second) {
  auto a = split(first, ' '), b = split(second, ' ');
  std::vector<std::string> begin, end;
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    begin.push_back(a.front());
    a.erase(a.begin()), b.erase(b.begin());
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    end.insert(end.begin(), a.back());
    a.pop_back(), b.pop_back();
  }
  const auto joined = [](const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
  };
  std::string text = joined(begin);
  const auto append = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : " ") + part;
  };
  append(joined(a) + (a.empty() || b.empty() ? "" : std::string(kBetween)) + joined(b));
  append(joined(end));
  return text;
}

std::string together(const std::string& first, const std::string& second) {
  if (first.find(second) != std::string::npos) return first;
  if (second.find(first) != std::string::npos) return second;
  return side_by_side(first, second);
}

std::optional<Bytes> merge_texts(const std::optional<Bytes>& base, const std::vector<Bytes>& values) {
  std::optional<std::string> merged;
  for (const Bytes& bytes : values) {
    if (base && bytes == *base) continue;  // it says what was there before
    const auto text = decode<std::string>(bytes);
    if (!text) return std::nullopt;
    merged = merged ? together(*merged, *text) : *text;
  }
  if (!merged) return base;
  if (merged->size() > kMaxTextBytes) return std::nullopt;
  return encode(*merged);
}

}  // namespace

std::optional<Bytes> merge_values(FieldKind kind, const std::optional<Bytes>& base, const std::vector<Bytes>& values) {
  switch (kind) {
    case FieldKind::number:
      return merge_numbers(base, values);
    case FieldKind::text:
      return merge_texts(base, values);
    case FieldKind::texts:
      return merge_lists<std::string>(base, values);
    case FieldKind::ids:
      return merge_lists<Id>(base, values);
    case FieldKind::other:
      break;
  }
  return std::nullopt;
}

}  // namespace till::sync
