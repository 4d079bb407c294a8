// The audit journal's actions for people: what each is called, and the groups in which one looks for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace till::app {

// "Price changed" for "price.change"; the action itself where it has no words. English, translated by the window.
std::string action_label(std::string_view action);

// All actions that have words, "price.change"; and all words, for translations.
std::vector<std::string_view> action_names();
std::vector<std::string_view> action_labels();

struct JournalGroup {
  std::string_view key, label;       // "cash", "Cash and shift"
  std::vector<std::string> actions;  // as in storage::AuditFilter
};
const std::vector<JournalGroup>& journal_groups();
// The actions of a group, or the one action of that name; empty for "".
std::vector<std::string> actions_of(const std::string& group_or_action);

}  // namespace till::app
