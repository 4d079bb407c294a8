// An HTTP request as lines of a fuzzer's input: "METHOD target", then authorization, then the body. `rest` goes on
// behind it; a short body ends at the next line, another at the input's end.
#pragma once

#include <string>

#include "net/hub/api_types.hpp"

namespace till::fuzz {

inline std::string line(ByteView& rest) {
  const auto text = as_text(rest);
  const auto end = text.find('\n');
  rest = rest.subspan(end == text.npos ? rest.size() : end + 1);
  return std::string(text.substr(0, end));
}

inline net::ApiRequest request_of(ByteView& rest, bool short_body) {
  net::ApiRequest request;
  const auto first = line(rest);
  const auto space = first.find(' ');
  request.method = first.substr(0, space);
  if (space != first.npos) request.target = first.substr(space + 1);
  request.authorization = line(rest);
  request.peer = "192.0.2.1";
  if (short_body) {
    request.body = to_bytes(std::string_view(line(rest)));
  } else {
    request.body = to_bytes(rest);
    rest = {};
  }
  return request;
}

}  // namespace till::fuzz
