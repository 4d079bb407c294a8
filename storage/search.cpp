#include "storage/search.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <tuple>

#include "core/text.hpp"
#include "storage/search_text.hpp"
#include "storage/tables.hpp"

namespace till::storage {

namespace {

constexpr std::size_t kRowsLookedAt = 200;  // per question of an index
constexpr std::size_t kPrefixIndexMax = 4;  // the longest of product_words' prefix indexes
constexpr std::size_t kTextMax = 64;        // code points of what is typed; the rest does not matter
constexpr std::size_t kWordsMax = 6;

struct Candidate {
  std::int64_t number = 0;
  std::string sku, folded_name;
  int rank = 0;
};

// What is typed, made ready once.
struct Wanted {
  std::string folded;
  std::vector<std::string> words;
};

bool has_all_beginnings(const Candidate& c, const Wanted& wanted) {
  const auto words = words_of(c.folded_name);
  return std::all_of(wanted.words.begin(), wanted.words.end(), [&](const std::string& part) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return word.starts_with(part); });
  });
}

bool has_all_parts(const Candidate& c, const Wanted& wanted) {
  return std::all_of(wanted.words.begin(), wanted.words.end(),
                     [&](const std::string& word) { return c.folded_name.find(word) != std::string::npos; });
}

using Fits = std::function<bool(const Candidate&)>;

class Candidates {
 public:
  explicit Candidates(Connection& conn) : conn_(conn) {}

  // How many rows were looked at.
  Result<std::size_t> add(Result<Query> asked, const Fits& fits = {}) {
    auto q = TRY(std::move(asked));
    std::size_t rows = 0;
    for (; TRY(q.next()); ++rows) {
      Candidate found{q.integer(0), q.text(1), q.text(2), 0};
      if (fits && !fits(found)) continue;
      if (numbers_.insert(found.number).second) found_.push_back(std::move(found));
    }
    return rows;
  }
  [[nodiscard]] std::size_t size() const { return found_.size(); }

  Result<std::vector<domain::Product>> best(const Wanted& wanted, std::size_t max) {
    for (auto& candidate : found_) candidate.rank = rank_of(candidate, wanted);
    const auto better = [](const Candidate& a, const Candidate& b) {
      return std::tie(a.rank, a.folded_name, a.number) < std::tie(b.rank, b.folded_name, b.number);
    };
    max = std::min(max, found_.size());
    std::partial_sort(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(max), found_.end(), better);
    std::vector<domain::Product> products;
    for (std::size_t i = 0; i < max; ++i) {
      auto one =
          TRY(load_where<domain::Product>(conn_, "WHERE number = ?1", [&](Query& q) { q.bind(1, found_[i].number); }));
      if (!one.empty()) products.push_back(std::move(one.front()));
    }
    return products;
  }

 private:
  // Lower is better.
  static int rank_of(const Candidate& c, const Wanted& wanted) {
    if (folded(c.sku) == wanted.folded) return 0;
    if (c.folded_name == wanted.folded) return 1;
    if (c.folded_name.starts_with(wanted.folded)) return 2;
    return has_all_beginnings(c, wanted) ? 3 : 4;
  }

  Connection& conn_;
  std::vector<Candidate> found_;
  std::set<std::int64_t> numbers_;
};

constexpr const char* kByWords =
    "SELECT p.number, p.sku, p.folded_name FROM product_words w JOIN product p ON p.number = w.rowid "
    "WHERE w.product_words MATCH ?1 LIMIT ?2";
constexpr const char* kByParts =
    "SELECT p.number, p.sku, p.folded_name FROM product_parts w JOIN product p ON p.number = w.rowid "
    "WHERE w.product_parts MATCH ?1 LIMIT ?2";
constexpr const char* kBySku =
    "SELECT number, sku, folded_name FROM product WHERE lifecycle = 0 AND sku COLLATE NOCASE >= ?1 "
    "AND sku COLLATE NOCASE < ?2 LIMIT ?3";
constexpr const char* kByBarcode =
    "SELECT p.number, p.sku, p.folded_name FROM product_barcode b JOIN product p ON p.number = b.product "
    "WHERE b.code >= ?1 AND b.code < ?2 LIMIT ?3";

// Everything that begins so sorts below this.
std::string end_of_prefix(const std::string& prefix) {
  return prefix + "\xf4\x8f\xbf\xbf";
}

// One question of an index in two forms: the quick one finds all that the exact one finds and more, each row is
// checked. The exact one of a popular word would have the index merge a hundred thousand rows before it gives the
// first.
struct Match {
  std::string quick, exact;
};

Match beginnings(const Wanted& wanted) {
  Match match;
  for (const auto& word : wanted.words) {
    match.quick += "\"" + clipped(word, kPrefixIndexMax) + "\"* ";
    match.exact += "\"" + word + "\"* ";
  }
  return match;
}

// Words too short for a trigram are left to the check of each candidate; empty when all are.
Match parts(const Wanted& wanted) {
  Match match;
  const auto add = [](std::string& to, const std::string& trigram) {
    to += (to.empty() ? "\"" : " AND \"") + trigram + "\"";
  };
  for (const auto& word : wanted.words) {
    const auto trigrams = trigrams_of(word);
    for (std::size_t i = 0; i < trigrams.size(); ++i) {
      add(match.exact, trigrams[i]);
      if (i == 0 || i + 1 == trigrams.size()) add(match.quick, trigrams[i]);
    }
  }
  return match;
}

Status add_matching(Candidates& candidates, Connection& conn, const char* sql, const Match& match, const Fits& fits,
                    std::size_t max_hits) {
  const auto rows = TRY(candidates.add(conn.query(sql, match.quick, kRowsLookedAt), fits));
  if (rows < kRowsLookedAt || candidates.size() >= max_hits || match.quick == match.exact) return {};
  TRY(candidates.add(conn.query(sql, match.exact, kRowsLookedAt), fits));
  return {};
}

Wanted wanted_of(std::string_view text) {
  Wanted wanted;
  wanted.folded = folded(trimmed(clipped(text, kTextMax)));
  wanted.words = words_of(wanted.folded);
  if (wanted.words.size() > kWordsMax) wanted.words.resize(kWordsMax);
  return wanted;
}

}  // namespace

Result<std::vector<domain::Product>> search_products(Connection& conn, std::string_view text, std::size_t max_hits) {
  if (!is_valid_utf8(text)) return invalid("the text to search for cannot be read; type it again");
  const auto wanted = wanted_of(text);
  if (wanted.words.empty() || max_hits == 0) return std::vector<domain::Product>{};
  Candidates candidates(conn);
  const auto code = trimmed(text);
  if (code.size() >= 2) {
    const auto end = end_of_prefix(code);
    TRY(candidates.add(conn.query(kBySku, code, end, kRowsLookedAt)));
    const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
    if (digits) TRY(candidates.add(conn.query(kByBarcode, code, end, kRowsLookedAt)));
  }
  TRY(add_matching(
      candidates, conn, kByWords, beginnings(wanted), [&](const Candidate& c) { return has_all_beginnings(c, wanted); },
      max_hits));
  const auto by_parts = parts(wanted);
  if (candidates.size() < max_hits && !by_parts.quick.empty()) {
    TRY(add_matching(
        candidates, conn, kByParts, by_parts, [&](const Candidate& c) { return has_all_parts(c, wanted); }, max_hits));
  }
  return candidates.best(wanted, max_hits);
}

Result<std::vector<domain::Product>> tiles(Connection& conn, const Id& category, std::size_t max_hits) {
  // Named, because without statistics SQLite would rather walk a whole category.
  const char* of_all = "INDEXED BY product_tiles WHERE lifecycle = 0 AND position > 0 ORDER BY position, name LIMIT ?2";
  const char* of_one =
      "INDEXED BY product_tiles WHERE lifecycle = 0 AND position > 0 AND category = ?1 ORDER BY position, name LIMIT "
      "?2";
  return load_where<domain::Product>(conn, category.is_nil() ? of_all : of_one, [&](Query& q) {
    if (!category.is_nil()) q.bind(1, category);
    q.bind(2, max_hits);
  });
}

Result<std::vector<domain::Product>> products_of(Connection& conn, const Id& category, std::size_t offset,
                                                 std::size_t max_hits) {
  return load_where<domain::Product>(
      conn, "WHERE lifecycle = 0 AND category = ?1 ORDER BY folded_name, number LIMIT ?2 OFFSET ?3", [&](Query& q) {
        q.bind(1, category);
        q.bind(2, max_hits);
        q.bind(3, offset);
      });
}

Result<std::vector<domain::Customer>> search_customers(Connection& conn, std::string_view text, std::size_t max_hits) {
  const auto typed = trimmed(text);
  if (typed.empty()) return std::vector<domain::Customer>{};
  const char* clause =
      "WHERE lifecycle = 0 AND (card_code = ?1 OR instr(lower(name), lower(?1)) OR instr(phone, ?1) OR "
      "instr(lower(email), lower(?1))) ORDER BY card_code = ?1 DESC, name LIMIT ?2";
  return load_where<domain::Customer>(conn, clause, [&](Query& q) {
    q.bind(1, typed);
    q.bind(2, max_hits);
  });
}

}  // namespace till::storage
