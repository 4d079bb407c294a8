#include "storage/search.hpp"

#include "storage/search_text.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class SearchTest : public StorageTest {
 protected:
  std::vector<std::string> found(const std::string& text, std::size_t max = 20) {
    std::vector<std::string> names;
    for (const auto& p : read([&](Connection& conn) { return search_products(conn, text, max); }))
      names.push_back(p.name);
    return names;
  }
  std::vector<std::string> by_code(const std::string& code) {
    std::vector<std::string> names;
    for (const auto& p : read([&](Connection& conn) { return find_by_code(conn, code); })) names.push_back(p.name);
    return names;
  }
  using Names = std::vector<std::string>;
};

TEST_F(SearchTest, each_key_finds_by_the_beginnings_of_words) {
  store_now(product("Whole milk 1 l", "M1"));
  store_now(product("Milk chocolate", "C1"));
  store_now(product("Bread", "B1"));
  EXPECT_EQ(found("m"), (Names{"Milk chocolate", "Whole milk 1 l"}));
  EXPECT_EQ(found("mil"), (Names{"Milk chocolate", "Whole milk 1 l"}));
  EXPECT_EQ(found("milk ch"), Names{"Milk chocolate"});
  EXPECT_EQ(found("cho mi"), Names{"Milk chocolate"});
  EXPECT_EQ(found("xyz"), Names{});
}

TEST_F(SearchTest, three_letters_from_the_middle_of_a_word_find_it) {
  store_now(product("Buttermilk", "M1"));
  store_now(product("Milkshake", "M2"));
  EXPECT_EQ(found("milk"), (Names{"Milkshake", "Buttermilk"}));
  EXPECT_EQ(found("ttermi"), Names{"Buttermilk"});
  EXPECT_EQ(found("rmi but"), Names{"Buttermilk"});
}

TEST_F(SearchTest, accents_and_case_do_not_matter) {
  store_now(product("Crème Brûlée", "D1"));
  store_now(product("ŽLUŤOUČKÝ sýr", "D2"));
  store_now(product("Καφές", "D3"));
  EXPECT_EQ(found("creme bru"), Names{"Crème Brûlée"});
  EXPECT_EQ(found("CRÈME"), Names{"Crème Brûlée"});
  EXPECT_EQ(found("zlut"), Names{"ŽLUŤOUČKÝ sýr"});
  EXPECT_EQ(found("toucky"), Names{"ŽLUŤOUČKÝ sýr"});
  EXPECT_EQ(found("ΚΑΦΕ"), Names{"Καφές"});
}

TEST_F(SearchTest, sku_and_barcode_are_found_by_their_beginning) {
  store_now(product("Tea", "TEA-100", {"4006381333931"}));
  EXPECT_EQ(found("tea-1"), Names{"Tea"});
  EXPECT_EQ(found("40063"), Names{"Tea"});
  EXPECT_EQ(found("4006381333931"), Names{"Tea"});
}

TEST_F(SearchTest, the_exact_one_comes_first) {
  store_now(product("Cola zero cherry", "X1"));
  store_now(product("Diet cola", "X2"));
  store_now(product("Cola", "X3"));
  EXPECT_EQ(found("cola"), (Names{"Cola", "Cola zero cherry", "Diet cola"}));
  EXPECT_EQ(found("cola", 1), Names{"Cola"});
}

TEST_F(SearchTest, a_renamed_product_is_found_by_its_new_name_only) {
  auto p = product("Oldname", "R1", {"111"});
  store_now(p);
  p.name = "Newname";
  p.barcodes = {"222"};
  store_now(p);
  EXPECT_EQ(found("oldn"), Names{});
  EXPECT_EQ(found("ldnam"), Names{});
  EXPECT_EQ(found("newn"), Names{"Newname"});
  EXPECT_EQ(by_code("111"), Names{});
  EXPECT_EQ(by_code("222"), Names{"Newname"});
}

TEST_F(SearchTest, archived_and_deleted_products_are_not_shown_and_come_back_when_active) {
  auto p = product("Ghost pepper", "G1", {"333"});
  store_now(p);
  for (const auto state : {domain::Lifecycle::archived, domain::Lifecycle::deleted}) {
    p.lifecycle = state;
    store_now(p);
    EXPECT_EQ(found("ghost"), Names{});
    EXPECT_EQ(found("host"), Names{});
    EXPECT_EQ(found("G1"), Names{});
    EXPECT_EQ(by_code("333"), Names{});
    EXPECT_EQ(by_code("G1"), Names{});
  }
  p.lifecycle = domain::Lifecycle::active;
  store_now(p);
  EXPECT_EQ(found("ghost"), Names{"Ghost pepper"});
  EXPECT_EQ(by_code("333"), Names{"Ghost pepper"});
}

TEST_F(SearchTest, what_a_person_types_is_never_taken_for_query_syntax) {
  store_now(product("Salt \"fine\" AND pepper*", "S1"));
  for (const char* text :
       {"\"", "AND", "NOT x", "salt*", "a\"b", "(", "^salt", "name:salt", "-", "NEAR(", "%", "_", "';"}) {
    const auto hits = database_->read([&](Connection& conn) { return search_products(conn, text); });
    EXPECT_TRUE(hits) << text << ": " << hits.error().cause;
  }
  store_now(product("Milk–shake 1½ l™", "S2"));
  for (const char* text : {"milk–shake", "shake", "1½", "–", "™", "“milk”"}) {
    EXPECT_TRUE(database_->read([&](Connection& conn) { return search_products(conn, text); })) << text;
  }
  EXPECT_EQ(found("shake milk"), Names{"Milk–shake 1½ l™"});
  EXPECT_EQ(found("salt and"), (Names{"Salt \"fine\" AND pepper*"}));
  EXPECT_FALSE(database_->read([&](Connection& conn) { return search_products(conn, "\xff\xfe"); }));
  EXPECT_EQ(found(std::string(5000, 'a')), Names{});
}

TEST_F(SearchTest, a_gtin_is_the_same_with_zeros_in_front) {
  store_now(product("Upc", "U1", {"036000291452"}));
  store_now(product("Ean8", "U2", {"96385074"}));
  EXPECT_EQ(by_code("0036000291452"), Names{"Upc"});
  EXPECT_EQ(by_code("00036000291452"), Names{"Upc"});
  EXPECT_EQ(by_code("036000291452"), Names{"Upc"});
  EXPECT_EQ(by_code("0000096385074"), Names{"Ean8"});
  EXPECT_EQ(by_code("36000291452"), Names{});
  EXPECT_EQ(by_code("u1"), Names{"Upc"});
  EXPECT_EQ(by_code(""), Names{});
}

TEST_F(SearchTest, a_code_that_two_products_have_gives_both) {
  store_now(product("From till one", "Z1", {"777"}));
  store_now(product("From till two", "Z2", {"777"}));
  EXPECT_EQ(by_code("777").size(), 2u);
}

TEST_F(SearchTest, tiles_are_the_placed_products_of_a_category_in_order) {
  auto a = product("A", "1"), b = product("B", "2"), c = product("C", "3");
  a.position = 2;
  b.position = 1;
  c.category = id();
  c.position = 1;
  for (const auto& p : {a, b, c, product("Not a tile", "4")}) store_now(p);
  const auto names = [](const std::vector<domain::Product>& products) {
    Names out;
    for (const auto& p : products) out.push_back(p.name);
    return out;
  };
  EXPECT_EQ(names(read([&](Connection& conn) { return tiles(conn, a.category); })), (Names{"B", "A"}));
  EXPECT_EQ(read([](Connection& conn) { return tiles(conn, Id{}); }).size(), 3u);
  EXPECT_EQ(names(read([&](Connection& conn) { return products_of(conn, a.category, 1, 2); })),
            (Names{"B", "Not a tile"}));
}

TEST_F(SearchTest, many_products_in_one_transaction_are_all_found) {
  EXPECT_DONE(write([&](Transaction& tx) -> Status {
    auto bulk = TRY(BulkProducts::begin(tx));
    for (int i = 0; i < 2000; ++i) {
      TRY(bulk.add(product("Item number" + std::to_string(i), "N" + std::to_string(i), {std::to_string(100000 + i)})));
    }
    return bulk.finish();
  }));
  EXPECT_EQ(found("number1999"), Names{"Item number1999"});
  EXPECT_EQ(found("umber77").size(), 11u);
  EXPECT_EQ(by_code("101234"), Names{"Item number1234"});
  EXPECT_EQ(found("item").size(), 20u);
}

TEST_F(SearchTest, customers_are_found_by_part_of_name_phone_or_card) {
  domain::Customer c;
  c.id = id();
  c.name = "Anna Novak";
  c.phone = "+420 555 123";
  c.card_code = "LC77";
  store_now(c);
  for (const char* text : {"nova", "ANNA", "555", "LC77"}) {
    EXPECT_EQ(read([&](Connection& conn) { return search_customers(conn, text); }).size(), 1u) << text;
  }
  EXPECT_TRUE(read([](Connection& conn) { return search_customers(conn, "LC7"); }).empty());
}

TEST(SearchText, folds_and_cuts) {
  EXPECT_EQ(folded("ŁÓDŹ Straße ÆØÅ"), "lodz strasse aeoa");
  EXPECT_EQ(folded("5 €–Box™"), "5   box ");
  EXPECT_EQ(words_of("2x milk-shake 1,5l"), (std::vector<std::string>{"2x", "milk", "shake", "1", "5l"}));
  EXPECT_EQ(trigrams_of("milk"), (std::vector<std::string>{"mil", "ilk"}));
  EXPECT_EQ(trigrams_of("čaj!"), (std::vector<std::string>{"čaj", "aj!"}));
  EXPECT_TRUE(trigrams_of("ab").empty());
}

}  // namespace
}  // namespace till::storage
