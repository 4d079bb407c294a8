// A record described once. An entity's `serialize(archive)` names its fields with their numbers:
//
//   template <class Archive> void serialize(Archive& archive) { archive(field(1, "sku", sku), field(2, "name", name)); }
//
// and from that one description come: the bytes of the whole (cereal), a map of field number to bytes for field-level
// merging (`to_fields`, `apply_fields`), and the list of names. Numbers are never reused; a reader keeps the numbers it
// does not know byte for byte. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/wire.hpp"

namespace till {

using FieldNumber = std::uint16_t;
using FieldMap = std::map<FieldNumber, Bytes>;

template <class T>
struct Field {
  FieldNumber number;
  const char* name;
  T& value;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
  }
};

template <class T>
Field<T> field(FieldNumber number, const char* name, T& value) {
  return {number, name, value};
}

namespace detail {

struct FieldCollector {
  FieldMap fields;
  template <class... T>
  void operator()(Field<T>... f) {
    ((fields[f.number] = encode(f.value)), ...);
  }
};

struct FieldApplier {
  const FieldMap& fields;
  Status status;
  template <class... T>
  void operator()(Field<T>... f) {
    (apply(f), ...);
  }
  template <class T>
  void apply(Field<T>& f) {
    const auto it = fields.find(f.number);
    if (it == fields.end() || !status) return;
    auto value = decode<T>(it->second);
    if (value) {
      f.value = std::move(*value);
    } else {
      status = fail(value.error().context(f.name));
    }
  }
};

struct FieldNames {
  std::map<FieldNumber, std::string> names;
  template <class... T>
  void operator()(Field<T>... f) {
    ((names[f.number] = f.name), ...);
  }
};

}  // namespace detail

template <class Entity>
FieldMap to_fields(const Entity& entity) {
  detail::FieldCollector collect;
  const_cast<Entity&>(entity).serialize(collect);  // collecting only reads
  return std::move(collect.fields);
}

// Sets the fields that the map has; unknown numbers are left to the caller to keep.
template <class Entity>
Status apply_fields(const FieldMap& fields, Entity& entity) {
  detail::FieldApplier apply{fields, {}};
  entity.serialize(apply);
  return apply.status;
}

template <class Entity>
std::map<FieldNumber, std::string> field_names() {
  Entity entity;
  detail::FieldNames collect;
  entity.serialize(collect);
  return std::move(collect.names);
}

}  // namespace till
