// From an entity's own `serialize` to the columns of its table: each field is a column of the field's name. Numbers,
// amounts, texts, ids and byte strings are stored as themselves, lists as their encoded bytes.
#pragma once

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "storage/connection.hpp"

namespace till::storage {

template <class T>
concept ColumnValue = requires(Query& q, const T& v) {
  q.bind(1, v);
};

class RowBinder {
 public:
  RowBinder(Query& q, int first) : q_(q), at_(first) {}
  template <class... T>
  void operator()(Field<T>... f) {
    (bind(f.value), ...);
  }

 private:
  template <class T>
  void bind(const T& value) {
    if constexpr (ColumnValue<T>) {
      q_.bind(at_++, value);
    } else {
      q_.bind(at_++, encode(value));
    }
  }
  Query& q_;
  int at_;
};

class RowReader {
 public:
  RowReader(const Query& q, int first) : q_(q), column_(first) {}
  template <class... T>
  void operator()(Field<T>... f) {
    (read(f.value), ...);
  }
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  void read(std::string& v) { v = q_.text(column_++); }
  void read(Bytes& v) { v = q_.blob(column_++); }
  void read(Id& v) { v = q_.id(column_++); }
  void read(domain::Money& v) { v = q_.money(column_++); }
  void read(domain::Quantity& v) { v = q_.quantity(column_++); }
  template <class T>
  void read(T& v) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      v = q_.as<T>(column_++);
    } else {
      auto decoded = decode<T>(q_.blob(column_++));
      if (decoded) {
        v = std::move(*decoded);
      } else {
        status_ = fail(decoded.error());
      }
    }
  }
  const Query& q_;
  int column_;
  Status status_;
};

namespace detail {

struct ColumnCollector {
  std::vector<std::string> names;
  template <class... T>
  void operator()(Field<T>... f) {
    (names.emplace_back(f.name), ...);
  }
};

}  // namespace detail

// In the order in which RowBinder and RowReader go.
template <class E>
std::vector<std::string> column_names() {
  E entity;
  detail::ColumnCollector collect;
  entity.serialize(collect);
  return std::move(collect.names);
}

template <class E>
void bind_fields(Query& q, int first, const E& entity) {
  RowBinder binder(q, first);
  const_cast<E&>(entity).serialize(binder);  // binding only reads
}

template <class E>
Status read_fields(const Query& q, int first, E& entity) {
  RowReader reader(q, first);
  entity.serialize(reader);
  return reader.status();
}

// "a, b, c" and "?2, ?3, ?4" and "a = excluded.a, ...".
std::string comma_list(const std::vector<std::string>& names);
std::string parameters(int first, std::size_t count);
std::string excluded_list(const std::vector<std::string>& names);

}  // namespace till::storage
