// What two terminals and their hub say to each other, and what the hub keeps of it, searched as bytes for what was put
// into the shop. TLS is taken off first (wire_tap.hpp): the seal of what is in it must do without.
#include <algorithm>
#include <array>

#include "app/backup_targets.hpp"
#include "app/backups.hpp"
#include "app/catalogue.hpp"
#include "app/enrolment.hpp"
#include "app/key_epochs.hpp"
#include "app/media.hpp"
#include "app/shop_settings.hpp"
#include "app/users.hpp"
#include "planted.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"
#include "two_terminals.hpp"
#include "wire_tap.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPassphrase = "violet ladder under seven oaks";
// What is plain by design: the hub knows its terminals by name. Proves that the search finds what is there.
constexpr const char* kPlainName = "PLAINCONTROL99";

std::string text_of(ByteView bytes) {
  return std::string(as_text(bytes));
}

class WireSecrets : public TwoTerminals {
 protected:
  void SetUp() override {
    TwoTerminals::SetUp();
    EXPECT_DONE(rename_terminal(*shops_[0], anna(0), kPlainName));
    plant();
    for (int i = 0; i < 2; ++i) join_through_the_tap(i);
    EXPECT_TRUE(exchange([&] { return customers(1, "Markerina Zwetschge") == 1; }));
  }

  void join_through_the_tap(int i) {
    const auto code = hub_.code("Corner");
    const auto joined = value_of(enrol(*shops_[i], anna(i), tap_.url(), code, hub_.ca_file()));
    if (i == 0) {
      enrolment_code_ = code;
      return;
    }
    approval_code_ = joined.approval_code;
    value_of(approve_terminal(*shops_[0], anna(0), to_string(shops_[i]->state().device()), joined.approval_code));
  }
  std::int64_t customers(int i, const std::string& name) {
    return value_of(shops_[i]->state().db->read([&](storage::Connection& conn) {
             return conn.integer("SELECT count(*) FROM customer WHERE name = ?1", name);
           }))
        .value_or(-1);
  }

  void plant() {
    auto& state = shops_[0]->state();
    domain::Customer customer;
    customer.name = "Markerina Zwetschge";
    customer.phone = "+49-marker-phone";
    customer.email = "marker@example.invalid";
    customer.tax_number = "MARKERTAX77";
    customer.card_code = "MARKERCARD88";
    customer.note = "markernote allergic";
    value_of(save_customer(*shops_[0], anna(0), customer));
    value_of(add_user(*shops_[0], anna(0), "Markus Markermann", domain::Role::cashier, "73915520"));
    EXPECT_DONE(change(state, [&](storage::Transaction& tx) -> Status {
      TRY(storage::set_meta_text(tx, "cloud.secret", "MARKER-CLOUD-SECRET"));
      return state.replica->put(tx, make_setting("receipt.footer.token", "MARKER-TOKEN"));
    }));
    picture_ = value_of(add_media(*shops_[0], anna(0), domain::MediaKind::product_picture, "markerpicture.png",
                                  to_bytes("\x89PNG\r\n\x1a\n MARKER-IN-A-PICTURE")));
  }
  std::string verifier_of(const std::string& name) {
    return value_of(shops_[0]->state().db->read([&](storage::Connection& conn) -> Result<std::string> {
      for (const auto& user : TRY(storage::load_all<domain::User>(conn)))
        if (user.name == name) return text_of(user.pin_verifier);
      return invalid("no such user");
    }));
  }
  // What a customer, a user, a setting or a key is told by, and what replicates of it as it stands in a record.
  std::vector<std::string> replicated() {
    return {"Markerina",         "marker-phone", "marker@example",
            "MARKERTAX77",       "MARKERCARD88", "markernote",
            "Markus Markermann", "MARKER-TOKEN", verifier_of("Markus Markermann"),
            verifier_of("Anna")};
  }
  std::vector<std::string> secrets() {
    auto all = replicated();
    all.insert(all.end(),
               {"MARKER-CLOUD", "markerpicture", "MARKER-IN-A-PICTURE", "73915520", kPassphrase, approval_code_});
    auto letters = approval_code_;
    std::erase(letters, '-');
    all.push_back(letters);
    for (auto& shop : shops_) {
      auto& keys = *shop->state().keys;
      all.push_back(text_of(keys.pc_key().view()));
      keys.with_ring([&](security::RingFile& file) {
        all.push_back(text_of(file.ring.encode().view().subspan(17, 32)));  // the master
        for (const auto epoch : file.ring.epochs())
          for (const auto* key : file.ring.keys_for(epoch)) all.push_back(text_of(key->view()));
      });
    }
    return all;
  }

  std::vector<std::string> shown_on_the_wire(const std::vector<std::string>& markers) {
    std::vector<std::string> found;
    const auto look = [&](ByteView bytes, const std::string& place) {
      for (auto& line : shown(bytes, markers, place)) found.push_back(std::move(line));
    };
    const auto look_at_direction = [&](const Bytes& bytes, const std::string& place) {
      look(bytes, place);
      for (const auto& message : websocket_messages(bytes)) look(message, place + ", unmasked,");
    };
    for (const auto& connection : tap_.overheard()) {
      look_at_direction(connection.to_hub, "to the hub");
      look_at_direction(connection.to_till, "to a terminal");
    }
    return found;
  }

  // What who has the ring reads in the segments that went by.
  Bytes opened(Bytes Overheard::*direction) {
    auto& keys = *shops_[0]->state().keys;
    const auto ring = keys.with_ring([](security::RingFile& file) { return file.ring.clone(); });
    SystemRandom random;
    const sync::RingKeys reader(ring, keys.identity().signing, random);
    Bytes plain;
    for (const auto& connection : tap_.overheard()) {
      for (const auto& frame : websocket_messages(connection.*direction)) {
        const auto message = sync::decode_message(frame);
        if (!message || !std::holds_alternative<sync::SegmentMessage>(*message)) continue;
        const auto& bytes = std::get<sync::SegmentMessage>(*message).bytes;
        const auto segment = value_of(sync::open_segment(bytes, value_of(sync::parse_envelope(bytes)), reader));
        for (const auto& body : segment.bodies) plain.insert(plain.end(), body.begin(), body.end());
      }
    }
    return plain;
  }

  WireTap tap_{hub_.port(), net::TestCertificates::get().server.certificate,
               net::TestCertificates::get().server.private_key};
  std::string enrolment_code_, approval_code_;
  domain::MediaFile picture_;
};

const std::vector<std::string> kNothing;

TEST(Planted, a_marker_is_found_in_every_encoding) {
  const std::string marker = "MARKER-TOKEN";
  for (const std::string before : {"", "a", "ab", "abc"}) {
    EXPECT_TRUE(shows(view(before + marker + "xyz"), marker));
    EXPECT_TRUE(shows(view(base64_of(before + marker + "xyz")), marker)) << "base64 behind '" << before << "'";
  }
  EXPECT_TRUE(shows(view(to_hex(view("a" + marker))), marker));
  EXPECT_TRUE(shows(view(std::string("\0M\0A\0R\0K\0E\0R\0-\0T\0O\0K\0E\0N", 24)), marker));
  EXPECT_FALSE(shows(view(std::string("MARKER-TOKE")), marker));
}

TEST_F(WireSecrets, the_wire_and_the_hub_show_no_customer_no_pin_no_token_and_no_key) {
  value_of(add_backup_target(*shops_[0], anna(0), {"hub", TargetKind::hub, {}, false}));
  Task task;
  value_of(create_backup(*shops_[0], anna(0), "hub", kPassphrase, task));
  EXPECT_TRUE(value_of(services_[0]->snapshots({true, false}, 20s)).made);
  value_of(rotate_keys(*shops_[1], anna(1), FirstUse::at_once));
  domain::Customer second;
  second.name = "Markerina the other";
  value_of(save_customer(*shops_[1], anna(1), second));
  EXPECT_TRUE(exchange([&] {
    return customers(0, "Markerina the other") == 1 && media_bytes(*shops_[1], picture_.id).has_value();
  })) << "a customer made under the new key, and the picture";

  EXPECT_EQ(shown_on_the_wire(secrets()), kNothing);
  EXPECT_EQ(shown_in_files(hub_.folder(), secrets()), kNothing) << "while the hub runs, with its logs";
  hub_.stop();
  EXPECT_EQ(shown_in_files(hub_.folder(), secrets()), kNothing) << "what it keeps";
}

TEST_F(WireSecrets, the_search_finds_what_is_plain_and_the_markers_in_what_is_opened) {
  EXPECT_NE(shown_on_the_wire({enrolment_code_}), kNothing) << "in an HTTP body";
  EXPECT_NE(shown_on_the_wire({kPlainName}), kNothing);
  EXPECT_NE(shown_in_files(hub_.folder(), {kPlainName}), kNothing);
  const auto unmasked = shown_on_the_wire({text_of(shops_[0]->state().device().view())});
  for (const auto* place : {"to the hub, unmasked,", "to a terminal, unmasked,"})
    EXPECT_TRUE(std::ranges::any_of(unmasked, [&](const auto& line) { return line.starts_with(place); })) << place;
  const auto sent = opened(&Overheard::to_hub), received = opened(&Overheard::to_till);
  for (const auto& marker : replicated()) {
    EXPECT_TRUE(shows(sent, marker)) << "never went to the hub: " << marker;
    EXPECT_TRUE(shows(received, marker)) << "never came from the hub: " << marker;
  }
}

}  // namespace
}  // namespace till::app
