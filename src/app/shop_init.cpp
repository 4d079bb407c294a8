#include "app/shop_init.hpp"

#include <fmt/format.h>

#include "app/demo_shop.hpp"
#include "app/journal.hpp"
#include "app/key_files.hpp"
#include "app/printing.hpp"
#include "app/shop_state.hpp"
#include "app/users.hpp"
#include "core/text.hpp"
#include "domain/permissions.hpp"
#include "security/pin.hpp"
#include "storage/folder_seal.hpp"
#include "storage/meta.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

// The demo's PINs protect nothing; a real scrypt cost would only make a dozen of them slow.
constexpr security::ScryptCost kDemoPinCost{10, 8, 1};
constexpr std::size_t kRowsPerGroup = 200;
constexpr std::size_t kMaxNameBytes = 80;
constexpr std::size_t kMaxTerminalName = 40;

struct Content {
  DemoShop shop;
  security::PinRules pin_rules = security::PinRules::shop;
  security::ScryptCost pin_cost = security::kPinCost;
};

Result<Content> empty_shop(const NewShop& wanted, Clock& clock, Random& random) {
  const auto name = trimmed(wanted.name);
  if (name.empty() || name.size() > kMaxNameBytes || !is_valid_utf8(name))
    return invalid("give the shop a name of 1 to 80 characters");
  TRY(domain::currency_of(wanted.currency));
  Content content;
  content.shop.settings = {make_setting("shop.name", name), make_setting("shop.currency", wanted.currency)};
  DemoUser owner;
  owner.user.id = new_id(clock, random);
  owner.user.name = "Owner";
  owner.user.role = domain::Role::owner;
  owner.pin = random_pin(random);
  content.shop.users.push_back(owner);
  return content;
}

Result<Content> content_of(const NewShop& wanted, Clock& clock, Random& random) {
  if (!wanted.name.empty()) return empty_shop(wanted, clock, random);
  const auto assets = wanted.assets_folder.empty() ? find_assets() : wanted.assets_folder;
  Content content;
  content.shop = TRY(load_demo_shop(assets + "/demo"));
  content.pin_rules = security::PinRules::demo;
  content.pin_cost = kDemoPinCost;
  return content;
}

// Returns the ring.
Result<security::KeyRing> make_keys(storage::Env& env, const storage::FolderPaths& paths, const std::string& passphrase,
                                    Clock& clock, Random& random) {
  if (!passphrase.empty()) TRY(security::check_passphrase(passphrase));
  const auto pc = TRY(load_pc_key(env, paths, random));
  auto ring = TRY(
      security::RingFile::create(security::KeyRing::generate(new_id(clock, random), clock, random), pc.key, random));
  if (!passphrase.empty()) TRY(ring.set_passphrase(passphrase, security::kDefaultCost, pc.key, random));
  TRY(write_ring(env, paths, ring, random));
  const auto identity = TRY(security::DeviceIdentity::generate(clock, random));
  TRY(write_identity(env, paths, identity, pc.key, random));
  return std::move(ring.ring);
}

// Bounded groups, so that a large catalogue does not become one huge record.
template <class E>
Status put_all(ShopState& state, const std::vector<E>& rows, const char* what) {
  for (std::size_t from = 0; from < rows.size(); from += kRowsPerGroup) {
    TRY(change(state, [&](storage::Transaction& tx) -> Status {
      for (std::size_t i = from; i < std::min(rows.size(), from + kRowsPerGroup); ++i) {
        if constexpr (std::is_same_v<E, domain::StockMove>) {
          TRY(state.replica->add(tx, rows[i]));
        } else {
          TRY(state.replica->put(tx, rows[i]));
        }
      }
      // What the shop begins with is in its tables; before it there was nothing to compare with.
      const auto changes = state.replica->take_changes();
      return write_journal(state, tx, Actor{},
                           {"shop.init", what, fmt::format("{} entries", changes.rows + changes.documents)});
    }));
  }
  return {};
}

Result<std::vector<domain::User>> users_with_pins(const Content& content, Random& random) {
  std::vector<domain::User> users;
  for (const auto& login : content.shop.users) {
    TRY(security::check_pin_rules(login.pin, content.pin_rules));
    auto user = login.user;
    // Two tills that are both the demo shop must agree on its users to the byte.
    SeededRandom known(std::hash<Id>{}(user.id));
    Random& salt = content.pin_rules == security::PinRules::demo ? static_cast<Random&>(known) : random;
    user.pin_verifier = TRY(security::make_pin_verifier(login.pin, content.pin_cost, salt));
    users.push_back(std::move(user));
  }
  return users;
}

// Four letters of the device's id: no two terminals of a shop are likely to share them, hub or no hub.
std::string terminal_code(const Id& device) {
  return to_base32(ByteView(device.bytes).last(4)).substr(0, 4);
}

Status write_identity_rows(ShopState& state, const NewShop& wanted, const Content& content) {
  return change(state, [&](storage::Transaction& tx) -> Status {
    const auto code = terminal_code(state.device());
    const auto name = trimmed(wanted.terminal_name).empty() ? "Till " + code : trimmed(wanted.terminal_name);
    TRY(storage::set_meta_text(tx, "terminal.code", code));
    TRY(storage::set_meta_text(tx, "terminal.name", name));
    TRY(storage::set_meta_integer(tx, "terminal.first_incarnation", TRY(storage::log_identity(tx)).incarnation));
    if (!content.shop.printers.empty()) TRY(save_printer(tx, content.shop.printers.front()));
    domain::Device device;
    device.id = state.device();
    device.name = name;
    device.code = code;
    const auto known = state.keys->identity().public_part();
    device.signing_key.assign(known.signing.begin(), known.signing.end());
    device.sealing_key.assign(known.exchange.begin(), known.exchange.end());
    TRY(state.replica->put(tx, device));
    return write_journal(state, tx, Actor{}, {"shop.init", name, code});
  });
}

Status fill(ShopState& state, const NewShop& wanted, const Content& content) {
  TRY(write_identity_rows(state, wanted, content));
  TRY(put_all(state, content.shop.settings, "settings"));
  TRY(put_all(state, content.shop.taxes, "taxes"));
  TRY(put_all(state, content.shop.categories, "categories"));
  TRY(put_all(state, TRY(users_with_pins(content, state.random)), "users"));
  TRY(put_all(state, content.shop.suppliers, "suppliers"));
  TRY(put_all(state, content.shop.products, "products"));
  TRY(put_all(state, content.shop.customers, "customers"));
  TRY(put_all(state, content.shop.printer_rows, "printers"));
  TRY(put_all(state, content.shop.printer_assignments, "printer assignments"));
  TRY(put_all(state, content.shop.tables, "tables"));
  return put_all(state, content.shop.opening_stock, "opening stock");
}

Status make_empty_database(storage::Env& env, const storage::FolderPaths& paths, const security::KeyRing& ring,
                           Random& random) {
  const auto seal = TRY(storage::FolderSeal::establish(paths.root, TRY(database_key(env, paths, ring, true, random))));
  storage::OpenOptions options;
  options.folder = paths.root;
  TRY(storage::Database::open(env, options));
  return {};
}

InitReport report_of(const Content& content, const Shop& shop) {
  InitReport report;
  report.shop_name = shop.name();
  report.terminal_code = terminal_code(shop.state().device());
  report.products = content.shop.products.size();
  report.categories = content.shop.categories.size();
  report.customers = content.shop.customers.size();
  report.tables = content.shop.tables.size();
  report.printers = content.shop.printers.size();
  for (const auto& login : content.shop.users)
    report.logins.push_back({login.user.name, std::string(domain::to_string(login.user.role)), login.pin});
  return report;
}

Result<InitReport> make_shop(storage::Env& env, const NewShop& wanted, const Content& content, Clock& clock,
                             Random& random) {
  TRY(env.make_dirs(wanted.folder));
  const storage::FolderPaths paths{wanted.folder};
  {
    const auto lock = TRY(storage::ShopFolder::open(env, wanted.folder));
    const auto ring = TRY(make_keys(env, paths, wanted.passphrase, clock, random));
    TRY(make_empty_database(env, paths, ring, random));
  }
  ShopOptions options;
  options.folder = wanted.folder;
  options.passphrase = wanted.passphrase;
  const auto shop = TRY(Shop::open(options));
  TRY(fill(shop->state(), wanted, content));
  TRY(shop->state().reload_settings());
  return report_of(content, *shop);
}

}  // namespace

Result<InitReport> init_shop(const NewShop& wanted) {
  SystemClock clock;
  SystemRandom random;
  const auto env = storage::make_real_env();
  if (env->exists(storage::FolderPaths{wanted.folder}.database()))
    return invalid("there is a shop in '" + wanted.folder + "' already; choose another folder, or move this one away");
  const storage::FolderPaths paths{wanted.folder};
  if (has_ring(*env, paths))
    return invalid("there are the keys of a shop in '" + wanted.folder +
                   "', but no database; restore its newest backup there, or choose another folder for the new shop");
  const auto terminal = trimmed(wanted.terminal_name);
  if (code_points(terminal) > kMaxTerminalName || !is_valid_utf8(terminal))
    return invalid("give the terminal a name of 1 to 40 characters");
  const auto content = TRY(content_of(wanted, clock, random));
  auto report = make_shop(*env, wanted, content, clock, random);
  if (!report) {
    remove_keys(*env, paths);
    for (const auto* suffix : {"", "-wal", "-shm"}) (void)env->remove(paths.database() + suffix);
  }
  return report;
}

}  // namespace till::app
