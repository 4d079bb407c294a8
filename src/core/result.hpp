// Errors as values. `Result<T>` is what every fallible call of every room returns; exceptions do not cross a room's wall.
//
// An Error carries a kind that tells the caller what can be done, a sentence for a person (what happened and what to
// do, no trailing full stop, no jargon), and the technical cause for the log. Values own their strings; any thread.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace till {

enum class ErrorKind : unsigned char {
  retry,      // a transport or a busy resource: the same call may succeed later
  permanent,  // will not succeed until something outside changes (disk full, address wrong, folder of a newer version)
  corrupt,    // stored or received bytes are not what was written
  denied,     // a right, a key, a passphrase or a code is missing or wrong
  invalid,    // what was asked makes no sense as it stands; the sentence says how to put it right
};

struct Error {
  ErrorKind kind = ErrorKind::permanent;
  std::string message;  // for a person
  std::string cause;    // for the log; may be empty

  // The same error with what was being done in front: "cannot open the shop: the disk is full".
  [[nodiscard]] Error context(std::string_view doing) const;
};

std::string_view to_string(ErrorKind kind);

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  Result(tl::expected<T, Error> other) : tl::expected<T, Error>(std::move(other)) {}
};

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string cause = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(cause)});
}
inline tl::unexpected<Error> invalid(std::string message) { return fail(ErrorKind::invalid, std::move(message)); }
inline tl::unexpected<Error> denied(std::string message) { return fail(ErrorKind::denied, std::move(message)); }
inline tl::unexpected<Error> corrupt(std::string message) { return fail(ErrorKind::corrupt, std::move(message)); }
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

namespace detail {

template <class R>
auto take(R& result) {
  if constexpr (!std::is_void_v<typename R::value_type>) return std::move(*result);
}

}  // namespace detail

}  // namespace till

// The value of a Result, or return its error from the enclosing function. For Status too, as a statement. May stand inside
// another TRY's expression: each has a name of its own.
#define TRY(expression) TILL_TRY_NAMED(expression, TILL_TRY_NAME(__COUNTER__))
#define TILL_TRY_NAME(number) TILL_TRY_NAME_OF(number)
#define TILL_TRY_NAME_OF(number) till_try_result_##number
#define TILL_TRY_NAMED(expression, name)                     \
  __extension__({                                            \
    auto name = (expression);                                \
    if (!name) return ::till::fail(std::move(name).error()); \
    ::till::detail::take(name);                              \
  })
