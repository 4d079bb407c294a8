// A product on the disk: its row, and while it is active its barcodes and the words that find it.
#pragma once

#include "domain/entities/catalogue.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Status put_product(Connection& conn, const domain::Product& product);

}  // namespace till::storage
