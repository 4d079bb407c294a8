#include "storage/migrations.hpp"
#include "storage/schema_001.hpp"

namespace till::storage {

std::vector<Migration> schema_list() {
  return {
      {1, "first schema", create_schema_001},
  };
}

}  // namespace till::storage
