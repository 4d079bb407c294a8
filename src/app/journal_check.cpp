#include "app/journal_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/backups.hpp"
#include "app/journal_old_chain.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "security/journal_chain.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/audit_pruning.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using security::AuditHead;
using security::JournalFault;
using security::JournalSabotage;
using security::sabotaged;
using storage::AuditAnchor;

security::Hash hash_from(const Bytes& bytes) {
  security::Hash hash{};
  if (bytes.size() == hash.size()) std::ranges::copy(bytes, hash.begin());
  return hash;
}

bool begins_anew(const domain::AuditEntry& entry) {
  constexpr auto kActions = std::to_array<std::string_view>({"restore", "terminal.new-life"});
  return std::ranges::find(kActions, entry.action) != kActions.end();
}

// One terminal's journal while it is read.
class ChainCheck {
 public:
  ChainCheck(Shop& shop, storage::Connection& conn, const Id& device)
      : shop_(shop), state_(shop.state()), conn_(conn), old_(shop) {
    chain_.device = device;
    chain_.here = device == state_.device();
  }

  Result<JournalChain> run(const std::vector<AuditAnchor>& anchors);

 private:
  Status name_it();
  Result<std::vector<AuditHead>> checkpoints();
  Result<std::optional<security::SigningPublicKey>> key_of(const Id& device);
  Status check_end(const storage::AuditHead& end);
  Status add(const storage::AuditRow& row);
  void take(security::JournalReport report);
  Status check_anchor(const AuditAnchor& anchor);

  Shop& shop_;
  ShopState& state_;
  storage::Connection& conn_;
  JournalChain chain_;
  OldChain old_;
  std::optional<security::JournalWalk> walk_;
  std::vector<AuditHead> known_;
  std::optional<AuditHead> end_;
  std::vector<std::uint64_t> begun_anew_;
  std::uint64_t without_chain_ = 0;
};

Status ChainCheck::name_it() {
  const auto row = TRY(storage::load<domain::Device>(conn_, chain_.device));
  chain_.terminal = chain_.here                             ? state_.terminal
                    : row.has_value() && !row->name.empty() ? row->name
                                                            : clipped(to_string(chain_.device), 8);
  return {};
}

Result<std::optional<security::SigningPublicKey>> ChainCheck::key_of(const Id& device) {
  if (device == state_.device()) return std::optional(state_.keys->identity().signing.public_key());
  const auto row = TRY(storage::load<domain::Device>(conn_, device));
  security::SigningPublicKey key{};
  if (!row || row->signing_key.size() != key.size()) return std::optional<security::SigningPublicKey>{};
  std::ranges::copy(row->signing_key, key.begin());
  return std::optional(key);
}

Result<std::vector<AuditHead>> ChainCheck::checkpoints() {
  std::vector<AuditHead> good;
  for (const auto& checkpoint : TRY(storage::audit_checkpoints(conn_, chain_.device))) {
    const AuditHead head{static_cast<std::uint64_t>(checkpoint.sequence), hash_from(checkpoint.hash)};
    const auto key = TRY(key_of(checkpoint.signer));
    const bool signed_by_it =
        key && security::verify_journal_checkpoint(*key, chain_.device, head, checkpoint.signature);
    if (signed_by_it || sabotaged(JournalSabotage::checkpoint_believed)) {
      good.push_back(head);
      chain_.notes.push_back(fmt::format("entries up to {} were pruned; a checkpoint stands for them", head.sequence));
    } else {
      chain_.faults.push_back(fmt::format(
          "the checkpoint for the entries up to {} is not signed by the terminal that pruned them", head.sequence));
    }
  }
  return good;
}

Status ChainCheck::check_end(const storage::AuditHead& end) {
  end_ = AuditHead{static_cast<std::uint64_t>(end.sequence), hash_from(end.hash)};
  if (end.sequence == 0 || (end.signature.empty() && old_.end() == end_)) return {};
  if (sabotaged(JournalSabotage::end_believed)) return {};
  const auto key = TRY(key_of(chain_.device));
  if (!key || !security::verify_journal_head(*key, chain_.device, *end_, end.signature))
    chain_.faults.push_back(fmt::format("the end, entry {}, is not signed by this terminal", end.sequence));
  return {};
}

Status ChainCheck::add(const storage::AuditRow& row) {
  const auto& entry = row.entry;
  if (entry.chain_hash.empty()) {
    if (row.old_hash.empty() || !chain_.here) return ++without_chain_, Status{};
    TRY(old_.add(row));
    return {};
  }
  if (!walk_) {
    if (old_.end()) known_.push_back(*old_.end());
    walk_.emplace(known_, end_);
  }
  const auto sequence = static_cast<std::uint64_t>(entry.sequence);
  if (begins_anew(entry)) begun_anew_.push_back(sequence);
  if (end_ && sequence == end_->sequence + 1 && hash_from(entry.previous_hash) == end_->hash)
    chain_.faults.push_back(fmt::format("entry {} was put behind the signed end", sequence));
  walk_->add({sequence, hash_from(entry.previous_hash), hash_from(entry.chain_hash), row.canonical,
              domain::canonical_bytes(entry) == row.canonical || sabotaged(JournalSabotage::columns_believed),
              begins_anew(entry)});
  return {};
}

void ChainCheck::take(security::JournalReport report) {
  chain_.entries += report.checked;
  chain_.first = chain_.first == 0 ? report.first : chain_.first;
  chain_.last = std::max(chain_.last, report.last);
  for (const auto& fault : report.faults) {
    // What a terminal wrote before this one began may never have come here.
    const bool before_us = !chain_.here && fault.kind == JournalFault::Kind::missing && fault.last + 1 == report.first;
    if (before_us) {
      chain_.notes.push_back(fmt::format("begins here with entry {}", report.first));
    } else {
      (fault.is_explained ? chain_.notes : chain_.faults).push_back(sentence_of(fault));
    }
  }
}

Status ChainCheck::check_anchor(const AuditAnchor& anchor) {
  if (sabotaged(JournalSabotage::anchors_ignored)) return {};
  if (anchor.device != chain_.device || TRY(storage::has_audit(conn_, anchor.device, anchor.sequence, anchor.hash)))
    return {};
  const auto sequence = static_cast<std::uint64_t>(anchor.sequence);
  if (sequence < chain_.first) return {};
  const auto said = fmt::format("{} {}, #{}: ", anchor.said_by, to_local(anchor.at), sequence);
  if (!chain_.here && sequence > chain_.last) {
    chain_.notes.push_back(said + "this entry is not here yet");
  } else if (std::ranges::any_of(begun_anew_, [&](std::uint64_t anew) { return anew <= sequence; })) {
    chain_.notes.push_back(said + "this entry was lost when a backup was restored");
  } else if (sequence > chain_.last) {
    chain_.faults.push_back(said + "this entry is missing at the end");
  } else {
    chain_.faults.push_back(said + "another entry is here now; the journal was rewritten");
  }
  return {};
}

Result<JournalChain> ChainCheck::run(const std::vector<AuditAnchor>& anchors) {
  TRY(name_it());
  known_ = TRY(checkpoints());
  const auto end = TRY(storage::audit_head(conn_, chain_.device));
  if (chain_.here) end_ = AuditHead{static_cast<std::uint64_t>(end.sequence), hash_from(end.hash)};
  TRY(storage::for_each_audit(conn_, chain_.device, [&](const storage::AuditRow& row) { return add(row); }));
  if (const auto wrong = old_.finish(); !wrong.empty()) chain_.faults.push_back(wrong);
  chain_.entries = old_.checked();
  if (old_.checked() > 0) chain_.first = 1, chain_.last = old_.end()->sequence;
  if (chain_.here) TRY(check_end(end));
  if (walk_) {
    take(walk_->finish());
  } else if (end_ && end_->sequence > 0 && old_.end() != end_) {
    chain_.faults.push_back(fmt::format("entries up to {}, the signed end, are missing", end_->sequence));
  }
  if (without_chain_ > 0)
    chain_.notes.push_back(fmt::format("{} entries of an older program carry no chain", without_chain_));
  for (const auto& anchor : anchors) TRY(check_anchor(anchor));
  return std::move(chain_);
}

}  // namespace

std::string sentence_of(const JournalFault& fault) {
  switch (fault.kind) {
    case JournalFault::Kind::changed:
      return fmt::format("entry {} is not as it was written", fault.first);
    case JournalFault::Kind::missing:
      return fault.first == fault.last ? fmt::format("entry {} is missing", fault.first)
                                       : fmt::format("entries {}-{} are missing", fault.first, fault.last);
    case JournalFault::Kind::unlinked:
      return fmt::format(
          "entry {} does not continue the one before it that is here; the journal was rewritten before it",
          fault.first);
    case JournalFault::Kind::forked:
      return fault.is_explained
                 ? fmt::format("goes on twice from entry {}: a backup was restored, and what was lost came home",
                               fault.first - 1)
                 : fmt::format(
                       "goes on twice from entry {}, and nothing in it says why: an older copy of the data went "
                       "on, or it was rewritten",
                       fault.first - 1);
    case JournalFault::Kind::end_missing:
      return fault.first == fault.last ? fmt::format("entry {}, the signed end, is missing", fault.first)
                                       : fmt::format("entries {}-{} are missing at the end", fault.first, fault.last);
  }
  return {};
}

std::string summary_of(const JournalCheck& check) {
  std::size_t faults = 0;
  std::string first;
  for (const auto& chain : check.chains) {
    faults += chain.faults.size();
    if (first.empty() && !chain.faults.empty()) first = (chain.here ? "" : chain.terminal + ": ") + chain.faults[0];
  }
  if (faults > 1) first += fmt::format("; and {} more", faults - 1);
  if (faults > 0) return first;
  return fmt::format("{} entries, all as they were written", check.entries);
}

Result<JournalCheck> verify_journal(Shop& shop, const std::vector<AuditAnchor>& more_anchors) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<JournalCheck> {
    auto anchors = TRY(storage::z_report_anchors(conn));
    anchors.insert(anchors.end(), more_anchors.begin(), more_anchors.end());
    auto devices = TRY(storage::audit_devices(conn));
    // Also when nothing of it is left.
    if (std::ranges::find(devices, state.device()) == devices.end()) devices.push_back(state.device());
    std::ranges::stable_partition(devices, [&](const Id& device) { return device == state.device(); });
    JournalCheck check;
    for (const auto& device : devices) {
      check.chains.push_back(TRY(ChainCheck(shop, conn, device).run(anchors)));
      check.entries += check.chains.back().entries;
      check.good = check.good && check.chains.back().faults.empty();
    }
    check.sentence = summary_of(check);
    return check;
  });
}

Result<std::vector<AuditAnchor>> backup_anchors(Shop& shop, const std::string& target, const std::string& passphrase) {
  std::vector<AuditAnchor> anchors;
  for (const auto& generation : TRY(list_generations(shop, target, passphrase))) {
    if (generation.journal.sequence == 0) continue;  // its list of contents cannot be read
    anchors.push_back({generation.device, static_cast<std::int64_t>(generation.journal.sequence),
                       Bytes(generation.journal.hash.begin(), generation.journal.hash.end()), "the backup of",
                       generation.at});
  }
  return anchors;
}

}  // namespace till::app
