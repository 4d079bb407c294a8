#include "app/open_till.hpp"

#include <cstdlib>
#include <filesystem>

#include "app/shop.hpp"
#include "app/worker/till_worker.hpp"

namespace till::app {

std::string default_data_folder() {
  if (const char* given = std::getenv("TILLSTICK_DATA"); given != nullptr && *given != '\0') return given;
  const auto beside = std::filesystem::path(find_assets()).parent_path();
  return (beside / "data").string();
}

std::string assets_folder() {
  return find_assets();
}

Result<std::unique_ptr<Till>> open_till(const std::string& folder, const std::string& passphrase) {
  ShopOptions options;
  options.folder = folder;
  options.passphrase = passphrase;
  return TRY(TillWorker::start(TRY(Shop::open(options))));
}

}  // namespace till::app
