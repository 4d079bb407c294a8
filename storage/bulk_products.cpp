#include "storage/search.hpp"
#include "storage/tables.hpp"

namespace till::storage {

Result<BulkProducts> BulkProducts::begin(Connection& conn) {
  TRY(
      conn.exec("INSERT INTO product_words(product_words, rank) VALUES('automerge', 0);"
                "INSERT INTO product_parts(product_parts, rank) VALUES('automerge', 0)"));
  return BulkProducts(conn);
}

Status BulkProducts::add(const domain::Product& product) {
  return store(*conn_, product);
}

Status BulkProducts::finish() {
  return conn_->exec(
      "INSERT INTO product_words(product_words, rank) VALUES('automerge', 4);"
      "INSERT INTO product_parts(product_parts, rank) VALUES('automerge', 4);"
      "INSERT INTO product_words(product_words) VALUES('optimize');"
      "INSERT INTO product_parts(product_parts) VALUES('optimize')");
}

}  // namespace till::storage
