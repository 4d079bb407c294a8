// tillctl: everything the panels can do, for scripts and support. See `tillctl --help`.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/ctl/ctl.hpp"
#include "app/open_till.hpp"
#include "core/log.hpp"
#include "core/process.hpp"

int main(int argc, char** argv) {
  till::keep_memory_private();
  till::log::set_console_level(till::log::Level::error);  // standard error belongs to the answer
  till::app::CtlRequest request;
  request.words.assign(argv + 1, argv + argc);
  request.folder = till::app::default_data_folder();
  std::error_code gone;
  request.working_folder = std::filesystem::current_path(gone).string();
  if (const char* passphrase = std::getenv("TILLSTICK_PASSPHRASE"); passphrase != nullptr)
    request.passphrase = passphrase;
  const auto output = till::app::run_ctl(request, nullptr);
  std::fwrite(output.out.data(), 1, output.out.size(), stdout);
  std::fwrite(output.err.data(), 1, output.err.size(), stderr);
  return output.exit_code;
}
