#include "storage/sync_entities.hpp"

#include <type_traits>

#include "storage/tables.hpp"

namespace till::storage {

namespace {

using sync::Lane;

template <class E>
constexpr bool kDocument = std::is_same_v<E, domain::Resolution> || std::is_same_v<E, domain::Sale> ||
                           std::is_same_v<E, domain::StockMove> || std::is_same_v<E, domain::ShiftEvent> ||
                           std::is_same_v<E, domain::StockCount> || std::is_same_v<E, domain::OrderEvent> ||
                           std::is_same_v<E, domain::AuditEntry> || std::is_same_v<E, sync::Amendment>;

template <class E>
constexpr bool kDining =
    std::is_same_v<E, domain::DiningTable> || std::is_same_v<E, domain::Order> || std::is_same_v<E, domain::OrderEvent>;

template <class E>
constexpr bool kTelemetry = std::is_same_v<E, domain::AuditEntry> || std::is_same_v<E, sync::DeviceProgress>;

template <class E>
constexpr Lane kLane = kTelemetry<E>                           ? Lane::low
                       : std::is_same_v<E, domain::Resolution> ? Lane::normal
                       : kDining<E>                            ? Lane::high
                       : kDocument<E>                          ? Lane::critical
                                                               : Lane::normal;

// to_fields with one archive for all of them.
struct FieldsInOrder {
  WireWriter out;
  FieldMap fields;
  template <class... T>
  void operator()(Field<T>... f) {
    (add(f), ...);
  }
  template <class T>
  void add(const Field<T>& f) {
    out(f.value);
    fields.insert_or_assign(fields.end(), f.number, out.take());
  }
};

template <class E>
FieldMap fields_of(E& entity) {
  FieldsInOrder collect;
  entity.serialize(collect);
  return std::move(collect.fields);
}

Error unknown_entity() {
  return Error{ErrorKind::invalid, "this kind of entry is not known to this program", {}};
}

}  // namespace

std::optional<Lane> lane_of(sync::EntityNumber entity) {
  std::optional<Lane> lane;
  with_entity(entity, [&]<class E>() { lane = kLane<E>; });
  return lane;
}

bool is_document(sync::EntityNumber entity) {
  bool document = false;
  with_entity(entity, [&]<class E>() { document = kDocument<E>; });
  return document;
}

Result<FieldMap> load_fields(Connection& conn, sync::EntityNumber entity, const Id& row) {
  Result<FieldMap> fields = fail(unknown_entity());
  with_entity(entity, [&]<class E>() {
    auto stored_row = load<E>(conn, row);
    if (!stored_row) {
      fields = fail(stored_row.error());
    } else {
      fields = *stored_row ? fields_of(**stored_row) : FieldMap{};
    }
  });
  return fields;
}

Status store_fields(Connection& conn, sync::EntityNumber entity, const Id& row, const FieldMap& fields) {
  Status done = fail(unknown_entity());
  with_entity(entity, [&]<class E>() {
    E value;
    value.id = row;
    done = apply_fields(fields, value);
    if (done) done = store(conn, value);
  });
  return done;
}

Result<bool> is_stored(Connection& conn, sync::EntityNumber entity, const Id& row) {
  Result<bool> found = fail(unknown_entity());
  with_entity(entity, [&]<class E>() { found = stored<E>(conn, row); });
  return found;
}

FieldMap unknown_fields(sync::EntityNumber entity, const FieldMap& fields) {
  FieldMap unknown;
  with_entity(entity, [&]<class E>() {
    static const auto names = field_names<E>();
    for (const auto& [number, value] : fields) {
      if (!names.contains(number)) unknown[number] = value;
    }
  });
  return unknown;
}

}  // namespace till::storage
