// The hub that lies: about a new terminal's public key, and with a key ring of its own.
#include "app/catalogue.hpp"
#include "app/ctl/ctl.hpp"
#include "journal_told.hpp"
#include "security/key_exchange.hpp"
#include "security/passphrase.hpp"
#include "storage/connection.hpp"
#include "two_terminals.hpp"

namespace till::app {
namespace {

class Approval : public TwoTerminals {
 protected:
  void SetUp() override {
    TwoTerminals::SetUp();
    value_of(enrol(*shops_[0], anna(0), hub_.url(), hub_.code("Corner"), hub_.ca_file()));
    joined_ = value_of(enrol(*shops_[1], anna(1), hub_.url(), hub_.code("Corner"), hub_.ca_file()));
    ASSERT_TRUE(joined_.keys_pending);
  }
  Result<std::string> approve(const std::string& code) { return approve_terminal(*shops_[0], anna(0), "garden", code); }
  Result<bool> collect() {
    net::HubClient client(address_of(joined_), credentials_of(*shops_[1]), machine_, random_);
    return collect_keys(*shops_[1], client);
  }
  static Id tenant_of(Shop& shop) {
    return shop.state().keys->with_ring([](security::RingFile& file) { return file.ring.tenant(); });
  }
  [[nodiscard]] Bytes context() const {
    ByteWriter out;
    out.raw(view("tillstick key grant 3"));
    out.raw(joined_.tenant.view());
    out.raw(shops_[1]->state().device().view());
    return out.take();
  }
  // The hub's database in the hands of whoever runs the hub.
  template <class F>
  void as_the_hub(F&& f) {
    hub_.stop();
    {
      const auto conn = value_of(storage::Connection::open(hub_.folder() + "/hub.db", storage::Access::read_write));
      EXPECT_DONE(f(*conn));
    }
    hub_.start();
  }

  SystemClock machine_;
  SystemRandom random_;
  HubMembership joined_;
};

TEST_F(Approval, with_the_code_that_the_new_terminal_shows_it_is_given_the_keys) {
  EXPECT_FALSE(value_of(collect())) << "nobody has approved it";
  EXPECT_EQ(value_of(approve(joined_.approval_code)), "Garden");
  EXPECT_TRUE(value_of(collect()));
  EXPECT_EQ(tenant_of(*shops_[1]), tenant_of(*shops_[0]));
  EXPECT_FALSE(value_of(membership(*shops_[1]))->keys_pending);
  EXPECT_TRUE(value_of(membership(*shops_[1]))->approval_code.empty());
  EXPECT_EQ(told(*shops_[0], "enrol"), Told{"Anna: Corner"});
  EXPECT_EQ(told(*shops_[1], "enrol"), Told{"Anna: Corner"});
  EXPECT_EQ(told(*shops_[0], "keys.handed-over"), Told{"Anna: Garden"});
  EXPECT_EQ(told(*shops_[1], "keys.received"), Told{": Corner"});
}

TEST_F(Approval, a_terminal_that_waits_to_be_let_in_was_not_in_the_list_of_the_others) {
  const auto listed = [&] {
    const auto report = services_[0]->report();
    return value_of(list_devices(*shops_[0], &report));
  };
  const auto waits = [](const DeviceRow& row) { return row.waits; };
  EXPECT_TRUE(exchange([&] { return std::ranges::any_of(listed(), waits); }, 1));
  const auto rows = listed();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].here);
  EXPECT_EQ(rows[1].name, "Garden");
  EXPECT_EQ(rows[1].state, kWaitsToBeLetIn);
  EXPECT_EQ(rows[1].id, shops_[1]->state().device());
  EXPECT_FALSE(rows[1].may_be_revoked);
  EXPECT_EQ(value_of(list_devices(*shops_[0])).size(), 1U) << "nobody has heard of it but the hub";
  EXPECT_EQ(value_of(approve_terminal(*shops_[0], anna(0), rows[1].code, joined_.approval_code)), "Garden")
      << "what the list shows of its id is enough to name it";
  EXPECT_TRUE(exchange([&] { return both_know_both() && std::ranges::none_of(listed(), waits); }));
  EXPECT_EQ(listed().size(), 2U);
}

TEST_F(Approval, the_only_one_that_waits_need_not_be_named) {
  EXPECT_EQ(value_of(approve_terminal(*shops_[0], anna(0), "", joined_.approval_code)), "Garden");
  EXPECT_TRUE(value_of(collect()));
  EXPECT_REFUSED(approve_terminal(*shops_[0], anna(0), "", joined_.approval_code), invalid, "no terminal waits");
}

TEST_F(Approval, a_mistyped_code_is_noticed_at_once_and_spelling_does_not_matter) {
  auto wrong = joined_.approval_code;
  wrong.back() = wrong.back() == '7' ? '8' : '7';  // the letter that tells
  EXPECT_REFUSED(approve(wrong), invalid, "three groups");
  EXPECT_REFUSED(approve("no"), invalid, "three groups");
  auto typed = joined_.approval_code;
  std::ranges::transform(typed, typed.begin(),
                         [](char c) { return c == '-' ? ' ' : static_cast<char>(std::tolower(c)); });
  EXPECT_DONE(approve(typed));
  EXPECT_TRUE(value_of(collect()));
}

TEST_F(Approval, needs_the_right) {
  const auto mia = value_of(actor_named(*shops_[0], "Mia"));
  EXPECT_REFUSED(approve_terminal(*shops_[0], mia, "Garden", joined_.approval_code), denied, "cashier");
}

class JoiningByTillctl : public TwoTerminals {
 protected:
  CtlOutput ctl(int i, std::vector<std::string> words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = shops_[i]->folder();
    request.working_folder = temp_.file("");
    return run_ctl(request, shops_[i].get());
  }
};

TEST_F(JoiningByTillctl, and_approving_is_in_both_journals) {
  for (int i = 0; i < 2; ++i) {
    const auto output =
        ctl(i, {"enrol", "--hub", hub_.url(), "--code", hub_.code("Corner"), "--ca", hub_.ca_file(), "--user", "Anna"});
    EXPECT_EQ(output.exit_code, 0) << output.err;
    EXPECT_EQ(told(*shops_[i], "enrol"), Told{"Anna: Corner"});
  }
  const auto code = value_of(membership(*shops_[1]))->approval_code;
  EXPECT_EQ(ctl(0, {"devices", "approve", "garden", code, "--user", "Mia"}).exit_code, 1);
  EXPECT_EQ(told(*shops_[0], "keys.handed-over"), Told{});
  const auto output = ctl(0, {"devices", "approve", "garden", code, "--user", "Anna"});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_EQ(told(*shops_[0], "keys.handed-over"), Told{"Anna: Garden"});
}

TEST_F(Approval, keys_left_under_another_code_are_not_taken) {
  EXPECT_DONE(approve(new_approval_code(random_)));
  EXPECT_REFUSED(collect(), denied, joined_.approval_code);
  EXPECT_TRUE(value_of(membership(*shops_[1]))->keys_pending);
  EXPECT_DONE(approve(joined_.approval_code));
  EXPECT_TRUE(value_of(collect())) << "the next approval mends it";
}

TEST_F(Approval, a_hub_that_names_a_key_of_its_own_as_the_new_terminals_cannot_open_what_is_left_for_it) {
  const auto liars = security::ExchangeKey::generate(random_).value();
  as_the_hub([&](storage::Connection& conn) {
    return conn.run("UPDATE device SET sealing_key = ?2 WHERE id = ?1", shops_[1]->state().device(),
                    Bytes(liars.public_key().begin(), liars.public_key().end()));
  });
  EXPECT_DONE(approve(joined_.approval_code));
  Bytes sealed;
  as_the_hub([&](storage::Connection& conn) -> Status {
    auto rows = TRY(conn.query("SELECT sealed FROM key_grant"));
    if (TRY(rows.next())) sealed = rows.blob(0);
    return {};
  });
  const auto opened = security::open_sealed(liars, sealed, context());
  ASSERT_TRUE(opened) << "the lie worked so far";
  const auto ring = shops_[0]->state().keys->with_ring([](security::RingFile& file) { return file.ring.encode(); });
  EXPECT_EQ(as_text(*opened).find(as_text(ring.view().subspan(17, 32))), std::string_view::npos);
  EXPECT_FALSE(security::KeyRing::decode(*opened));
  EXPECT_FALSE(security::unwrap(*opened, "AAAAAAAAAAAA", context()));
  EXPECT_FALSE(collect().value_or(false)) << "and the new terminal gets nothing either";
}

TEST_F(Approval, a_key_ring_that_the_hub_made_up_is_not_believed) {
  const auto before = tenant_of(*shops_[1]);
  const auto made_up = security::KeyRing::generate(joined_.tenant, machine_, random_);
  const auto newcomer = shops_[1]->state().keys->identity().public_part().exchange;
  ByteWriter grant;
  grant.sized(made_up.encode().view());
  grant.sized({});
  const security::SecretBytes plain(grant.take());
  const auto guessed = security::wrap(plain, "AAAAAAAAAAAA", context(), {14, 8, 1}, random_).value();
  for (const ByteView content : {plain.view(), ByteView(guessed)}) {
    const auto sealed = security::seal_to(newcomer, content, context(), random_).value();
    as_the_hub([&](storage::Connection& conn) {
      return conn.run("INSERT OR REPLACE INTO key_grant(tenant, device, sender, sealed, at) VALUES(?1, ?2, ?3, ?4, 1)",
                      joined_.tenant, shops_[1]->state().device(), shops_[0]->state().device(), sealed);
    });
    EXPECT_FALSE(collect().value_or(false));
    EXPECT_EQ(tenant_of(*shops_[1]), before);
    EXPECT_TRUE(value_of(membership(*shops_[1]))->keys_pending);
  }
}

}  // namespace
}  // namespace till::app
