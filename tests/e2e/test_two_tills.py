"""A hub and two tills with real windows, mouse, scanner keys, a printer and kill -9: what is sold is sold once, on both."""

import csv
import subprocess
import time
from decimal import Decimal

import harness
from harness import Display, Hub, Place, Printer, Till, check, decoded, equal, need, say, until

KILL_ROUNDS = 8
IDLE_S = 2


def plain_products():
    """Piece goods with a barcode that need no decision: no deposit, no age, no offer."""
    with open(harness.HERE.parents[1] / "assets/demo/products.csv", newline="") as file:
        return [row for row in csv.DictReader(file)
                if len(row["barcodes"]) == 13 and row["available"] == "yes" and row["unit"] != "kg" and row["stock"]
                and not (row["deposit"] or row["minimum_age"] or row["special_price"])]


def open_the_shop(till, user, pin):
    till.start()
    till.shot("01-sign-in")
    till.sign_in(user, pin)
    till.shot("02-no-shift")
    till.tap("ticket.open_shift", "open_shift.pad.1", "open_shift.pad.00", "open_shift.pad.00")
    till.wait("a float of 100.00", lambda now: now.label("open_shift.amount") == "100.00")
    till.tap("open_shift.confirm")
    till.wait_state("shift.open", "yes")


def pay_exact(till):
    """One tap; returns the number of the receipt that the screen confirms."""
    before = till.state("finished.receipt")
    till.tap("tender.exact")
    return confirmed(till, before)


def confirmed(till, before):
    till.wait("the sale is done", lambda now: now.states["finished.receipt"] not in ("", before))
    return till.state("finished.receipt")


def sell_one(till, product):
    till.scan(product["barcodes"])
    till.wait_state("ticket.lines", "1")
    return pay_exact(till)


def ten_scans_land(place, till, products, delay_ms):
    codes = [product["barcodes"] for product in products]
    begun = time.monotonic()
    till.scan(*codes, delay_ms=delay_ms)
    took = time.monotonic() - begun
    till.wait_state("ticket.lines", "10")
    till.shot(f"03-ten-scans-{delay_ms}ms")
    receipt = pay_exact(till)
    sale = sale_of(place, till, receipt)
    equal([line["barcode"] for line in sale["lines"]], codes, f"the order of ten scans at {delay_ms} ms a key")
    equal({line["qty"] for line in sale["lines"]}, {"1"}, "the quantity of each scanned line")
    say(f"ten scans in {took:.2f} s, {delay_ms} ms a key, landed in order as {receipt}")
    return receipt


def scans_go_to_the_basket(till, product):
    """Whatever has the focus: a text field that is being written into, a panel, a dialog."""
    till.tap("search")
    till.tap("search.text")
    till.scan(product["barcodes"])
    till.wait_state("ticket.lines", "1")
    typed = till.screen().widgets.get("search.text")
    check(typed is None or not any(sign.isdigit() for sign in typed[5]), f"a scan was written into the search: {typed}")
    till.shot("03-scan-while-searching")
    till.wait("the search can be left", lambda now: "search.close" in now.widgets or now.states["screen"] == "sales")
    if till.state("screen") != "sales":
        till.tap("search.close")
    till.tap("bar.menu")
    till.wait_state("screen", "menu")
    till.scan(product["barcodes"])
    till.wait("the second scan", lambda now: now.states["total"] == str(2 * Decimal(product["price"])))
    till.shot("03-scan-in-the-menu")
    if till.state("screen") != "sales":
        till.tap("menu.close")
    return pay_exact(till)


def sale_of(place, till, receipt):
    found = [sale for sale in place.sales(till.folder) if sale["receipt"] == receipt]
    equal(len(found), 1, f"how often {receipt} is in the export of {till.name}")
    return found[0]


def pay_by_card(place, till, product):
    till.scan(product["barcodes"])
    till.wait_state("ticket.lines", "1")
    before = till.state("finished.receipt")
    till.tap("tender.card", "card.brand.VISA")
    till.shot("04-card")
    till.tap("card.confirm")
    receipt = confirmed(till, before)
    sale = sale_of(place, till, receipt)
    equal([tender["kind"] for tender in sale["tenders"]], ["card"], "how the card sale is paid")
    equal(sale["tenders"][0]["amount"], sale["total"], "what the card paid")
    return receipt


def paper_says_the_same(place, till, printer, receipt):
    """The bytes at the printer's socket, read by a third party, against the stored receipt's text."""
    def job_of_receipt():
        for job in printer.jobs:
            if receipt.encode() in job:
                return job
        return None
    job = until(f"{receipt} comes out of the printer", job_of_receipt)
    paper = decoded(place, job)
    equal(paper["cuts"], 1, "how often the paper is cut")
    equal(paper["unknown"], [], "commands that the decoder does not know")
    check(paper["qr"] and receipt in paper["qr"][0]["text"], f"the QR code on paper does not name {receipt}")
    text = place.text(till.folder, "receipt", receipt, "--format", "text")
    lines = text.splitlines()
    check(any("COPY" in line.upper() for line in lines), "a receipt asked for again must be marked as a copy")
    (place.root / "receipt.txt").write_text("\n".join(line for line in lines if "COPY" not in line.upper()))
    (place.root / "receipt.escpos").write_bytes(job)
    done = subprocess.run(["node", harness.DECODER / "compare.js", place.root / "receipt.escpos", place.root / "receipt.txt"],
                          capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"paper and text of {receipt} differ: {done.stderr.strip()}")
    check(any(decoded(place, job)["drawer"] for job in list(printer.jobs)), "the drawer was never opened")
    say(f"{receipt} on paper says what tillctl says: {len(paper['lines'])} lines, {len(job)} bytes")


def price_travels(place, a, b):
    tile = "tile.CF-001"
    check("3.60" in b.screen().label(tile), f"the flat white is not 3.60 on B: {b.screen().label(tile)}")
    begun = time.monotonic()
    place.ctl(a.folder, "product", "CF-001", "--price", "3.95", "--user", "Anna")
    changed = time.monotonic()
    b.wait("the new price", lambda now: "3.95" in now.label(tile))
    say(f"a price changed on A is on B's screen {1000 * (time.monotonic() - changed):.0f} ms after A confirmed it "
        f"({1000 * (time.monotonic() - begun):.0f} ms after the command began)")
    b.shot("05-new-price")


def receipts(place, till):
    return sorted(sale["receipt"] for sale in place.sales(till.folder))


def same_sales(place, a, b, expected):
    """Both tills hold each expected sale once, and no other."""
    wanted = sorted(expected)
    for till in (a, b):
        until(f"till {till.name} has all {len(wanted)} sales", lambda: len(receipts(place, till)) >= len(wanted))
        equal(receipts(place, till), wanted, f"the sales at till {till.name}")


def sells_without_hub(place, hub, a, b, products):
    hub.kill()
    for till in (a, b):
        till.wait_state("sync.word", "offline", 60)
    sold = [sell_one(till, product) for product in products[:2] for till in (a, b)]
    for till in (a, b):
        till.wait("the strip says how many wait", lambda now: int(now.states["sync.waiting"]) > 0
                  and f"{now.states['sync.waiting']} waiting" in now.label("strip.sync"))
        say(f"hub gone: till {till.name} says '{till.screen().label('strip.sync')}'")
        till.shot("06-hub-gone")
    hub.start()
    back = time.monotonic()
    for till in (a, b):
        till.wait("everything is drained", lambda now: now.states["sync.waiting"] == "0"
                  and now.states["sync.word"] == "connected", 60)
    say(f"hub back: both tills drained after {time.monotonic() - back:.1f} s")
    return sold


def numbers_without_gap(place, till):
    numbers = {}
    for sale in place.sales(till.folder):
        numbers.setdefault(sale["series"], []).append(sale["number"])
    for series, found in numbers.items():
        equal(sorted(found), list(range(1, len(found) + 1)), f"the receipt numbers of {series}")


def survives_kills(place, till, products, ledger):
    """`ledger` lives outside of the till: every sale whose number the screen confirmed."""
    for round_number in range(KILL_ROUNDS):
        product = products[round_number % len(products)]
        ledger.append(sell_one(till, product))
        # One sale under way, killed a little later each round: it may be there or not, but whole and once.
        till.scan(product["barcodes"])
        till.wait_state("ticket.lines", "1")
        keys = till.xdotool_begins("key", "F12")
        time.sleep(0.003 * round_number)  # not to wait for anything: each round hits another moment
        till.kill()
        keys.wait(timeout=60)
        till.start()
        known = receipts(place, till)
        missing = [receipt for receipt in ledger if receipt not in known]
        check(not missing, f"round {round_number}: confirmed sales are lost: {missing}")
        equal(len(set(known)), len(known), "sales, of which none is twice")
        extra = [receipt for receipt in known if receipt not in ledger]
        check(len(extra) <= 1, f"round {round_number}: sales nobody made: {extra}")
        ledger += extra
        till.sign_in("Anna", "2580")
        if till.state("ticket.lines") != "0":
            check(not extra, "the killed sale is done and its ticket is still open")
            ledger.append(pay_exact(till))
        numbers_without_gap(place, till)
        say(f"kill {round_number + 1}: {len(ledger)} sales, "
            + ("the last one was finished" if extra else "the last ticket was open again"))


def open_ticket_survives(till, products):
    till.scan(*[product["barcodes"] for product in products[:3]])
    till.wait_state("ticket.lines", "3")
    total = till.state("total")
    till.kill()
    till.start()
    till.sign_in("Anna", "2580")
    till.wait_state("ticket.lines", "3")
    equal(till.state("total"), total, "the total of the open ticket after kill -9")
    till.shot("07-ticket-again")
    return pay_exact(till)


def is_idle(till):
    def cpu_s():
        fields = open(f"/proc/{till.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def quiet():
        frames, cpu = till.screen().frames, cpu_s()
        time.sleep(IDLE_S)  # the span that is measured
        return (cpu_s() - cpu,) if till.screen().frames == frames else None
    used, = until(f"{IDLE_S} s without a frame", quiet, 40)
    say(f"idle till {till.name}: no frame in {IDLE_S} s, {100 * used / IDLE_S:.1f} % CPU")


def main(place: Place):
    need("Xvfb", "xdotool", "node", "import")
    check((harness.DECODER / "node_modules/npos").is_dir(),
          "the receipt decoder is not installed; run 'npm ci' in tests/e2e/escpos")
    products = plain_products()
    hub = Hub(place)
    hub.command("tenant", "add", "Lindenhof")
    tills = []
    for name in "AB":
        place.ctl(place.folder(name), "init", "--demo")
        tills.append(Till(place, place.folder(name), Display(place), name))
    a, b = tills
    open_the_shop(a, "Anna", "2580")
    open_the_shop(b, "Jonas", "1470")
    for till in (a, b):
        hub.enrol(till.folder, "Lindenhof")
    for till in (a, b):
        till.wait_state("sync.word", "connected", 60)
    say("two tills are connected")

    printer = Printer(place)
    place.ctl(a.folder, "printer", printer.address, "--columns", "42", "--user", "Anna")
    a.wait_state("printer", "ready")
    stock_before = int(place.stock(b.folder, products[0]["sku"]))
    sold = [ten_scans_land(place, a, products[:10], delay_ms=0), ten_scans_land(place, a, products[:10], delay_ms=12)]
    a.shot("03-paid")
    sold.append(scans_go_to_the_basket(a, products[10]))
    sold.append(pay_by_card(place, a, products[0]))
    for receipt in (sold[0], sold[-1]):
        paper_says_the_same(place, a, printer, receipt)
    price_travels(place, a, b)
    same_sales(place, a, b, sold)
    until("the stock at B follows A's sales", lambda: int(place.stock(b.folder, products[0]["sku"])) == stock_before - 3)

    sold += sells_without_hub(place, hub, a, b, products)
    same_sales(place, a, b, sold)
    ours = [receipt for receipt in sold]
    survives_kills(place, a, products, ours)
    ours.append(open_ticket_survives(a, products))
    same_sales(place, a, b, ours)
    for till in (a, b):
        numbers_without_gap(place, till)
        check(place.ctl(till.folder, "doctor")["ok"], f"the doctor finds something at till {till.name}")
    equal(place.stock(a.folder, products[0]["sku"]), place.stock(b.folder, products[0]["sku"]), "the stock at A and B")
    a.shot("08-end")
    b.shot("08-end")
    is_idle(b)
    for till in (a, b):
        till.close()


if __name__ == "__main__":
    harness.run(main)
