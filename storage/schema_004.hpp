// Schema version 4: not only sales but orders, shifts and stock counts too know how far they are on their way to the
// others (storage/waiting_documents.hpp). Never edited once released; changes come as later versions.
#pragma once

#include "storage/connection.hpp"

namespace till::storage {

Status create_schema_004(Connection& conn);

}  // namespace till::storage
