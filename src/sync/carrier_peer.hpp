// The engine's side of a carrier: a folder or a stick that goes from shop to shop. Each file is one segment, under a
// name that says which (carrier_names.hpp); files are only ever added. Byte level and rules: docs/SYNC.md, "Carriers".
//
// A session (from LinkUp to LinkDown) lists the files, reads what continues a feed that is held here, writes the own
// segments that are missing there and then everybody's, and lists again after a pause. What a person or another
// program did to the files changes nothing here: what is damaged or foreign is passed over and told once, what is
// missing is written again. What lies on a carrier counts as on its way, never as confirmed.
//
// Bounded: one listing or one batch of kMaxReadsAsked files asked for at a time, kWindowBytes of files being written, a
// few hundred names looked at in a step.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/carrier_files.hpp"
#include "sync/carrier_writer.hpp"
#include "sync/peer.hpp"

namespace till::sync {

constexpr std::int64_t kMinCarrierPause_ms = 60'000;  // between listings

class CarrierPeer final : public Peer {
 public:
  CarrierPeer(const PeerConfig& peer, const EngineConfig& config);

  Status link_up(Step& step) override;
  Status listed(Step& step, const CarrierListed& event);
  Status has_read(Step& step, const CarrierRead& event);
  Status written(Step& step, const CarrierWritten& event);
  Status tick(Step& step) override;
  Status hurry(Step& step) override;
  Status read(Step& step) override;
  Status write(Step& step) override;
  Result<std::int64_t> next_deadline_us(Step& step) override;
  Result<PeerStatus> status(Store& store) const override;
  [[nodiscard]] MemoryUse memory() const override;
  void configure(const EngineSettings& settings) override;

 private:
  void forget_session() override;
  [[nodiscard]] bool was_of_use() const override { return session_.was_listed; }
  // A carrier that is not there is no failure: it is somewhere else.
  [[nodiscard]] bool counts_as_attempt() const override { return state_ == LinkState::connected; }

  struct File {
    CarrierName name;
    Bytes bytes;
  };
  // What is lost with the process, and with every fault.
  struct Session {
    bool is_listing = false;
    bool was_listed = false;  // at least once, to its end
    bool try_bad_ones = false;
    bool more = false;  // the step ended before all names were looked at
    CarrierFiles files;
    std::size_t misnamed = 0;          // in the last listing
    std::set<Id> strangers;            // whose keys were asked for since then
    std::deque<CarrierName> asked;     // in the order in which they will be read
    std::deque<File> inbox;            // read, not yet taken
    std::deque<CarrierName> unproven;  // own files that nobody has confirmed: read back, since the medium may have lied
    std::string refusal;               // why nothing can be written
    std::int64_t asked_at_us = 0;      // the last request, or answer to one
    std::int64_t listed_at_us = 0;     // when the listing was asked for
    std::int64_t list_at_us = 0;       // when the next one is due
    std::int64_t bad_again_at_us = 0;
    std::int64_t rewrite_at_us = 0;  // while writing is refused
  };

  // carrier_peer_reading.cpp
  Status look(Step& step);
  Result<FileState> look_at(Step& step, const CarrierName& name, const std::vector<CarrierName>& wanted);
  Result<bool> is_held(Step& step, const CarrierName& name) const;
  void ask(Step& step, const std::vector<CarrierName>& names);
  Result<FileState> take(Step& step, const File& file);
  Result<FileState> take_present(Step& step, const File& file, const Envelope& envelope);
  Status prove(Step& step, const File& file);

  void list(Step& step);
  void report_bad_ones(Step& step);
  [[nodiscard]] std::string passed_over() const;
  [[nodiscard]] bool waits_for_an_answer() const;
  [[nodiscard]] bool is_idle() const;

  std::string name_, folder_;
  Session session_;
  CarrierWriter writer_;
  std::size_t bad_reported_ = 0;
};

}  // namespace till::sync
