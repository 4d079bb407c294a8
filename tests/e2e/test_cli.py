"""Every command of tillctl answers, and what is wrong is refused with a sentence and changes nothing."""

import ctypes
import functools
import json
import os
import socket
import sqlite3
import subprocess
import threading

from harness import Display, Failed, Hub, Till, check, equal, need, run, say

PEN = "4006381333931"
CASH = [{"kind": "cash", "amount": "exact"}]
EURO = {"currency": {"code": "EUR", "unit": "0.01"}}
VAT = {"vat": {"kind": "percent", "rate": "21", "included": True}}


def file(place, name, content):
    path = place.root / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def quote_basket(**changes):
    line = {"id": "a", "qty": "2", "unit_price": "15.89", "taxes": ["vat"]}
    line.update(changes.pop("line", {}))
    return json.dumps({**EURO, "taxes": VAT, "lines": [line], **changes})


def every_command(place, shop):
    """The table of contracts: each command with --json, once with success."""
    ctl = lambda *words, **how: place.ctl(shop, *words, **how)
    made = ctl("init", "--demo")
    check(made["products"] > 500 and {"name", "pin", "role"} <= set(made["users"][0]), "what init says")
    empty = place.ctl(place.folder("empty"), "init", "--shop", "Kiosk", "--currency", "CHF")
    equal(empty["products"], 0, "the products of a new shop")

    quote = place.ctl(place.folder("none"), "quote", file(place, "quote.json", quote_basket(tenders=[
        {"kind": "card", "amount": "0.68"}, {"kind": "cash", "amount": "exact"}])))
    equal((quote["total"], quote["tax"], quote["change"]), ("31.78", "5.52", "0.00"), "the quote")
    check(not place.folder("none").exists(), "quote touched a data folder")
    equal(place.ctl(place.folder("none"), "barcode", PEN)["kind"], "product", "what a barcode is")
    equal(ctl("keys", f"3*{PEN}")["lines"][0]["qty"], "3", "the quantity of a typed line")

    equal(ctl("shift", "open", "100.00", "--user", "Mia")["amount"], "100.00", "the float")
    sale = ctl("sell", place.basket("two.json", [(PEN, "2")], CASH), "--user", "Mia", "--terminal")
    equal((sale["total"], sale["user"]), ("2.98", "Mia"), "the sale")
    text = place.text(shop, "receipt", sale["receipt"], "--format", "text")
    check("2.98" in text and sale["receipt"] in text, "the receipt's text lacks its total or number")
    equal(ctl("receipt", sale["receipt"], "--format", "json")["total"], "2.98", "the receipt as JSON")
    for form, start in (("pdf", b"%PDF"), ("escpos", b"\x1b@")):
        out = place.root / f"receipt.{form}"
        ctl("receipt", sale["receipt"], "--format", form, "--out", out)
        check(out.read_bytes().startswith(start), f"the receipt as {form} begins wrongly")
    back = ctl("refund", sale["receipt"], "--line", sale["lines"][0]["id"], "--qty", "1", "--user", "Anna")
    equal((back["kind"], back["total"]), ("refund", "-1.49"), "the refund of one of two")
    equal(ctl("refund", sale["receipt"], "--user", "Anna")["total"], "-1.49", "the refund of what is left")

    ctl("shift", "move", "-20.00", "--reason", "stamps", "--user", "Anna")
    ctl("shift", "count", "80.00", "--user", "Anna")
    equal(ctl("shift", "status")["expected"], "80.00", "the expected cash")
    equal(ctl("shift", "close", "80.00", "--user", "Anna")["difference"], "0.00", "the difference at closing")
    ctl("shift", "open", "80.00", "--user", "Anna")

    products = file(place, "products.csv", "sku,name,price\nE2E-1,Test tea,2.50\n")
    equal(ctl("import", "products", products, "--dry-run")["added"], 1, "what a dry run would add")
    equal(ctl("import", "products", products)["added"], 1, "what the import adds")
    for what, needs in (("products", {"sku", "name", "barcode", "price"}), ("sales", {"receipt", "total", "at", "user", "terminal", "lines", "tenders"}),
                        ("customers", {"name"}), ("users", {"name", "role"}), ("stock", {"sku", "qty"}), ("settings", {"key", "value"}), ("audit", {"action", "user"})):
        rows = ctl("export", what, "--format", "json")
        check(rows and needs <= set(rows[0]), f"the export of {what} lacks {needs - set(rows[0] if rows else [])}")
        lines = place.text(shop, "export", what, "--format", "csv").splitlines()
        check(len(lines) > 1, f"the export of {what} as CSV is empty")
    equal(ctl("export", "sales", "--to", "2020-01-01T00:00:00Z"), [], "the sales before 2020")

    target = place.folder("bk")
    made = ctl("backup", "create", "--full", "--to", target)
    equal(ctl("backup", "list", "--at", target)[0]["generation"], made["generation"], "the listed backup")
    check(ctl("backup", "verify", made["generation"], "--at", target)[0]["ok"], "the backup is not whole")
    equal(ctl("backup", "prune", "--at", target, "--keep", "3")["removed"], [], "what prune removes")
    equal(ctl("printer", "--columns", "32")["columns"], 32, "the printer's width")
    check(ctl("sync", "status")["lanes"] and ctl("sync", "queue") and ctl("sync", "conflicts") == [], "the sync commands")
    check(ctl("devices")[0]["here"] and not ctl("network")["reachable"], "devices and network of a till alone")
    check(ctl("audit", "verify")["ok"] and ctl("doctor")["ok"] and ctl("health")["ok"], "journal, doctor and health")
    equal(ctl("keys-rotate")["epoch"], 2, "the new key's epoch")
    helped = subprocess.run([place.options.tillctl, "--help"], capture_output=True, text=True, timeout=60)
    words = "init quote barcode keys sell refund receipt shift import export enrol sync backup devices network health audit keys-rotate doctor"
    check(helped.returncode == 0 and all(word in helped.stdout for word in words.split()), "--help lacks a command")
    say("every command answers")


def bad_baskets():
    long = json.dumps({**EURO, "lines": [{"id": "a", "unit_price": "1", "qty": "1", "name": "x" * 3_000_000}]})
    return {
        "empty": "", "cut": '{"lines": [', "a list": "[]", "not text": b"\xff\xfe\x00", "no lines": json.dumps(EURO),
        "huge": b"[" * 6_000_000, "long": long, "deep": "[" * 100_000 + "]" * 100_000,
        "amount out of range": quote_basket(line={"unit_price": "99999999999999999999.00"}),
        "quantity out of range": quote_basket(line={"qty": "1e30"}), "a float": quote_basket(line={"unit_price": 1.5}),
        "words": quote_basket(line={"qty": "two"}),
        "NaN": quote_basket(line={"qty": "NaN"}), "unknown tax": quote_basket(line={"taxes": ["gone"]}),
        "discount of 200 %": quote_basket(line={"discount": {"percent": "200"}}),
        "unknown tender": quote_basket(tenders=[{"kind": "shells", "amount": "1.00"}]),
        "currency without unit": json.dumps({"currency": {"code": "EUR"}, "lines": []}),
    }


def all_of(cases):
    """Runs every case before it fails, so that one run shows all that is wrong."""
    wrong = []
    for name, case in cases:
        try:
            case()
        except Failed as problem:
            wrong.append(f"{str(name)[:80]}: {str(problem)[:600]}")
    check(not wrong, "\n  ".join(["not refused as they should be:", *wrong]))


def bad_input(place, shop):
    def refuse(content):
        path = file(place, "bad.json", content)
        place.refused(shop, "quote", path)
        place.refused(shop, "sell", path, "--user", "Mia")
    all_of((name, functools.partial(refuse, content)) for name, content in bad_baskets().items())
    say(f"{len(bad_baskets())} bad baskets are refused")
    basket = place.basket("one.json", [(PEN, "1")], CASH)
    table = [
        (("sell", place.root / "gone.json", "--user", "Mia"), "gone.json"),
        (("sell", place.root, "--user", "Mia"), "folder"),
        (("sell", basket, "--user", "Nobody"), "Nobody"),
        (("sell", basket, "--user", "Mia", "--terminal", "Till 9"), "Till 9"),
        (("sell", place.basket("unknown.json", [("4006381333948", "1")], CASH), "--user", "Mia"), "4006381333948"),
        (("sell", place.basket("unpaid.json", [(PEN, "1")], [{"kind": "cash", "amount": "0.10"}]), "--user", "Mia"), None),
        (("barcode", "4006381333932"), "check digit"), (("barcode", "96385075"), "check digit"), (("barcode", ""), None),
        (("barcode", "9" * 5000), None), (("keys", "4006381333932"), None), (("keys", "9*9*9*9*"), None),
        (("keys", "1" * 100_000), None), (("receipt", "XXXX-000001"), "XXXX-000001"), (("refund", "XXXX-000001"), "XXXX-000001"),
        (("refund", "XXXX-000001", "--qty", "1"), None), (("shift", "open", "100.00"), None), (("shift", "move", "1e9", "--reason", "x"), None),
        (("shift", "close", "abc"), None), (("export", "secrets"), "secrets"), (("export", "sales", "--from", "yesterday"), None),
        (("import", "products", file(place, "bad.csv", "sku,name,price\nA,B,cheap\n")), "line 2"),
        (("import", "products", file(place, "noise.csv", os.urandom(20_000))), None),
        (("product", PEN, "--price", "-1.00"), None), (("printer", "carrier-pigeon://roof"), None), (("printer", "--columns", "1000"), None),
        (("backup", "list", "--at", place.folder("no-such-stick")), "no-such-stick"),
        (("backup", "restore", "latest", "--from", place.folder("no-such-stick")), "no-such-stick"),
        (("sync", "run"), "enrol"), (("enrol", "--hub", "https://127.0.0.1:9", "--code", "AAAA-BBBB"), None),
        (("enrol", "--hub", "gopher://x", "--code", "AAAA-BBBB"), None), (("init", "--demo"), None),
    ]
    all_of((words, functools.partial(place.refused, shop, *words, says=says)) for words, says in table)
    for words in ((), ("fly",), ("sell",), ("shift",), ("backup", "create"), ("export",), ("receipt", "A", "--format", "poem"),
                  ("backup", "create", "--to", ""), ("sync", "fly")):
        place.refused(shop, *words, exit_code=2)
    place.refused(place.folder("nothing-here"), "doctor")
    check(not place.folder("nothing-here").exists(), "looking at a missing folder made one")
    say(f"{len(table)} wrong requests are refused with a sentence")


def closed_shift(place):
    shop = place.folder("closed")
    place.ctl(shop, "init", "--demo")
    basket = place.basket("one.json", [(PEN, "1")], CASH)
    place.refused(shop, "sell", basket, "--user", "Mia", says="shift")
    place.refused(shop, "shift", "close", "1.00")
    equal(place.sales(shop), [], "the sales of a closed shift")


class LyingServer:
    """Says the same to everybody and listens to nobody."""

    def __init__(self, answer, port=0):
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
                with connection:
                    connection.sendall(self.answer)
            except OSError:
                if self.listener.fileno() < 0:
                    return

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # a close alone would leave the port to the thread that accepts
        self.listener.close()


def expire_last_code(hub):
    """A code is good for a minute at least, so the test makes it an hour older."""
    database = max(hub.data.glob("*.db"), key=lambda path: path.stat().st_size)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE enrolment_code SET expires_at = 1000000 WHERE expires_at = (SELECT max(expires_at) FROM enrolment_code)")
    connection.close()


def hubs_that_are_not(place, shop):
    hub = Hub(place)
    hub.command("tenant", "add", "Shop")
    code = hub.code("Shop")
    for answer in (b"HTTP/1.1 200 OK\r\n\r\n{}", os.urandom(4096), b""):
        liar = LyingServer(answer)
        place.refused(shop, "enrol", "--hub", f"https://127.0.0.1:{liar.port}", "--code", code, "--ca", hub.ca)
        liar.close()
    place.refused(shop, "enrol", "--hub", hub.url, "--code", code)  # a certificate that nobody vouches for
    place.refused(shop, "enrol", "--hub", hub.url, "--code", code, "--ca", place.basket("no-ca", [], []))
    place.refused(shop, "enrol", "--hub", hub.url, "--code", "WRONGCODE", "--ca", hub.ca)
    check(not place.ctl(shop, "network")["reachable"], "a refused enrolment left a hub behind")
    expired = hub.code("Shop")
    hub.kill()
    expire_last_code(hub)
    hub.start()
    place.refused(shop, "enrol", "--hub", hub.url, "--code", expired, "--ca", hub.ca, says="code")
    place.ctl(shop, "enrol", "--hub", hub.url, "--code", code, "--ca", hub.ca)
    other = place.folder("closed")
    place.refused(other, "enrol", "--hub", hub.url, "--code", code, "--ca", hub.ca, says="code")
    place.ctl(shop, "sync", "run")
    hub.kill()
    basket = place.basket("one.json", [(PEN, "1")], CASH)
    place.ctl(shop, "sell", basket, "--user", "Mia")
    check(place.ctl(shop, "sync", "status")["waiting"] > 0, "nothing waits after a sale without the hub")
    place.refused(shop, "network")
    place.refused(shop, "sync", "run")
    liar = LyingServer(b"\x15\x03\x03\x00\x02\x02\x28" + os.urandom(200), hub.port)
    place.refused(shop, "sync", "run")
    liar.close()
    hub.start()
    equal(place.ctl(shop, "sync", "run")["waiting"], 0, "what waits after the hub is back")
    say("unreachable and lying hubs, used, wrong and expired codes are refused; the sale waits and goes out later")


def read_only_folder(place, shop):
    if os.geteuid() != 0:
        os.chmod(place.root, 0o755)
        return say("left out: read-only folder (this needs root to become another user)")
    copy = place.folder("read-only")
    subprocess.run(["cp", "-a", str(shop), str(copy)], check=True)
    (copy / "control.sock").unlink(missing_ok=True)
    subprocess.run(["chmod", "-R", "a+rX,a-w", str(copy)], check=True)
    os.chmod(place.root, 0o755)
    done = subprocess.run([place.options.tillctl, "--json", "--data", str(copy), "shift", "status"], user=65534, group=65534,
                          env=place.environment(HOME="/nonexistent"), capture_output=True, text=True, timeout=60, cwd="/")
    check(done.returncode == 1 and done.stderr.startswith("error: ") and len(done.stderr.splitlines()) == 1,
          f"a read-only folder is answered with {done.returncode}: {done.stderr!r}")
    say("read-only folder: " + done.stderr.strip())


def fill(path):
    with open(path, "wb", buffering=0) as out:
        for piece in (1 << 20, 4096):
            try:
                while True:
                    out.write(b"x" * piece)
            except OSError:
                pass


def full_disk(place, shop):
    """A disk that is filled up: the reserve lets the shop sell on; when that is gone, too, a sentence, and what was sold
    stays; space given back heals it."""
    libc = ctypes.CDLL(None, use_errno=True)
    disk = place.folder("small-disk")
    disk.mkdir()
    if libc.mount(b"tmpfs", str(disk).encode(), b"tmpfs", 0, b"size=330m") != 0:
        return say(f"left out: full disk (cannot mount a small one: {os.strerror(ctypes.get_errno())})")
    place.closers.append(lambda: libc.umount2(str(disk).encode(), 2))
    folder = disk / "shop"
    place.ctl(folder, "init", "--demo")
    place.ctl(folder, "shift", "open", "10.00", "--user", "Anna")
    basket = place.basket("one.json", [(PEN, "1")], CASH)
    sell = lambda: place.ctl(folder, "sell", basket, "--user", "Mia")["receipt"]
    sold = [sell()]
    check((folder / "reserve.bin").exists(), "there is no reserve on a disk with room")
    fill(disk / "films")
    sold.append(sell())
    check(not (folder / "reserve.bin").exists(), "the reserve is still there on a full disk")
    fill(disk / "music")
    refused = place.refused(folder, "sell", basket, "--user", "Mia", says="disk is full")
    (disk / "music").unlink()
    (disk / "films").unlink()
    sold.append(sell())
    equal([sale["receipt"] for sale in place.sales(folder)], sold, "the sales around a full disk")
    check(place.ctl(folder, "doctor")["ok"], "the doctor finds something after a full disk")
    check((folder / "reserve.bin").exists(), "the reserve is not made again when there is room")
    say("full disk: sold on from the reserve, then: " + refused)


def newer_folder(place, shop):
    copy = place.folder("newer")
    subprocess.run(["cp", "-a", str(shop), str(copy)], check=True)
    (copy / "control.sock").unlink(missing_ok=True)
    database = copy / "till.db"
    database.unlink()
    with sqlite3.connect(database) as connection:  # 1414089804: a till's database, as the file's header says
        connection.executescript("CREATE TABLE unknown(a); PRAGMA application_id = 1414089804; PRAGMA user_version = 900")
    connection.close()
    before = database.read_bytes()
    say("newer folder: " + place.refused(copy, "doctor"))
    equal(database.read_bytes() == before, True, "the newer database being untouched")


def lost_database(place, shop):
    """A stick that lost power: the till's database is empty or gone, its keys are there."""
    phrase, target = "seven grey herons over Lindenhof", place.folder("kept")
    place.ctl(shop, "backup", "create", "--to", target, passphrase=phrase)
    sales = place.sales(shop)
    for name, lose in (("empty", lambda path: path.write_bytes(b"")), ("gone", lambda path: path.unlink())):
        copy = place.folder(name)
        subprocess.run(["cp", "-a", str(shop), str(copy)], check=True)
        (copy / "control.sock").unlink(missing_ok=True)
        lose(copy / "till.db")
        ring = (copy / "keys" / "ring").read_bytes()
        say(f"database {name}: " + place.refused(copy, "doctor", says="restore the newest backup"))
        place.refused(copy, "init", "--demo")
        check((copy / "keys" / "ring").read_bytes() == ring, "a refused new shop wrote over the keys of the old one")
        place.ctl(copy, "backup", "restore", "latest", "--from", target, passphrase=phrase)
        equal(place.sales(copy), sales, f"the sales after the database was {name}")


def second_till(place, shop):
    need("Xvfb")
    till = Till(place, shop, Display(place), "first")
    till.start()
    second = subprocess.run([place.options.till, "--data", str(shop), "--renderer", "cpu"], capture_output=True, text=True, timeout=60,
                            env=place.environment(DISPLAY=till.display.name))
    check(second.returncode == 1 and second.stderr.strip().splitlines()[-1].startswith("error: "),
          f"a second till on a folder ended with {second.returncode}: {second.stderr!r}")
    say("second till: " + second.stderr.strip().splitlines()[-1])
    basket = place.basket("one.json", [(PEN, "1")], CASH)
    place.ctl(shop, "sell", basket, "--user", "Mia")
    place.refused(shop, "sell", file(place, "bad.json", "["), "--user", "Mia")
    place.refused(shop, "fly", exit_code=2)
    till.close()
    check(place.ctl(shop, "doctor")["ok"], "the doctor finds something after the till was closed")


def main(place):
    shop = place.folder("shop")
    every_command(place, shop)
    before = {what: place.ctl(shop, "export", what) for what in ("sales", "products", "stock", "settings")}
    bad_input(place, shop)
    closed_shift(place)
    for what, rows in before.items():
        check(place.ctl(shop, "export", what) == rows, f"refused requests changed the {what}")
    hubs_that_are_not(place, shop)
    read_only_folder(place, shop)
    full_disk(place, shop)
    newer_folder(place, shop)
    lost_database(place, shop)
    second_till(place, shop)


if __name__ == "__main__":
    run(main)
