#include "storage/schema_001.hpp"

#include "storage/sync_schema.hpp"

namespace till::storage {

namespace {

constexpr const char* kCatalogue = R"sql(
CREATE TABLE tax (
  id BLOB PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, kind INTEGER NOT NULL, rate_micro INTEGER NOT NULL,
  amount_micro INTEGER NOT NULL, included INTEGER NOT NULL, adds_to_base INTEGER NOT NULL,
  on_plain_base INTEGER NOT NULL, letter TEXT NOT NULL, lifecycle INTEGER NOT NULL) STRICT;
CREATE TABLE category (
  id BLOB PRIMARY KEY, name TEXT NOT NULL, parent BLOB NOT NULL, colour_rgb INTEGER NOT NULL, icon TEXT NOT NULL,
  position INTEGER NOT NULL, lifecycle INTEGER NOT NULL) STRICT;
CREATE TABLE product (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, sku TEXT NOT NULL, name TEXT NOT NULL, category BLOB NOT NULL,
  price INTEGER NOT NULL, taxes BLOB NOT NULL, barcodes BLOB NOT NULL, unit INTEGER NOT NULL, deposit BLOB NOT NULL,
  special_price INTEGER NOT NULL, has_special INTEGER NOT NULL, available INTEGER NOT NULL,
  track_stock INTEGER NOT NULL, low_stock_milli INTEGER NOT NULL, tare INTEGER NOT NULL,
  minimum_age INTEGER NOT NULL, colour_rgb INTEGER NOT NULL, icon TEXT NOT NULL, position INTEGER NOT NULL,
  lifecycle INTEGER NOT NULL, folded_name TEXT NOT NULL) STRICT;
CREATE INDEX product_by_sku ON product(sku COLLATE NOCASE) WHERE lifecycle = 0;
CREATE INDEX product_by_category ON product(category) WHERE lifecycle = 0;
CREATE INDEX product_tiles ON product(category, position) WHERE lifecycle = 0 AND position > 0;
CREATE INDEX product_with_alert ON product(number) WHERE lifecycle = 0 AND low_stock_milli > 0;
-- Of active products only, as are the two word indexes. Names come folded, so ASCII rules part their words just as ours do.
CREATE TABLE product_barcode (
  code TEXT NOT NULL, product INTEGER NOT NULL, PRIMARY KEY (code, product)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE product_words USING fts5(
  name, content='', columnsize=0, detail=none, prefix='1 2 3 4', tokenize='ascii');
CREATE VIRTUAL TABLE product_parts USING fts5(name, content='', columnsize=0, detail=none, tokenize='trigram');
)sql";

constexpr const char* kPeople = R"sql(
CREATE TABLE customer (
  id BLOB PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, email TEXT NOT NULL, tax_number TEXT NOT NULL,
  card_code TEXT NOT NULL, note TEXT NOT NULL, lifecycle INTEGER NOT NULL) STRICT;
CREATE INDEX customer_by_card ON customer(card_code) WHERE card_code <> '';
CREATE TABLE user (
  id BLOB PRIMARY KEY, name TEXT NOT NULL, role INTEGER NOT NULL, pin_verifier BLOB NOT NULL,
  colour_rgb INTEGER NOT NULL, lifecycle INTEGER NOT NULL) STRICT;
CREATE TABLE setting (id BLOB PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL) STRICT;
CREATE INDEX setting_by_key ON setting(key);
CREATE TABLE device (
  id BLOB PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, signing_key BLOB NOT NULL, sealing_key BLOB NOT NULL,
  version TEXT NOT NULL, revoked INTEGER NOT NULL) STRICT;
)sql";

// A sale's rows repeat its time, so that a report reads one stretch of each table.
constexpr const char* kDocuments = R"sql(
CREATE TABLE sale (
  id BLOB PRIMARY KEY, kind INTEGER NOT NULL, receipt TEXT NOT NULL, series TEXT NOT NULL, number INTEGER NOT NULL,
  at INTEGER NOT NULL, device BLOB NOT NULL, terminal TEXT NOT NULL, shift BLOB NOT NULL, user BLOB NOT NULL,
  user_name TEXT NOT NULL, customer BLOB NOT NULL, customer_name TEXT NOT NULL, currency TEXT NOT NULL,
  net INTEGER NOT NULL, tax INTEGER NOT NULL, total INTEGER NOT NULL, discount INTEGER NOT NULL,
  rounding INTEGER NOT NULL, due INTEGER NOT NULL, cites BLOB, bytes BLOB NOT NULL) STRICT;
CREATE INDEX sale_by_receipt ON sale(receipt);
CREATE INDEX sale_by_number ON sale(series, number);
CREATE INDEX sale_by_time ON sale(at);
CREATE INDEX sale_by_shift ON sale(shift);
CREATE INDEX sale_by_cited ON sale(cites) WHERE cites IS NOT NULL;
CREATE TABLE sale_line (
  at INTEGER NOT NULL, sale BLOB NOT NULL, position INTEGER NOT NULL, kind INTEGER NOT NULL, product BLOB NOT NULL,
  sku TEXT NOT NULL, name TEXT NOT NULL, quantity INTEGER NOT NULL, net INTEGER NOT NULL, total INTEGER NOT NULL,
  PRIMARY KEY (at, sale, position)) STRICT, WITHOUT ROWID;
CREATE TABLE sale_tender (
  at INTEGER NOT NULL, sale BLOB NOT NULL, position INTEGER NOT NULL, kind INTEGER NOT NULL, amount INTEGER NOT NULL,
  rounding INTEGER NOT NULL, PRIMARY KEY (at, sale, position)) STRICT, WITHOUT ROWID;
CREATE TABLE sale_tax (
  at INTEGER NOT NULL, sale BLOB NOT NULL, position INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
  rate_micro INTEGER NOT NULL, base INTEGER NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (at, sale, position)) STRICT, WITHOUT ROWID;
CREATE TABLE stock_move (
  id BLOB PRIMARY KEY, product BLOB NOT NULL, delta_milli INTEGER NOT NULL, reason TEXT NOT NULL,
  document BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX stock_move_by_product ON stock_move(product, at);
CREATE TABLE stock_level (product BLOB PRIMARY KEY, level_milli INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE shift_event (
  id BLOB PRIMARY KEY, shift BLOB NOT NULL, kind INTEGER NOT NULL, device BLOB NOT NULL, terminal TEXT NOT NULL,
  user BLOB NOT NULL, user_name TEXT NOT NULL, at INTEGER NOT NULL, amount INTEGER NOT NULL,
  expected INTEGER NOT NULL, z_number INTEGER NOT NULL, reason TEXT NOT NULL, report TEXT NOT NULL) STRICT;
CREATE INDEX shift_event_by_shift ON shift_event(shift, at);
CREATE INDEX shift_event_by_kind ON shift_event(kind, at);
CREATE TABLE audit_entry (
  id BLOB PRIMARY KEY, device BLOB NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
  user_name TEXT NOT NULL, approved_by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  detail TEXT NOT NULL, canonical BLOB, previous BLOB, hash BLOB) STRICT;
CREATE INDEX audit_entry_by_sequence ON audit_entry(device, sequence);
CREATE INDEX audit_entry_by_time ON audit_entry(at);
)sql";

constexpr const char* kLocal = R"sql(
CREATE TABLE series (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE print_job (
  number INTEGER PRIMARY KEY AUTOINCREMENT, printer TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
  document BLOB NOT NULL, content BLOB NOT NULL, created INTEGER NOT NULL, state INTEGER NOT NULL,
  attempts INTEGER NOT NULL, reason TEXT NOT NULL, changed INTEGER NOT NULL) STRICT;
CREATE INDEX print_job_waiting ON print_job(printer, number) WHERE state = 0;
CREATE TABLE parked_basket (
  id BLOB PRIMARY KEY, label TEXT NOT NULL, user_name TEXT NOT NULL, at INTEGER NOT NULL, total INTEGER NOT NULL,
  line_count INTEGER NOT NULL, basket BLOB NOT NULL) STRICT;
CREATE TABLE open_basket (one INTEGER PRIMARY KEY CHECK (one = 1), basket BLOB NOT NULL) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE lockout (
  user BLOB PRIMARY KEY, failures INTEGER NOT NULL, locked_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

Status create_schema_001(Connection& conn) {
  for (const char* part : {kCatalogue, kPeople, kDocuments, kLocal}) TRY(conn.exec(part));
  return create_sync_tables(conn);
}

}  // namespace till::storage
