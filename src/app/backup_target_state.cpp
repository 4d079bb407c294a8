#include "app/backup_target_state.hpp"

#include <array>
#include <cerrno>

#include "storage/env.hpp"

namespace till::app {
namespace {

constexpr auto kSentences = std::to_array<TargetSentence>({
    {"ready", "Ready.", ""},
    {"not here", "It is not plugged in.", "Plug it in; a backup that is due starts by itself."},
    {"another stick", "Another stick is plugged in, not this one.",
     "Plug in the right one, or add this one to the row."},
    {"two alike", "Two sticks carry the same mark; one is a copy of the other.", "Take one of them out."},
    {"till's own", "It is on the disk that the till runs from and would be lost with it.",
     "Use another stick or disk."},
    {"read only", "It cannot be written to.", "Switch the write protection off; if there is none, replace the stick."},
    {"full", "There is no room left on it.", "Keep fewer backups, remove other files, or use a larger stick."},
    {"pulled out", "It was pulled out while it was written to. Earlier backups are whole.",
     "Plug it in again; the backup goes on where it stopped."},
    {"bad", "What is written there comes back changed.", "Replace the stick, and verify the backups that are on it."},
    {"failing", "It reports errors when it is read or written.", "Copy what is on it and replace it."},
    {"no answer", "The hub does not answer.", "Nothing to do if the network is down; it is tried again."},
    {"refused", "This terminal is not let in.", "Ask whoever looks after the hub or the folder's permissions."},
    {"no hub", "This till does not belong to a hub any more.", "Enrol it again, or remove this place."},
    {"failed", "The last backup did not succeed.", "Read what it said, and try again."},
});
static_assert(kSentences.size() == static_cast<std::size_t>(TargetState::count));

bool says(const Error& error, int error_number) {
  return error.message.find(storage::errno_error(error_number, {}).message) != std::string::npos;
}

}  // namespace

TargetSentence sentence_of(TargetState state) {
  return kSentences.at(static_cast<std::size_t>(state));
}

bool needs_person(TargetState state) {
  return state != TargetState::ready && state != TargetState::unreachable && state != TargetState::failed;
}

TargetState state_after(const Error& error) {
  if (says(error, ENOSPC) || error.message.find("set aside for backups") != std::string::npos ||
      error.message.find("space on the hub is full") != std::string::npos)
    return TargetState::full;
  if (says(error, EROFS)) return TargetState::read_only;
  if (says(error, EIO)) return TargetState::failing;
  if (says(error, ENODEV) || error.message.find("plug the stick in again") != std::string::npos)
    return TargetState::pulled_out;
  if (error.message.find("another stick or disk is") != std::string::npos) return TargetState::wrong_stick;
  if (error.kind == ErrorKind::corrupt) return TargetState::bad_bytes;
  if (error.kind == ErrorKind::denied) return TargetState::refused;
  return TargetState::failed;
}

}  // namespace till::app
