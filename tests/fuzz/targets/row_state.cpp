// The stamps of a row, as they lie in the database (and in a copied or damaged one).
#include "storage/sync_row_state.hpp"

#include "fuzz/harness.hpp"

namespace till::fuzz {
namespace {

struct Origins {
  Origins() {
    must(database && *database &&
             (*database)->exec("CREATE TABLE sync_origin(number INTEGER PRIMARY KEY, device BLOB "
                               "NOT NULL, incarnation INTEGER NOT NULL)"),
         "a database in memory");
    for (std::uint8_t i = 1; i <= 3; ++i) {
      Id device;
      device.bytes.fill(i);
      must(origins.number_of({device, i}).has_value(), "an origin");
    }
  }
  Result<std::unique_ptr<storage::Connection>> database =
      storage::Connection::open(":memory:", storage::Access::read_write);
  storage::SyncOrigins origins{**database};
};

}  // namespace

FUZZ_TARGET(row_state, 2 * kMiB) {
  static Origins known;
  const auto states = storage::decode_states(input, known.origins);
  if (!good(states)) return;
  const auto bytes = storage::encode_states(*states, known.origins);
  must(bytes.has_value(), "what was read can be written");
  const auto again = storage::decode_states(*bytes, known.origins);
  must(again && *again == *states, "and reads the same again");
  const auto once_more = storage::encode_states(*again, known.origins);
  must(once_more && *once_more == *bytes, "with what is expected, too");
}

}  // namespace till::fuzz
