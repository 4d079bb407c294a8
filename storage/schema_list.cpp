#include "storage/migrations.hpp"
#include "storage/schema_001.hpp"
#include "storage/schema_002.hpp"
#include "storage/schema_003.hpp"
#include "storage/schema_004.hpp"

namespace till::storage {

std::vector<Migration> schema_list() {
  return {
      {1, "first schema", create_schema_001},
      {2, "more entities, several peers", create_schema_002},
      {3, "the audit journal carries its chain", create_schema_003},
      {4, "orders, shifts and counts know how far they are sent", create_schema_004},
      // No table changed. The rows are read as they are and written anew when they change, which programs of before
      // would take for damage.
      {5, "the stamps of rows take less room", [](Connection&) { return Status{}; }},
  };
}

}  // namespace till::storage
