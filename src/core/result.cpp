#include "core/result.hpp"

namespace till {

Error Error::context(std::string_view doing) const {
  return Error{kind, std::string(doing) + ": " + message, cause};
}

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::retry: return "retry";
    case ErrorKind::permanent: return "permanent";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::denied: return "denied";
    case ErrorKind::invalid: return "invalid";
  }
  return "unknown";
}

}  // namespace till
