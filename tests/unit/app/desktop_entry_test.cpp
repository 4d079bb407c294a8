// The entry among the desktop's programs.
#include "app/desktop_entry.hpp"

#include "shop_fixture.hpp"
#include "storage/env.hpp"

namespace till::app {
namespace {

TEST(DesktopEntries, name_the_program_the_data_and_the_types_of_files) {
  const auto text = desktop_entry_text({"/opt/till stick/till", "/home/anna/shop"});
  EXPECT_NE(text.find("\nExec=\"/opt/till stick/till\" --data \"/home/anna/shop\" %f\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nMimeType=text/csv;application/json;\n"), std::string::npos);
  EXPECT_TRUE(text.starts_with("[Desktop Entry]\n"));
}

TEST(DesktopEntries, escape_what_a_desktop_would_take_for_something_else) {
  const auto text = desktop_entry_text({"/a\"b$c%d\\e/till", {}});
  EXPECT_NE(text.find(R"(Exec="/a\\"b\\$c%%d\\\\e/till" %f)"), std::string::npos) << text;
}

TEST(DesktopEntries, are_written_for_one_user_and_taken_away_again) {
  const TempFolder temp;
  ::setenv("XDG_DATA_HOME", temp.file("share").c_str(), 1);
  const auto env = storage::make_real_env();
  const auto folder = value_of(applications_folder());
  EXPECT_EQ(folder, temp.file("share") + "/applications");
  EXPECT_FALSE(value_of(remove_desktop_entry(*env, temp.file("nowhere"))));
  const auto path = value_of(install_desktop_entry(*env, folder, {"/opt/till", {}}));
  EXPECT_TRUE(env->exists(path));
  EXPECT_TRUE(value_of(remove_desktop_entry(*env, folder)));
  EXPECT_FALSE(env->exists(path));
  ::unsetenv("XDG_DATA_HOME");
}

TEST(DesktopEntries, of_a_program_on_a_stick_are_told_apart) {
  EXPECT_TRUE(is_on_a_stick("/media/anna/TILL/till"));
  EXPECT_TRUE(is_on_a_stick("/run/media/anna/TILL/till"));
  EXPECT_FALSE(is_on_a_stick("/opt/till"));
}

}  // namespace
}  // namespace till::app
