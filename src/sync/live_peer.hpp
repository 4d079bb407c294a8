// The engine's side of a conversation with a hub or a relay (messages.hpp): connects, greets, pushes the own log, takes
// what others wrote, in the order of the hub's numbers.
#pragma once

#include <deque>
#include <optional>

#include "sync/early_frames.hpp"
#include "sync/messages.hpp"
#include "sync/outbox.hpp"
#include "sync/peer.hpp"

namespace till::sync {

class LivePeer final : public Peer {
 public:
  LivePeer(LinkNumber link, const EngineSettings& settings);

  Status link_up(Step& step) override;
  Status link_down(Step& step, const std::string& reason) override;
  Status received(Step& step, const std::vector<Bytes>& frames);
  Status tick(Step& step) override;
  Status hurry(Step& step) override;
  Status read(Step& step) override;
  Status write(Step& step) override;
  Result<std::int64_t> next_deadline_us(Step& step) override;
  Result<PeerStatus> status(Store& store) const override;
  [[nodiscard]] MemoryUse memory() const override;
  void configure(const EngineSettings& settings) override;
  [[nodiscard]] bool is_of_use(const SnapshotManifest& manifest) const override;
  Status snapshot_taken(Step& step) override;
  Status snapshot_missing(Step& step) override;
  std::optional<std::int64_t> clock_offset_ms() const override { return offset_ms_; }

 private:
  void forget_session() override;
  [[nodiscard]] bool was_of_use() const override { return session_.greeted; }

  struct Lacking {
    FeedHead head;
    std::uint64_t next;  // not asked for yet
    bool from_start;     // asked for from the first record on: it is not the next of what is here
    bool is_given_up;    // the hub has none of it left
  };

  // What is lost with the process, and with every fault.
  struct Session {
    bool has_hello = false;  // the hub's HELLO is in
    bool greeted = false;    // and its last HAVE
    bool cursor_moved = false;
    std::deque<Bytes> inbox;  // received, not yet read
    std::size_t inbox_bytes = 0;
    std::vector<FeedHead> heads;    // of our feeds or of all, while HAVEs come in
    std::int64_t hello_utc_us = 0;  // this machine's clock when HELLO went out
    std::int64_t hello_mono_us = 0;
    std::int64_t poll_at_us = 0;                // while greeted
    std::int64_t unrefuse_at_us = 0;            // while the hub refuses our records
    std::int64_t wanted_at_us = 0;              // the last WANT
    std::int64_t repair_at_us = 0;              // asks for what is missing; 0: nothing is
    std::array<std::uint64_t, kLanes> seen{};   // came before what is to come first
    EarlyFrames early;                          // as much of that as is kept
    std::vector<FeedRange> missing;             // of feeds, below what came
    std::optional<Cursor> end;                  // there was nothing behind this, in answer to it
    Cursor newest;                              // what the hub said it has
    std::array<std::uint64_t, kLanes> floor{};  // and what it does not serve any more
    Id floor_snapshot;                          // but who has this one in is past that
    std::vector<EpochAncestor> ancestors;
    Cursor at_hello;         // the hub's newest then
    RecordHash all_heads{};  // of what it had then, if it told all of it
    bool knows_all_heads = false;
    std::vector<Lacking> lacking;       // of that, while behind the floor
    std::optional<FeedHead> regaining;  // the one of them that is asked for
    bool has_regained = false;          // something of it has come
    bool regains_all = false;           // of all feeds, since there is no snapshot; else of the own ones
    std::int64_t snapshot_at_us = 0;    // asks again for a snapshot, or gives up what it regains; 0: none is needed
    bool snapshot_is_a_choice = false;  // the log could be had, too
  };

  Status take(Step& step, const Hello& hello);
  Status take(Step& step, const Have& have);
  Status take(Step& step, const Want& want);
  Status take(Step& step, const SegmentMessage& segment);
  Status take(Step& step, const Ack& ack);
  Result<bool> fits_the_stream(Step& step, const SegmentMessage& segment, Lane lane);
  Status take_present(Step& step, const SegmentMessage& segment, const Envelope& envelope);
  Status taken(Step& step, const TakenSegment& taken, const SegmentMessage& segment, const Envelope& envelope);
  Result<bool> compare(Step& step, const std::vector<FeedHead>& heads);
  void start_anew(Step& step);
  void read_early(Lane lane, std::uint64_t here);
  Status pass_over_own(Step& step, const Cursor& cursor, const Ack& end);
  Status finish_greeting(Step& step);
  Result<bool> is_behind_the_floor(Step& step);
  Status note_what_is_lacking(Step& step, std::vector<FeedHead> heads);
  Status strike_what_came(Step& step);
  Status pass_what_is_here(Step& step);
  Result<bool> own_records_would_do(Step& step);
  Status regain_next(Step& step);
  void note_regained(Taken taken, const Envelope& envelope);
  Status regain_on(Step& step);
  Status look_for_snapshot_again(Step& step);
  Status pass_what_a_snapshot_brought(Step& step);
  Result<bool> would_rather_have_a_snapshot(Step& step);
  Status do_without_snapshot(Step& step);
  Status begin_taking(Step& step);
  void ask_for_snapshot(Step& step);
  void trust_time(Step& step, std::int64_t their_ms, std::int64_t own_ms, std::int64_t tolerance_ms);

  Status say_hello(Step& step);
  Status say_want(Step& step);
  Status repair_soon(Step& step);
  Status repair(Step& step);
  void send(Step& step, const Message& message);

  Session session_;
  Outbox outbox_;
  bool does_without_snapshot_ = false;  // there was none when it had the choice
  std::optional<std::int64_t> round_trip_ms_, offset_ms_;
};

}  // namespace till::sync
