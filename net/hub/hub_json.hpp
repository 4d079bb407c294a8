// JSON of the hub's API, both ways, for bodies of bounded size: building by boost::json, reading with errors as values.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "net/hub/api_types.hpp"

namespace till::net {

constexpr std::string_view kRevoked = "revoked";

Result<boost::json::object> parse_json_object(ByteView body);
// Refused with the member's name when it is missing or of another type.
Result<std::string> json_text(const boost::json::object& object, std::string_view name, std::size_t max_size = 256);
Result<Id> json_id(const boost::json::object& object, std::string_view name);
Result<Bytes> json_hex(const boost::json::object& object, std::string_view name, std::size_t max_bytes);
Result<std::uint64_t> json_number(const boost::json::object& object, std::string_view name);
bool json_flag(const boost::json::object& object, std::string_view name);  // false when it is not there

ApiAnswer json_answer(const boost::json::object& object, int status = 200);
// {"error": {"code", "message"}}; the status follows the kind, the code too unless the cause is kRevoked.
ApiAnswer error_answer(const Error& error);

}  // namespace till::net
