// A shop into which files go, and a second, empty one.
#pragma once

#include "app/data/export.hpp"
#include "app/data/import.hpp"
#include "app/shop_init.hpp"
#include "shop_fixture.hpp"
#include "support/source_dir.hpp"

namespace till::app {

class ImportTest : public ShopTest {
 protected:
  static ImportWish wish(const std::string& kind, std::string content) {
    ImportWish wish;
    wish.kind = kind;
    wish.content = std::move(content);
    return wish;
  }
  static Result<ImportReport> try_import(Shop& shop, const Actor& actor, ImportWish wish) {
    Task task;
    return import_table(shop, actor, std::move(wish), task);
  }
  ImportReport import_into(Shop& shop, const std::string& kind, const std::string& content) {
    return value_of(try_import(shop, value_of(actor_named(shop, "")), wish(kind, content)));
  }
  // Into the shop of the test, as its owner.
  ImportReport import(const std::string& kind, const std::string& content) {
    return import_into(*shop_, kind, content);
  }

  static std::string exported(Shop& shop, const std::string& what, FileFormat format = FileFormat::csv) {
    Task task;
    ExportWish wish;
    wish.what = what;
    wish.format = format;
    return value_of(export_text(shop, value_of(actor_named(shop, "")), wish, task)).text;
  }

  // No product, no tax, no customer; one owner.
  std::unique_ptr<Shop> empty_shop(const std::string& name) {
    NewShop wanted;
    wanted.folder = temp_.file(name);
    wanted.name = "Second shop";
    wanted.assets_folder = till::test::source_path("tests/unit/app/tiny_shop");
    value_of(init_shop(wanted));
    return value_of(try_open(wanted.folder));
  }

  static std::string problems_of(const ImportReport& report) {
    std::string all;
    for (const auto& p : report.problems) all += std::to_string(p.line) + " " + p.column + ": " + p.sentence + "\n";
    return all;
  }
};

}  // namespace till::app
