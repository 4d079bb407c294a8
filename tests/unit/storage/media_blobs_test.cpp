#include "storage/media_blobs.hpp"

#include "storage_fixture.hpp"

namespace till::storage {
namespace {

Bytes picture(const std::string& content = "content") {
  return to_bytes("\x89PNG\r\n\x1a\n" + content);
}

class MediaBlobsTest : public testing::Test {
 protected:
  MediaBlobsTest() : env_(make_real_env()), blobs_(*env_, media_folder(folder_.path())) {}
  std::string path(const security::Hash& hash) const {
    return folder_.file("media/" + to_hex(hash).substr(0, 2) + "/" + to_hex(hash));
  }
  TempFolder folder_;
  std::unique_ptr<Env> env_;
  MediaBlobs blobs_;
};

TEST_F(MediaBlobsTest, a_picture_comes_back_under_the_hash_of_its_bytes) {
  const auto hash = value_of(blobs_.put(picture()));
  EXPECT_EQ(hash, security::sha256(picture()));
  EXPECT_TRUE(blobs_.has(hash));
  EXPECT_EQ(value_of(blobs_.get(hash)), picture());
  EXPECT_EQ(value_of(blobs_.put(picture())), hash);
  EXPECT_EQ(value_of(blobs_.list()), std::vector{hash});
  EXPECT_EQ(value_of(env_->read_file(path(hash), kMaxMediaBytes)), picture()) << "data/media/<hh>/<hash>";
}

TEST_F(MediaBlobsTest, what_is_no_picture_too_large_or_empty_is_refused) {
  EXPECT_FALSE(blobs_.put({}));
  EXPECT_FALSE(blobs_.put(to_bytes("GIF89a...")));
  EXPECT_FALSE(blobs_.put(picture(std::string(kMaxMediaBytes, 'x'))));
  EXPECT_EQ(value_of(media_type(Bytes{0xff, 0xd8, 0xff, 0xe0})), "image/jpeg");
  EXPECT_TRUE(value_of(blobs_.list()).empty());
}

TEST_F(MediaBlobsTest, a_damaged_file_is_never_given_out_and_can_be_put_again) {
  const auto hash = value_of(blobs_.put(picture()));
  EXPECT_DONE(env_->write_atomic(path(hash), picture("damaged")));
  const auto got = blobs_.get(hash);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::corrupt);
  EXPECT_DONE(blobs_.put_as(hash, picture()));
  EXPECT_EQ(value_of(blobs_.get(hash)), picture());
}

TEST_F(MediaBlobsTest, bytes_from_elsewhere_must_be_what_was_announced) {
  EXPECT_FALSE(blobs_.put_as(security::sha256(picture("another")), picture()));
  EXPECT_DONE(blobs_.put_as(security::sha256(picture()), picture()));
}

TEST_F(MediaBlobsTest, removing_and_listing_leave_strange_files_alone) {
  const auto hash = value_of(blobs_.put(picture()));
  EXPECT_DONE(env_->write_atomic(folder_.file("media/" + to_hex(hash).substr(0, 2) + "/notes.txt"), view("x")));
  EXPECT_EQ(value_of(blobs_.list()).size(), 1u);
  EXPECT_DONE(blobs_.remove(hash));
  EXPECT_FALSE(blobs_.has(hash));
  EXPECT_TRUE(value_of(blobs_.list()).empty());
  EXPECT_FALSE(blobs_.get(hash));
}

TEST_F(MediaBlobsTest, a_hash_of_the_wrong_size_is_refused) {
  EXPECT_FALSE(media_hash(Bytes(31, 1)));
  EXPECT_TRUE(media_hash(Bytes(32, 1)));
}

}  // namespace
}  // namespace till::storage
