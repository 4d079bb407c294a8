// What may happen to the sync engine, and what it may ask for. Values.
//
// Links are numbered by the caller. Live links (a hub, a relay on the LAN) carry frames; a peer at their end keeps what
// it confirms for good. Carriers (a folder, a stick) are lists of files: what lies there counts as on its way, since a
// stick may lie about what it wrote, and it is confirmed when another terminal says so in its own feed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "sync/link.hpp"
#include "sync/record.hpp"
#include "sync/segment_keys.hpp"
#include "sync/settings.hpp"

namespace till::sync {

constexpr std::size_t kMaxFramesPerStep = 64;
constexpr std::size_t kMaxOpsPerStep = 1024;  // while nobody else waits for the database
constexpr std::size_t kMaxRowsPerStep = 256;  // of a snapshot
constexpr std::size_t kMaxNamesPerStep = 4096;
constexpr std::size_t kMaxReadsAsked = 16;

struct Instant {
  std::int64_t mono_us = 0;  // never goes back
  UtcTime utc;               // the machine's clock, as wrong as it may be
};

// What happened.
struct LinkUp {
  LinkNumber link = kHubLink;
};
struct LinkDown {
  LinkNumber link = kHubLink;
  std::string reason;  // a sentence for the panel
};
struct Received {
  LinkNumber link = kHubLink;
  std::vector<Bytes> frames;  // at most kMaxFramesPerStep
};
struct CarrierListed {  // of what ListCarrier asked for, in any order
  LinkNumber link = kFirstCarrierLink;
  std::vector<std::string> names;  // at most kMaxNamesPerStep
  bool more = false;               // the rest follows
};
struct CarrierRead {
  LinkNumber link = kFirstCarrierLink;
  std::string name;
  Bytes bytes;  // empty when the file is not there, unreadable or longer than kMaxSegmentBytes
};
struct CarrierWritten {
  LinkNumber link = kFirstCarrierLink;
  std::string name;
  std::string problem;  // a sentence: full, read-only; empty when the file is there
};
struct Tick {};
struct LocalCommit {};     // something was appended to the own log
struct SyncNow {};         // a person asked for it
struct NetworkChanged {};  // an interface came up, the machine woke
struct KeysChanged {};     // the ring or the list of devices grew
struct Pause {
  bool on = true;
};
struct Configure {
  EngineSettings settings;
};
struct SnapshotFound {  // in answer to NeedSnapshot
  LinkNumber link = kHubLink;
  Bytes manifest;
};
struct SnapshotMissing {  // in answer to either: there is none, or no longer the one that is being taken in
  LinkNumber link = kHubLink;
};
struct SnapshotChunkCame {  // in answer to NeedSnapshotChunk
  LinkNumber link = kHubLink;
  std::uint32_t number = 0;
  Bytes bytes;
};
using Event =
    std::variant<LinkUp, LinkDown, Received, CarrierListed, CarrierRead, CarrierWritten, Tick, LocalCommit, SyncNow,
                 NetworkChanged, KeysChanged, Pause, Configure, SnapshotFound, SnapshotMissing, SnapshotChunkCame>;

// What is to be done.
struct Connect {
  LinkNumber link = kHubLink;
};
struct Disconnect {
  LinkNumber link = kHubLink;
  std::string reason;
};
struct Send {
  LinkNumber link = kHubLink;
  Bytes frame;
};
// Of a carrier whose LinkUp came. They are carried out one after the other and each is answered, or LinkDown ends them
// all. Nothing is ever removed.
struct ListCarrier {  // by CarrierListed, at least one
  LinkNumber link = kFirstCarrierLink;
  std::string folder;  // the names wanted begin with it and a slash
};
struct ReadCarrier {  // by a CarrierRead for each name, in this order
  LinkNumber link = kFirstCarrierLink;
  std::vector<std::string> names;  // at most kMaxReadsAsked
};
struct WriteCarrier {  // by CarrierWritten; bytes that lie there under the name and are others are replaced
  LinkNumber link = kFirstCarrierLink;
  std::string name;
  Bytes bytes;
};
struct Wake {
  std::int64_t mono_us = 0;
};
struct Applied {  // remote changes are in the data: publish a new snapshot
  std::uint64_t records = 0;
  std::vector<EntityNumber> entities;
};
struct NeedKeys {  // ask for the key ring or for the list of devices
  EpochNumber epoch = 0;
  std::optional<Id> device;
};
// The peer does not keep the past that this terminal lacks: ask where snapshots lie for the newest one. Asked again
// until it is answered.
struct NeedSnapshot {
  LinkNumber link = kHubLink;
};
struct NeedSnapshotChunk {
  LinkNumber link = kHubLink;
  Id snapshot;
  std::uint32_t number = 0;
};
struct StatusChanged {};
struct Incident {  // for the journal: a fork, a new incarnation
  std::string sentence;
};
using Effect = std::variant<Connect, Disconnect, Send, ListCarrier, ReadCarrier, WriteCarrier, Wake, Applied, NeedKeys,
                            StatusChanged, Incident, NeedSnapshot, NeedSnapshotChunk>;

}  // namespace till::sync
