"""Ten scans at a time, again and again, while busy programs take the processor from the till: what is lost or becomes a
quantity? Not one of the fast tests; run it by hand with the options of the others, see README.md."""

import subprocess
import sys

from harness import Display, Failed, Till, check, run, say, until
from test_two_tills import open_the_shop, pay_exact, plain_products, sale_of

ROUNDS = 20
BUSY_PROGRAMS = 6


def main(place):
    place.ctl(place.folder("shop"), "init", "--demo")
    till = Till(place, place.folder("shop"), Display(place), "busy")
    open_the_shop(till, "Anna", "2580")
    for _ in range(BUSY_PROGRAMS):
        place.start([sys.executable, "-c", "while True: pass"], "busy")
    products = plain_products()[:10]
    codes = [product["barcodes"] for product in products]
    wrong = 0
    for number in range(ROUNDS):
        delay_ms = (0, 12)[number % 2]
        till.scan(*codes, delay_ms=delay_ms)
        try:
            until("ten lines", lambda: till.state("ticket.lines") == "10", 5)
        except Failed:
            till.shot(f"lost-{number}")
        notice = till.state("notice")
        lines = sale_of(place, till, pay_exact(till))["lines"]
        good = [line["barcode"] for line in lines] == codes and {line["qty"] for line in lines} == {"1"}
        wrong += not good
        if not good:
            say(f"round {number}, {delay_ms} ms a key: " + ", ".join(f"{line['qty']} x {line['barcode']}" for line in lines)
                + f"; the till says: {notice}")
    check(wrong == 0, f"{wrong} of {ROUNDS} rounds are not what was scanned")


if __name__ == "__main__":
    run(main)
