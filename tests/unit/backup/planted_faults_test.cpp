// Each fault that this room can have is planted, and noticed by what people rely on: what comes back, what is listed,
// what lies in the place. docs/BACKUP.md has the list.
#include "planted_faults.hpp"

#include "backup/proofs.hpp"
#include "backup/retention.hpp"
#include "backup_fixture.hpp"

namespace till::backup {
namespace {

class PlantedFaults : public BackupFixture {
 protected:
  void begin() {
    store_.objects().clear();
    kept_.clear();
    image_ = image(60);
  }
  void touch() {
    for (const auto page : {3U, 17U, 40U}) image_[page * 4096U + 9] ^= 0x11;
  }
  Result<BackupResult> save(ObjectStore& store, const BackupPlan& plan = {}) {
    KeepingSource source(image_, kept_);
    return create(store, source, plan);
  }
  // What is listed is what was saved.
  std::string look(const BackupResult& made) {
    const auto restored = restore(store_, made.manifest);
    if (!restored) return "it does not come back: " + restored.error().message;
    return restored->image == image_ ? "" : "what comes back is not what was saved";
  }
  std::string every_listed_one_verifies() {
    for (const auto& entry : listed(store_)) {
      if (const auto checked = verify(store_, entry.generation); !checked) return checked.error().message;
    }
    return {};
  }
  std::string chunk_name(const Manifest& m, std::size_t i = 0) {
    return ChunkCodec({m.store, device_, keys()}).object_name(m.chunks.at(i).content_id);
  }

  KeepingSource::Images kept_;
};

TEST_F(PlantedFaults, pieces_that_are_not_read_back) {
  expect_noticed(Sabotage::skip_read_back, [&]() -> std::string {
    begin();
    FaultyStore liar(store_);
    liar.lie = [](std::string_view name, Bytes bytes) {
      if (name.find("/chunk/") != std::string_view::npos) bytes[bytes.size() / 2] ^= 1;
      return bytes;
    };
    return save(liar) ? "success is reported of a place that keeps something else" : "";
  });
}

TEST_F(PlantedFaults, a_manifest_that_is_not_read_back) {
  expect_noticed(Sabotage::manifest_unread, [&]() -> std::string {
    begin();
    FaultyStore liar(store_);
    liar.lie = [](std::string_view name, Bytes bytes) {
      if (name.find("/manifest/") != std::string_view::npos) bytes.back() ^= 1;
      return bytes;
    };
    return save(liar) ? "success is reported of a manifest that does not open" : "";
  });
}

TEST_F(PlantedFaults, a_manifest_before_its_pieces) {
  expect_noticed(Sabotage::manifest_first, [&]() -> std::string {
    for (std::uint64_t stop = 1; stop < 30; ++stop) {
      begin();
      FaultyStore place(store_);
      place.lie = [](std::string_view name, Bytes bytes) {
        if (name.find("/chunk/") != std::string_view::npos) bytes[40] ^= 1;
        return bytes;
      };
      place.fail_at(stop, ErrorKind::permanent, true);  // the plug is pulled: nothing can be taken back
      (void)save(place);
      if (const auto wrong = every_listed_one_verifies(); !wrong.empty()) return wrong;
    }
    return {};
  });
}

TEST_F(PlantedFaults, sealing_that_is_not_done) {
  expect_noticed(Sabotage::seal_left_out, [&]() -> std::string {
    begin();
    if (!save(store_)) return "no backup";
    for (const auto& [name, bytes] : store_.objects()) {
      if (as_text(bytes).find("SQLite format 3") != std::string_view::npos) return "readable in the place: " + name;
    }
    return {};
  });
}

TEST_F(PlantedFaults, a_changed_page_left_out_of_an_increment) {
  expect_noticed(Sabotage::page_forgotten, [&]() -> std::string {
    begin();
    if (!save(store_)) return "no backup";
    touch();
    const auto second = save(store_);
    return second ? look(*second) : second.error().message;
  });
}

TEST_F(PlantedFaults, a_kept_image_that_is_believed) {
  expect_noticed(Sabotage::stale_parent_believed, [&]() -> std::string {
    begin();
    if (!save(store_)) return "no backup";
    touch();
    kept_.begin()->second = image_;  // as if it had been kept later than it was
    const auto second = save(store_);
    return second ? look(*second) : second.error().message;
  });
}

TEST_F(PlantedFaults, a_chain_with_a_missing_piece_that_is_continued) {
  expect_noticed(Sabotage::broken_chain_extended, [&]() -> std::string {
    begin();
    const auto first = save(store_);
    if (!first) return "no backup";
    store_.objects().erase(chunk_name(first->manifest));
    touch();
    const auto second = save(store_);
    return second ? look(*second) : second.error().message;
  });
}

TEST_F(PlantedFaults, a_chain_without_an_end) {
  expect_noticed(Sabotage::chain_never_ends, [&]() -> std::string {
    begin();
    BackupPlan plan;
    plan.chain.increments_max = 4;
    for (int i = 0; i < 12; ++i) {
      touch();
      const auto made = save(store_, plan);
      if (!made) return made.error().message;
      if (made->manifest.chain_length > 4) return "a chain of more increments than allowed";
    }
    return {};
  });
}

TEST_F(PlantedFaults, pieces_that_open_under_any_name) {
  expect_noticed(Sabotage::name_unbound, [&]() -> std::string {
    begin();
    const auto first = save(store_);
    touch();
    BackupPlan full;
    full.full = true;
    const auto second = save(store_, full);
    if (!first || !second) return "no backup";
    std::swap(store_.objects()[chunk_name(first->manifest)], store_.objects()[chunk_name(second->manifest)]);
    return verify(store_, second->manifest.generation) ? "a piece of another generation is taken for its own" : "";
  });
}

TEST_F(PlantedFaults, an_increment_on_another_base) {
  expect_noticed(Sabotage::base_unchecked, [&]() -> std::string {
    begin();
    const auto first = save(store_);
    touch();
    const auto second = save(store_);
    if (!first || !second) return "no backup";
    // Another generation's list of contents under the parent's name, sealed as it should be.
    auto forged = first->manifest;
    auto other = image_;
    other[30 * 4096] ^= 1;
    BytesSource source(other);
    BackupPlan full;
    full.full = true;
    const auto third = create(store_, source, full);
    if (!third) return "no backup";
    forged.chunks = third->manifest.chunks;
    forged.image_hash = third->manifest.image_hash;
    store_.objects()[manifest_name(device_, forged.generation)] =
        *seal_manifest(forged, {forged.store, device_, keys()}, random_);
    const auto restored = restore(store_, second->manifest);
    return restored && restored->image != image_ ? "it is put on another base and comes back as something else" : "";
  });
}

TEST_F(PlantedFaults, generations_that_never_proved_themselves_count) {
  expect_noticed(Sabotage::unverified_counted, [&]() -> std::string {
    begin();
    BackupPlan full;
    full.full = true;
    if (!save(store_, full)) return "no backup";
    touch();
    const auto second = save(store_, full);
    if (!second) return "no backup";
    for (const auto& object : objects_below(store_, proof_prefix(device_) + second->manifest.generation + "/")) {
      store_.objects().erase(object.name);
    }
    RetentionRule rule;
    rule.keep_last = 1;
    Task task;
    const auto pruned = prune_backups(store_, keys(), device_, rule, {}, clock_.now(), task);
    return pruned->removed.empty() ? "" : "the only proven one was removed for one that is not";
  });
}

TEST_F(PlantedFaults, damage_that_was_found_and_forgotten) {
  expect_noticed(Sabotage::damage_forgotten, [&]() -> std::string {
    begin();
    BackupPlan full;
    full.full = true;
    if (!save(store_, full)) return "no backup";
    touch();
    const auto second = save(store_, full);
    if (!second) return "no backup";
    store_.objects()[chunk_name(second->manifest)][99] ^= 1;
    Task task;
    (void)prove_backup(store_, keys(), second->manifest, {}, {clock_.now(), "Ann", "Till 1", "0.1"}, random_, task);
    RetentionRule rule;
    rule.keep_last = 1;
    const auto pruned = prune_backups(store_, keys(), device_, rule, {}, clock_.now(), task);
    return pruned->removed.empty() ? "" : "the whole one was removed for the damaged one";
  });
}

TEST_F(PlantedFaults, a_parent_that_is_pruned) {
  expect_noticed(Sabotage::parent_pruned, [&]() -> std::string {
    begin();
    if (!save(store_)) return "no backup";
    touch();
    if (!save(store_)) return "no backup";
    RetentionRule rule;
    rule.keep_last = 1;
    Task task;
    (void)prune_backups(store_, keys(), device_, rule, {}, clock_.now(), task);
    return every_listed_one_verifies();
  });
}

TEST_F(PlantedFaults, increments_that_are_swept_as_leftovers) {
  expect_noticed(Sabotage::increments_swept, [&]() -> std::string {
    begin();
    if (!save(store_)) return "no backup";
    touch();
    if (!save(store_)) return "no backup";
    return every_listed_one_verifies();
  });
}

}  // namespace
}  // namespace till::backup
