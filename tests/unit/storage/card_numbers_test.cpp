// Every text of every entity, built generically: what the replica stores holds no card number.
#include <gtest/gtest.h>

#include "domain/card_numbers.hpp"
#include "storage/replica.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

const std::string kCard = "4111 1111 1111 1111";  // a test number that every card scheme knows

struct Fill {
  template <class... T>
  void operator()(Field<T>... f) {
    (fill(f.value), ...);
  }
  template <class T>
  static void fill(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = "paid with " + kCard;
    } else if constexpr (std::is_same_v<T, std::vector<domain::SaleLine>>) {
      value.resize(1);
      value[0].name = kCard;
    } else if constexpr (std::is_same_v<T, std::vector<domain::Tender>>) {
      value.resize(1);
      value[0].reference = value[0].brand = kCard;
    }
  }
};

bool shows_the_card(const Bytes& bytes) {
  return as_text(bytes).find("4111 1111") != std::string_view::npos ||
         as_text(bytes).find("41111111") != std::string_view::npos;
}

TEST(CardNumbers, are_in_no_text_of_any_entity_but_its_codes) {
  int texts = 0;
  each_entity([&]<class E>() {
    E entity;
    Fill fill;
    entity.serialize(fill);
    const auto names = field_names<E>();
    for (const auto& [number, value] : to_fields(domain::without_card_numbers(entity))) {
      if (domain::is_code_field(names.at(number))) continue;
      EXPECT_FALSE(shows_the_card(value)) << "entity " << E::kEntity << " field " << names.at(number);
      ++texts;
    }
  });
  EXPECT_GT(texts, 100);
}

class StoredCardNumbers : public StorageTest {};

TEST_F(StoredCardNumbers, are_masked_in_what_is_stored_and_in_what_is_sent) {
  SystemClock clock;
  SystemRandom random;
  Replica replica(clock, random);
  domain::Customer customer;
  customer.id = new_id(clock, random);
  customer.name = "Erika " + kCard;
  customer.phone = "+49 30 123456";
  EXPECT_DONE(database_->write([&](Transaction& tx) -> Status {
    TRY(Replica::establish(tx, new_id(clock, random), random));
    TRY(replica.put(tx, customer));
    return replica.seal_group(tx);
  }));
  const auto stored =
      value_of(database_->read([&](Connection& conn) { return load<domain::Customer>(conn, customer.id); }));
  EXPECT_EQ(stored->name, "Erika **** **** **** 1111");
  EXPECT_EQ(stored->phone, customer.phone);
  const auto bodies = value_of(database_->read([](Connection& conn) -> Result<Bytes> {
    auto rows = TRY(conn.query("SELECT group_concat(hex(body)) FROM sync_uncut"));
    TRY(rows.next());
    return to_bytes(view(rows.text(0)));
  }));
  EXPECT_EQ(as_text(bodies).find(to_hex(view("4111 1111"))), std::string_view::npos);
}

}  // namespace
}  // namespace till::storage
