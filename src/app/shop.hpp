// The open shop: one data folder and everything that works on it. What can be done with it is in the headers beside
// this one, a topic each (selling, refunds, shifts, catalogue, receipts, backups, sync): free functions that take the
// Shop, an Actor and a request, check the rights, and write one transaction. All of them may be called from any thread
// and wait for the disk; the window never calls them (it goes through Till).
#pragma once

#include <memory>
#include <string>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "domain/money.hpp"

namespace till::storage {
class Env;
}

namespace till::app {

struct ShopState;

struct ShopOptions {
  std::string folder;
  std::string passphrase;     // opens the key ring on a PC that has no key for it; may be empty
  std::string assets_folder;  // empty: beside the program
  Clock* clock = nullptr;     // null: the system's
  Random* random = nullptr;   // null: the system's
  // For tests that cut the power: every file operation goes through `env` (null: the system's files; it outlives the
  // shop), the database's through the SQLite VFS of this name (empty: SQLite's own).
  storage::Env* env = nullptr;
  std::string vfs;
};

class Shop {
 public:
  // Takes the folder's lock: a second program on the same folder is refused with a sentence. A folder of a newer
  // version, a damaged database and a missing key are refused, too; nothing is changed then.
  static Result<std::unique_ptr<Shop>> open(const ShopOptions& options);
  ~Shop();
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  [[nodiscard]] const std::string& folder() const;
  [[nodiscard]] domain::Currency currency() const;
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::string terminal() const;
  // What the start-up check found, empty when all is well.
  [[nodiscard]] std::string startup_warning() const;

  [[nodiscard]] ShopState& state() const { return *state_; }  // for the bodies in this room (shop_state.hpp)

 private:
  explicit Shop(std::unique_ptr<ShopState> state);
  std::unique_ptr<ShopState> state_;
};

// Where the program's assets are: $TILLSTICK_ASSETS, beside the program, or one or two folders above it.
std::string find_assets();

}  // namespace till::app
