// migrate (migrations.hpp) for a copy of a database that is thrown away if it fails; nothing is kept beside it.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "storage/migrations.hpp"

namespace till::storage {

Status upgrade_copy(Connection& conn, const std::vector<Migration>& migrations);

}  // namespace till::storage
