// What sync keeps beside the rows of each entity stays under 1.5 times the rows themselves, in stored bytes: stamps,
// digests and what waits to be confirmed, against the entity's tables with their indices (those of the product search
// left out, which would make the row heavier). The log is not counted: it is the changes themselves, and is pruned.
// The heaviest are full rows of short fields (taxes, prices) all of which were changed one by one.
#include <map>
#include <set>

#include "entity_exchange.hpp"

namespace till::storage {
namespace {

constexpr double kBound = 1.5;
constexpr std::size_t kRows = 200;

// How much of a row is filled in: what it cannot be without, what most shops enter, everything.
enum class Content : unsigned char { least, typical, full };

class Fill {
 public:
  Fill(Content content, std::size_t row, unsigned variant, SeededRandom& random)
      : content_(content), row_(row), variant_(variant), random_(random) {}
  template <class... T>
  void operator()(Field<T>... f) {
    (fill(f), ...);
  }

 private:
  template <class T>
  void fill(Field<T>& f) {
    static const std::set<std::string> least = {
        "name",   "sku",    "number",    "category", "product", "price",  "amount",   "key",       "value", "code",
        "action", "device", "user_name", "terminal", "shift",   "at",     "order_id", "line",      "user",  "table_id",
        "sha256", "entity", "row",       "address",  "receipt", "total",  "printer",  "due",       "paid",  "series",
        "chosen", "taxes",  "currency",  "lines",    "mime",    "target", "quantity", "unit_price"};
    static const std::set<std::string> typical = {
        "phone",      "email",    "contact",     "rate_micro", "letter",      "role",     "pin_verifier", "icon",
        "colour_rgb", "position", "signing_key", "version",    "sealing_key", "columns",  "size_bytes",   "seats",
        "x_mm",       "y_mm",     "created_at",  "price_list", "valid_from",  "barcodes", "room"};
    const bool is_filled = content_ == Content::full || least.contains(f.name) ||
                           (content_ == Content::typical && typical.contains(f.name));
    if (!is_filled) return;
    if constexpr (std::is_same_v<T, Bytes>) f.value.resize(f.name == std::string_view("pin_verifier") ? 52 : 32);
    set(f.value);
  }
  template <class T>
  void set(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = (variant_ == 0 ? "Green tea, Sencha " : "Black tea, Ceylon ") + std::to_string(row_);
    } else if constexpr (std::is_same_v<T, Id>) {
      random_.fill(value.bytes);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      if (value.empty()) value.resize(32);
      random_.fill(value);
    } else if constexpr (std::is_same_v<T, bool>) {
      value = variant_ != 0;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(variant_);
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(1000 * (variant_ + 1) + row_);
    } else if constexpr (std::is_same_v<T, domain::Money>) {
      value.minor = static_cast<std::int64_t>(199 + variant_ + row_);
    } else if constexpr (std::is_same_v<T, domain::Quantity>) {
      value.milli = 1000 + static_cast<std::int64_t>(variant_);
    } else if constexpr (requires { value.emplace_back(); }) {
      value.resize(1);
      set(value[0]);
    } else if constexpr (std::is_same_v<T, domain::SaleLine>) {
      set(value.product), set(value.sku), set(value.name), set(value.unit_price), set(value.total);
    } else if constexpr (std::is_same_v<T, domain::CitedChange>) {
      set(value.device), set(value.value);
    }
  }

  const Content content_;
  const std::size_t row_;
  const unsigned variant_;
  SeededRandom& random_;
};

struct Weights {
  std::int64_t plain = 0, metadata = 0;  // bytes
};

class MetadataFactor : public EntityExchange {
 protected:
  // Of all pages, what is used of them.
  static Weights weights(WritingTill& till) {
    const auto bytes = [&](const std::string& tables) {
      return till.read([&](Connection& conn) {
        return conn.integer(
            "SELECT coalesce(sum(pgsize - unused), 0) FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema "
            "WHERE " +
            tables + ")");
      });
    };
    return {bytes("tbl_name NOT LIKE 'sync@_%' ESCAPE '@' AND tbl_name NOT LIKE 'product@_words%' ESCAPE '@' AND "
                  "tbl_name NOT LIKE 'product@_parts%' ESCAPE '@' AND tbl_name NOT LIKE 'stock@_level%' ESCAPE '@' AND "
                  "name NOT LIKE 'sqlite@_%' ESCAPE '@'")
                .value_or(0),
            bytes("tbl_name LIKE 'sync@_%' ESCAPE '@' AND tbl_name NOT IN ('sync_uncut', 'sync_segment')").value_or(0)};
  }
  template <class E>
  E made(Content content, std::size_t row, unsigned variant, const Id& id) {
    E entity;
    entity.id = id;
    Fill fill(content, row, variant, random_);
    entity.serialize(fill);
    return entity;
  }
  template <class E>
  static Status write(Transaction& tx, WritingTill& till, const E& entity) {
    if (is_document(E::kEntity)) return till.replica.add(tx, entity);
    return till.replica.put(tx, entity);
  }

  // Metadata against plain rows.
  struct Factors {
    double made = 0;             // by one change each
    double worked_on = 0;        // and three fields changed since, by a change of its own each
    double changed_through = 0;  // and all others
  };
  template <class E>
  Factors factors(Content content) {
    WritingTill till(clock_, Id{{0xde, 9}}, 31);
    const Weights empty = weights(till);
    std::vector<Id> ids;
    till.change([&](Transaction& tx) -> Status {
      for (std::size_t row = 0; row < kRows; ++row) {
        ids.push_back(id());
        TRY(write(tx, till, made<E>(content, row, 0, ids.back())));
      }
      return {};
    });
    const double made_so = factor(empty, weights(till));
    if (is_document(E::kEntity)) return {made_so, made_so, made_so};
    std::vector<FieldMap> others;
    for (std::size_t row = 0; row < kRows; ++row) others.push_back(to_fields(made<E>(content, row, 1, ids[row])));
    Factors found{made_so, made_so, made_so};
    std::size_t fields = 0;
    for (const auto& [number, name] : field_names<E>()) {
      clock_.advance(std::chrono::days(30));  // stamps far apart take more room
      till.change([&, field = number](Transaction& tx) -> Status {
        SyncStore store(tx);
        for (std::size_t row = 0; row < kRows; ++row)
          TRY(till.replica.log().set(store, *lane_of(E::kEntity), E::kEntity, ids[row],
                                     {{field, others[row].at(field)}}));
        return {};
      });
      found.changed_through = factor(empty, weights(till));
      if (++fields <= 3) found.worked_on = found.changed_through;
    }
    return found;
  }
  static double factor(const Weights& before, const Weights& after) {
    EXPECT_GT(after.plain, before.plain + static_cast<std::int64_t>(kRows) * 16) << "these rows are not where it looks";
    return static_cast<double>(after.metadata - before.metadata) / static_cast<double>(after.plain - before.plain);
  }
};

// Their rows are metadata through and through: one for each terminal, and one for each mended clock.
template <class E>
constexpr bool kOfSyncItself = std::is_same_v<E, sync::DeviceProgress> || std::is_same_v<E, sync::Amendment>;

TEST_F(MetadataFactor, stays_under_one_and_a_half_for_every_entity) {
  int entities = 0;
  each_entity([&]<class E>() {
    if constexpr (!kOfSyncItself<E>) {
      ++entities;
      for (const auto& [content, name] : {std::pair(Content::least, "least"), std::pair(Content::typical, "typical"),
                                          std::pair(Content::full, "full")}) {
        const auto label = "entity_" + std::to_string(E::kEntity) + "_" + name;
        const Factors found = factors<E>(content);
        EXPECT_LT(found.made, kBound) << label << ", as it was made";
        EXPECT_LT(found.worked_on, kBound) << label << ", three fields changed since";
        EXPECT_LT(found.changed_through, kBound) << label << ", each field changed by a change of its own";
        EXPECT_TRUE(is_document(E::kEntity) || found.made > 0.02) << label << " has stamps somewhere";
        RecordProperty(label, std::to_string(found.made) + " " + std::to_string(found.worked_on) + " " +
                                  std::to_string(found.changed_through));
      }
    }
  });
  EXPECT_EQ(entities, 22);
}

}  // namespace
}  // namespace till::storage
