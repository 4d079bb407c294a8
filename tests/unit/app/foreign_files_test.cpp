// Small files as other tills export them: every column that means something here is read, the others are listed.
#include "app/catalogue.hpp"
#include "import_fixture.hpp"

namespace till::app {
namespace {

class ForeignFiles : public ImportTest {
 protected:
  domain::Product product(const std::string& code) { return value_of(product_by_code(*shop_, code)); }
  std::string taxes_of(const std::string& sku) {
    return text("SELECT group_concat(t.code) FROM tax t, product p WHERE p.sku = '" + sku +
                "' AND instr(p.taxes, t.id) > 0");
  }
  static std::vector<std::string> not_read(const ImportReport& report) {
    std::vector<std::string> names;
    for (const auto& column : report.columns)
      if (column.key.empty()) names.push_back(column.name);
    return names;
  }
};

// help.loyverse.com, "Importing and exporting": columns by store, variants below the row that has the name.
TEST_F(ForeignFiles, of_loyverse) {
  const std::string file =
      "Handle,SKU,Name,Category,Description,Sold by weight,Option 1 name,Option 1 value,Option 2 name,Option 2 value,"
      "Option 3 name,Option 3 value,Cost,Barcode,SKU of included item,Quantity of included item,Track stock,"
      "Available for sale [Main],Price [Main],In stock [Main],Low stock [Main],\"Tax - \"\"VAT 19 %\"\" (19%)\","
      "\"Tax - \"\"Reduced\"\" (7%)\"\n"
      "tshirt,10001,T-shirt,Clothes,,N,Size,S,,,,,2.00,4000000000051,,,Y,Y,9.90,5,2,Y,N\n"
      "tshirt,10002,,,,,,M,,,,,2.00,,,,Y,Y,9.90,7,2,Y,N\n"
      "tea,10003,Tea,Drinks,,Y,,,,,,,1.00,,,,N,N,30.00,,,N,Y\n";
  const auto report = import("products", file);
  EXPECT_EQ(report.added, 3u) << problems_of(report);
  EXPECT_EQ(product("10001").name, "T-shirt S");
  EXPECT_EQ(product("10002").name, "T-shirt M");
  EXPECT_EQ(product("10001").price.minor, 990);
  EXPECT_EQ(product("10001").low_stock_milli, 2000);
  EXPECT_EQ(product("10003").unit, domain::SellUnit::kilogram);
  EXPECT_FALSE(product("10003").available);
  EXPECT_FALSE(product("10003").track_stock);
  EXPECT_EQ(taxes_of("10001"), "vat19");
  EXPECT_EQ(taxes_of("10003"), "vat7");
  EXPECT_EQ(not_read(report),
            (std::vector<std::string>{"Description", "Option 1 name", "Option 2 name", "Option 3 name", "Cost",
                                      "SKU of included item", "Quantity of included item", "In stock [Main]"}));
  const auto stock = import("stock", file);
  EXPECT_EQ(stock.changed, 2u) << problems_of(stock);
  EXPECT_EQ(stock_milli("10002"), 7000);
}

// squareup.com/help, "Import items online": a byte order mark, prices with a currency sign, items without SKU.
TEST_F(ForeignFiles, of_square) {
  const auto report =
      import("products",
             "\xef\xbb\xbfToken,Item Name,Variation Name,SKU,Description,Category,GTIN,Price,Current Quantity Main St,"
             "New Quantity Main St,Stock Alert Enabled Main St,Stock Alert Count Main St,Tax - VAT (19%)\n"
             "AB1,Coffee,Large,SQ-1,Fresh,Hot drinks,,€3.50,10,,Y,4,Y\n"
             "AB2,Sandwich,Regular,,,Food,4006381333948,\"€1,250.00\",,,N,,N\n");
  EXPECT_EQ(report.added, 2u) << problems_of(report);
  EXPECT_EQ(product("SQ-1").name, "Coffee Large");
  EXPECT_EQ(product("SQ-1").price.minor, 350);
  EXPECT_EQ(product("SQ-1").low_stock_milli, 4000);
  EXPECT_EQ(product("4006381333948").name, "Sandwich");
  EXPECT_EQ(product("4006381333948").price.minor, 125000);
  EXPECT_EQ(taxes_of("SQ-1"), "vat19");
  EXPECT_EQ(report.notes.size(), 2u);  // the categories, and the barcode that became the SKU
}

// Odoo, "Export and import data": labels of fields, and their technical names with a path to the named record.
TEST_F(ForeignFiles, of_odoo) {
  const auto labels =
      import("products",
             "External ID,Internal Reference,Name,Barcode,Sales Price,Cost,Product Category,Customer Taxes,"
             "Unit of Measure,Quantity On Hand\n"
             "__export__.p1,OD-1,Desk,4000000000068,450.00,200.00,All / Office,19%,Units,3\n");
  EXPECT_EQ(labels.added, 1u) << problems_of(labels);
  EXPECT_EQ(taxes_of("OD-1"), "vat19");
  EXPECT_EQ(product("OD-1").unit, domain::SellUnit::piece);
  const auto fields = import("products",
                             "default_code,name,list_price,barcode,categ_id,taxes_id,uom_id\n"
                             "OD-1,Desk,460.00,4000000000068,All / Office,VAT 7 %,kg\n");
  EXPECT_EQ(fields.changed, 1u) << problems_of(fields);
  EXPECT_EQ(product("OD-1").price.minor, 46000);
  EXPECT_EQ(taxes_of("OD-1"), "vat7");
  EXPECT_EQ(product("OD-1").unit, domain::SellUnit::kilogram);
}

// uniCenta oPOS, "Product Import": headings of one's own, near to the fields of the product.
TEST_F(ForeignFiles, of_unicenta) {
  const auto report = import("products",
                             "Reference,Barcode,Name,Category,PriceBuy,PriceSell,Tax\r\n"
                             "UC-1,4000000000075,Bread,Bakery,0.50,1.20,7\r\n");
  EXPECT_EQ(report.added, 1u) << problems_of(report);
  EXPECT_EQ(product("UC-1").price.minor, 120);
  EXPECT_EQ(taxes_of("UC-1"), "vat7");
  EXPECT_EQ(not_read(report), std::vector<std::string>{"PriceBuy"});
}

// A German spreadsheet on Windows: its first line for Excel, semicolons, commas, Windows-1252, a quoted line end.
TEST_F(ForeignFiles, of_a_german_spreadsheet) {
  const auto report = import("products",
                             "sep=;\r\nArtikelnummer;Bezeichnung;Strichcode;VK-Preis;MwSt.-Satz;Einheit;Lagerplatz\r\n"
                             "DE-1;\"K\xe4se\r\njung\";4000000000082;1.012,50 \x80;7 %;St\xfc"
                             "ck;A1\r\n");
  EXPECT_EQ(report.added, 1u) << problems_of(report);
  EXPECT_EQ(product("DE-1").name, "Käse\njung");
  EXPECT_EQ(product("DE-1").price.minor, 101250);
  EXPECT_EQ(taxes_of("DE-1"), "vat7");
  EXPECT_EQ(not_read(report), std::vector<std::string>{"Lagerplatz"});
  EXPECT_NE(report.format.find("Windows-1252"), std::string::npos) << report.format;
}

TEST_F(ForeignFiles, of_two_stores_are_asked_about_which_price_is_meant) {
  const std::string file = "SKU,Name,Price [A],Price [B]\nX-1,Thing,1.00,2.00\n";
  EXPECT_REFUSED(try_import(*shop_, owner(), wish("products", file)), invalid, "Price [B]");
  auto said = wish("products", file);
  said.columns = {{"Price [A]", "price"}};
  EXPECT_EQ(value_of(try_import(*shop_, owner(), said)).added, 1u);
  EXPECT_EQ(product("X-1").price.minor, 100);
}

}  // namespace
}  // namespace till::app
