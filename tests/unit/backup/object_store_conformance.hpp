// What every ObjectStore promises, as one suite. A test program includes this once and instantiates it with its places:
//
//   INSTANTIATE_TEST_SUITE_P(Folder, ObjectStoreConformance, testing::Values(StorePlaceMaker{"real", make_place}),
//   place_name);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "backup/object_store.hpp"

namespace till::backup {

inline void PrintTo(const ObjectInfo& object, std::ostream* out) {
  *out << object.name << ": " << object.size;
}

// Somewhere a store can be opened again and again, and where others leave things.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  virtual std::unique_ptr<ObjectStore> open() = 0;
  // A thing that is not the store's, under a name that it would never write ("._x", "System Volume Information").
  virtual void leave(const std::string& name, ByteView bytes) = 0;
  virtual bool has(const std::string& name) = 0;
};

struct StorePlaceMaker {
  std::string name;
  std::function<std::unique_ptr<StorePlace>()> make;
};

inline void PrintTo(const StorePlaceMaker& maker, std::ostream* out) {
  *out << maker.name;
}
inline std::string place_name(const testing::TestParamInfo<StorePlaceMaker>& param) {
  return param.param.name;
}

class ObjectStoreConformance : public testing::TestWithParam<StorePlaceMaker> {
 protected:
  std::unique_ptr<StorePlace> place_ = GetParam().make();
  std::unique_ptr<ObjectStore> store_ = place_->open();

  std::vector<std::string> names(std::string_view prefix) {
    std::vector<std::string> out;
    const auto objects = store_->list(prefix);
    EXPECT_TRUE(objects) << objects.error().message;
    for (const auto& object : objects ? *objects : std::vector<ObjectInfo>{}) out.push_back(object.name);
    return out;
  }
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ObjectStoreConformance);

TEST_P(ObjectStoreConformance, gives_back_what_was_put) {
  Bytes large(3 << 20);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 7);
  ASSERT_TRUE(store_->put("a/b/c", view("text")));
  ASSERT_TRUE(store_->put("large", large));
  ASSERT_TRUE(store_->put("a/empty", {}));
  EXPECT_EQ(**store_->get("a/b/c", 4), to_bytes(view("text")));
  EXPECT_EQ(**store_->get("large", large.size()), large);
  EXPECT_TRUE((*store_->get("a/empty", 10))->empty());
}

TEST_P(ObjectStoreConformance, keeps_it_and_its_own_id_when_it_is_opened_again) {
  const auto id = *store_->id();
  ASSERT_TRUE(store_->put("a/b", view("text")));
  store_.reset();
  store_ = place_->open();
  EXPECT_EQ(*store_->id(), id);
  EXPECT_EQ(**store_->get("a/b", 100), to_bytes(view("text")));
}

TEST_P(ObjectStoreConformance, never_changes_an_object) {
  ASSERT_TRUE(store_->put("a", view("first")));
  EXPECT_TRUE(store_->put("a", view("first"))) << "the same again is fine";
  for (const auto* other : {"other", "fir", "first and more"}) {
    const auto again = store_->put("a", view(std::string_view(other)));
    ASSERT_FALSE(again) << other;
    EXPECT_EQ(again.error().kind, ErrorKind::invalid);
  }
  EXPECT_EQ(**store_->get("a", 100), to_bytes(view("first")));
}

TEST_P(ObjectStoreConformance, says_that_a_thing_is_not_there_and_calls_it_no_error) {
  const auto missing = store_->get("not/there", 100);
  ASSERT_TRUE(missing);
  EXPECT_FALSE(missing->has_value());
  EXPECT_TRUE(store_->remove("not/there"));
  EXPECT_TRUE(names("not/").empty());
}

TEST_P(ObjectStoreConformance, does_not_read_what_is_longer_than_allowed) {
  ASSERT_TRUE(store_->put("a", view("12345")));
  EXPECT_TRUE(store_->get("a", 5));
  const auto read = store_->get("a", 4);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
}

TEST_P(ObjectStoreConformance, lists_by_prefix_in_order) {
  for (const auto* name : {"b/2", "a/1", "b/1", "ab", "b/c/3"}) ASSERT_TRUE(store_->put(name, view("x")));
  EXPECT_EQ(names(""), (std::vector<std::string>{"a/1", "ab", "b/1", "b/2", "b/c/3"}));
  EXPECT_EQ(names("b/"), (std::vector<std::string>{"b/1", "b/2", "b/c/3"}));
  EXPECT_EQ(names("b/c/"), (std::vector<std::string>{"b/c/3"}));
  EXPECT_EQ(store_->list("a/")->front().size, 1U);
  EXPECT_EQ(store_->list("b").error().kind, ErrorKind::invalid) << "a prefix ends at a slash";
}

TEST_P(ObjectStoreConformance, removes_for_good) {
  ASSERT_TRUE(store_->put("a/1", view("x")));
  ASSERT_TRUE(store_->put("a/2", view("x")));
  ASSERT_TRUE(store_->remove("a/1"));
  EXPECT_FALSE(store_->get("a/1", 10)->has_value());
  EXPECT_EQ(names("a/"), (std::vector<std::string>{"a/2"}));
  EXPECT_TRUE(store_->put("a/1", view("something else"))) << "the name is free again";
}

TEST_P(ObjectStoreConformance, refuses_names_that_lead_elsewhere) {
  for (const auto* name : {"", "/", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "A", "a b", "a\\b", "a:b",
                           "x.part", "ä", "a/b/c/d/e"}) {
    EXPECT_EQ(store_->put(name, view("x")).error().kind, ErrorKind::invalid) << name;
    EXPECT_EQ(store_->get(name, 10).error().kind, ErrorKind::invalid) << name;
    EXPECT_EQ(store_->remove(name).error().kind, ErrorKind::invalid) << name;
  }
  EXPECT_EQ(store_->put(std::string(65, 'a'), view("x")).error().kind, ErrorKind::invalid);
}

TEST_P(ObjectStoreConformance, leaves_alone_what_others_put_there) {
  place_->leave("._a", view("x"));
  place_->leave("System Volume Information", view("x"));
  ASSERT_TRUE(store_->put("a", view("y")));
  EXPECT_EQ(names(""), std::vector<std::string>{"a"});
  ASSERT_TRUE(store_->sweep_unfinished(""));
  EXPECT_TRUE(place_->has("._a"));
  EXPECT_TRUE(place_->has("System Volume Information"));
}

TEST_P(ObjectStoreConformance, hides_unfinished_puts_and_sweeps_them_only_where_told) {
  ASSERT_TRUE(store_->put("a/1", view("x")));
  ASSERT_TRUE(store_->put("b/1", view("x")));
  place_->leave("a/2.part", view("half"));
  place_->leave("b/2.part", view("half"));
  EXPECT_EQ(names(""), (std::vector<std::string>{"a/1", "b/1"}));
  EXPECT_FALSE(store_->get("a/2", 10)->has_value());
  ASSERT_TRUE(store_->sweep_unfinished("a/"));
  EXPECT_FALSE(place_->has("a/2.part"));
  EXPECT_TRUE(place_->has("b/2.part")) << "another terminal may just be writing it";
  EXPECT_TRUE(store_->put("a/2", view("whole")));
}

}  // namespace till::backup
