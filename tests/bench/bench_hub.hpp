// A hub of its own for a benchmark: the program till-hub on loopback, one tenant, an enrolment code whenever asked. The
// program is taken from $TILL_BIN, else from where the build puts it. Ends with the object.
#pragma once

#include <sys/types.h>

#include <string>

namespace till::bench {

class HubProcess {
 public:
  explicit HubProcess(const std::string& folder_name);
  ~HubProcess();
  HubProcess(const HubProcess&) = delete;
  HubProcess& operator=(const HubProcess&) = delete;

  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + port_; }
  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }
  [[nodiscard]] std::string new_code() const;

 private:
  std::string ask(const std::string& words) const;  // the program's answer to one command
  std::string program_, folder_, port_, ca_file_;
  pid_t pid_ = -1;
};

}  // namespace till::bench
