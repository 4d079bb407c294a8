// Commands that take texts and answer with rows: what the lists of suppliers, printers, tables and the like have in
// common. A row is a JSON object of strings, numbers and yes/no; for people it is one line, its id at the end.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/ctl/session.hpp"
#include "domain/money.hpp"

namespace till::app {

// What was given on the command line, by name without dashes. A positional is named in capitals and is required, unless
// it ends with "?".
class Given {
 public:
  [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
  [[nodiscard]] std::string operator[](const std::string& name) const {
    const auto it = values_.find(name);
    return it == values_.end() ? std::string() : it->second;
  }
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }
  // Keep what is there when nothing was given.
  void into(std::string& text, const std::string& name) const {
    if (has(name)) text = (*this)[name];
  }
  Status into(std::int32_t& number, const std::string& name, std::int32_t lowest, std::int32_t highest) const;
  Status into(bool& yes, const std::string& name) const;
  Status into(UtcTime& time, const std::string& name) const;  // "none": zero
  Status into(domain::Money& money, const std::string& name, const domain::Currency& currency) const;
  Status into_milli(std::int64_t& milli, const std::string& name) const;
  Status into_colour(std::uint32_t& rgb, const std::string& name) const;
  // "a, b": its parts, trimmed, without empty ones.
  [[nodiscard]] std::vector<std::string> parts(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

struct TextOption {
  const char* name;  // "WHICH", "--phone", "QTY,--amount"
  const char* help;
};

using TextAction = std::function<Result<CtlReply>(Shop& shop, const Actor& actor, const Given& given)>;

// Takes --user as well.
CLI::App* add_text_command(CLI::App& parent, CtlSession& session, const char* name, const char* help,
                           std::vector<TextOption> options, TextAction action);

CtlReply reply_of_row(boost::json::object row);
CtlReply reply_of_rows(boost::json::array rows);
// {"removed": "name"} and a sentence.
CtlReply reply_of_removal(const std::string& name);

}  // namespace till::app
