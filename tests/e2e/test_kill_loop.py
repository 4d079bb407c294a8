"""kill -9 at any moment of a program that writes: what was said to be done is done, nothing is half done, all goes on.

Each round starts one of the works below, ends it at a random moment of its usual time, and looks at what is left.
TILL_E2E_ROUNDS says how many rounds of each (a few), TILL_E2E_SEED which random numbers: for hours, thousands.
"""

import json
import os
import random
import shutil
import subprocess
import time

from harness import Hub, Place, check, equal, run, say

PASSPHRASE, OTHER_PASSPHRASE = "seven grey herons over Lindenhof", "nine brown otters under Marktplatz"
PEN = "4006381333931"
ROUNDS = int(os.environ.get("TILL_E2E_ROUNDS", "4"))
SEED = int(os.environ.get("TILL_E2E_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)


def begin(place: Place, command, **environment):
    return place.start(command, "killed", stdout=subprocess.PIPE, env=place.environment(**environment))


class Work:
    """Something that a program does, again and again. `usual_s` is learned from a round that nobody disturbs."""

    def __init__(self, place, shop):
        self.place, self.shop, self.usual_s = place, shop, 0.0

    def prepare(self):
        pass

    def answered(self, answer):
        """The program said that it is done."""

    def look(self, was_answered):
        """What is left, whether it was or was not."""

    def round(self, chance):
        self.prepare()
        started = time.monotonic()
        command = [self.place.options.tillctl, "--json", "--data", self.shop, *self.words()]
        process = begin(self.place, command, TILLSTICK_PASSPHRASE=self.passphrase())
        if chance is not None:
            try:
                process.wait(timeout=chance.uniform(0, 1.1 * self.usual_s))
            except subprocess.TimeoutExpired:
                process.kill()
        answer = process.stdout.read()
        is_done = process.wait() == 0
        check(is_done or chance, f"undisturbed, {self.name} failed: {(self.place.root / 'killed.log').read_text()[-500:]}")
        if is_done:
            took_s = time.monotonic() - started
            self.usual_s = min(took_s, self.usual_s or took_s)
            self.answered(json.loads(answer))
        self.look(is_done)
        health = self.place.ctl(self.shop, "doctor")
        check(health["ok"], f"after {self.name} was killed the doctor says: {[f for f in health['findings'] if not f['ok']]}")
        return is_done

    def passphrase(self):
        return PASSPHRASE


class Selling(Work):
    name = "a sale"

    def __init__(self, place, shop):
        super().__init__(place, shop)
        self.basket = place.basket("kill.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
        self.promised, self.before = set(), set()

    def words(self):
        return ["sell", self.basket, "--user", "Anna"]

    def prepare(self):
        self.before = set(self.receipts())

    def receipts(self):
        found = [sale["receipt"] for sale in self.place.sales(self.shop)]
        equal(len(found), len(set(found)), "the number of different receipts")
        return found

    def answered(self, answer):
        self.promised.add(answer["receipt"])

    def look(self, was_answered):
        now = set(self.receipts())
        check(self.promised <= now, f"lost although its receipt was given: {self.promised - now}")
        check(self.before <= now and len(now - self.before) <= 1, "a killed sale touched other sales")


class BackingUp(Work):
    name = "a backup"

    def __init__(self, place, shop):
        super().__init__(place, shop)
        self.target, self.known, self.made = place.folder("kept"), [], 0  # known: in the order in which they were made

    def words(self):
        return ["backup", "create", "--to", self.target] + (["--full"] if self.made % 3 == 0 else [])

    def prepare(self):
        self.made += 1
        basket = self.place.basket("kill-b.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
        self.place.ctl(self.shop, "sell", basket, "--user", "Anna")

    def answered(self, answer):
        check(answer["verified"], "a backup was called done and not read back")
        self.known.append(answer["generation"])

    def look(self, was_answered):
        if not self.known:
            return
        whole = {row["generation"] for row in self.place.ctl(self.shop, "backup", "verify", "--at", self.target,
                                                               passphrase=PASSPHRASE) if row["ok"]}
        check(set(self.known) <= whole, f"damaged by a killed backup: {set(self.known) - whole}")


class Pruning(Work):
    name = "removing old backups"

    def __init__(self, place, shop, backing_up):
        super().__init__(place, shop)
        self.backing_up = backing_up

    def words(self):
        return ["backup", "prune", "--at", self.backing_up.target, "--keep", "2"]

    def prepare(self):
        for _ in range(3):
            self.backing_up.prepare()
            made = self.place.ctl(self.shop, *self.backing_up.words(), passphrase=PASSPHRASE)
            self.backing_up.known.append(made["generation"])

    def look(self, was_answered):
        verified = self.place.ctl(self.shop, "backup", "verify", "--at", self.backing_up.target, passphrase=PASSPHRASE)
        whole = {row["generation"] for row in verified if row["ok"]}
        newest = set(self.backing_up.known[-2:])
        check(newest <= whole, f"the newest two backups are not whole after {self.name} was killed: {newest - whole}")
        self.backing_up.known = [made for made in self.backing_up.known if made in whole]


class Restoring(Work):
    name = "a restore"

    def __init__(self, place, shop, target):
        super().__init__(place, shop)
        self.target, self.saved, self.present = target, [], []

    def words(self):
        return ["backup", "restore", self.generation, "--from", self.target]

    def receipts(self):
        return sorted(sale["receipt"] for sale in self.place.sales(self.shop))

    def prepare(self):
        self.saved = self.receipts()
        self.generation = self.place.ctl(self.shop, "backup", "create", "--to", self.target, passphrase=PASSPHRASE)["generation"]
        basket = self.place.basket("kill-r.json", [(PEN, "2")], [{"kind": "cash", "amount": "exact"}])
        for _ in range(2):
            self.place.ctl(self.shop, "sell", basket, "--user", "Anna")
        self.present = self.receipts()

    def look(self, was_answered):
        left = self.receipts()
        if was_answered:
            equal(left, self.saved, "the sales after a restore that was called done")
        check(left in (self.saved, self.present), f"a killed restore left something between: {left}")


class Importing(Work):
    name = "an import"
    ROWS = 2500

    def __init__(self, place, shop):
        super().__init__(place, shop)
        self.number, self.before = 0, 0

    def words(self):
        return ["import", "products", self.file, "--user", "Anna"]

    def count(self):
        return len(self.place.ctl(self.shop, "export", "products", "--format", "json"))

    def prepare(self):
        self.number += 1
        self.file = self.place.root / "kill.csv"
        rows = [f"KL{self.number}-{i},Kaffeetasse {self.number}/{i},4.90" for i in range(self.ROWS)]
        self.file.write_text("sku,name,price\n" + "\n".join(rows) + "\n")
        self.before = self.count()

    def look(self, was_answered):
        new = self.count() - self.before
        check(new in (0, self.ROWS), f"a killed import left {new} of {self.ROWS} products")
        check(new or not was_answered, "an import was called done and left nothing")


class ChangingThePassphrase(Work):
    name = "changing the passphrase"

    def __init__(self, place, shop, target):
        super().__init__(place, shop)
        self.target, self.present, self.wanted, self.new_pcs = target, PASSPHRASE, OTHER_PASSPHRASE, 0
        self.file = place.root / "new-passphrase"

    def words(self):
        return ["keys-passphrase", "--new-passphrase-file", self.file, "--user", "Anna"]

    def passphrase(self):
        return self.present

    def prepare(self):
        self.file.write_text(self.wanted + "\n")

    def opens(self, passphrase):
        self.new_pcs += 1
        fresh = self.place.folder(f"new-pc-{self.new_pcs}")
        done = self.place.tillctl(fresh, "backup", "restore", "latest", "--from", self.target, passphrase=passphrase)
        shutil.rmtree(fresh, ignore_errors=True)
        return done.returncode == 0

    def look(self, was_answered):
        """A backup made now must be opened by one of the two, and by the new one when that was called done."""
        works = self.wanted if was_answered else next(
            (words for words in (self.wanted, self.present)
             if self.place.tillctl(self.shop, "backup", "create", "--to", self.target, passphrase=words).returncode == 0), None)
        check(works, "neither the old nor the new passphrase opens the shop's keys")
        self.place.ctl(self.shop, "backup", "create", "--to", self.target, passphrase=works)
        check(self.opens(works), "a new PC cannot restore with the passphrase that this shop takes")
        if works == self.wanted:
            self.present, self.wanted = self.wanted, self.present


class RotatingKeys(Work):
    name = "renewing the keys"

    def words(self):
        return ["keys-rotate", "--now", "--user", "Anna"]

    def look(self, was_answered):
        basket = self.place.basket("kill-k.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
        self.place.ctl(self.shop, "sell", basket, "--user", "Anna")


class Exchanging(Work):
    """Terminal and hub are killed in turn; in the end both terminals have every sale once."""

    name = "an exchange with the hub"

    def __init__(self, place, shop, peer, hub):
        super().__init__(place, shop)
        self.peer, self.hub, self.sold, self.turn = peer, hub, set(), 0

    def words(self):
        return ["sync", "run"]

    def prepare(self):
        basket = self.place.basket("kill-s.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
        for folder in (self.shop, self.peer):
            self.sold.add(self.place.ctl(folder, "sell", basket, "--user", "Anna")["receipt"])

    def look(self, was_answered):
        self.turn += 1
        if self.turn % 2 == 0:
            self.hub.kill()
            self.hub.start()

    def end(self):
        for folder in (self.shop, self.peer, self.shop):
            self.place.ctl(folder, "sync", "run")
        for folder in (self.shop, self.peer):
            receipts = [sale["receipt"] for sale in self.place.sales(folder)]
            equal(len(receipts), len(set(receipts)), f"the number of different receipts in {folder.name}")
            check(self.sold <= set(receipts), f"{folder.name} lost {self.sold - set(receipts)}")
        equal(self.place.stock(self.shop, "NS-011"), self.place.stock(self.peer, "NS-011"), "the stock of the pen at both")


def shop_with_a_float(place, name):
    shop = place.folder(name)
    place.ctl(shop, "init", "--demo")
    return shop


def works_of(place):
    hub = Hub(place)
    hub.command("tenant", "add", "Lindenhof")
    shop, peer = shop_with_a_float(place, "shop"), shop_with_a_float(place, "peer")
    alone = shop_with_a_float(place, "alone")  # what is restored or imported over and over stays out of the exchange
    for folder in (shop, peer):
        hub.enrol(folder, "Lindenhof")
    for folder in (shop, peer, shop):
        place.ctl(folder, "sync", "run")
    for folder in (shop, peer, alone):
        place.ctl(folder, "shift", "open", "100.00", "--user", "Anna")
    backing_up = BackingUp(place, shop)
    return [Selling(place, shop), backing_up, Pruning(place, shop, backing_up), Exchanging(place, shop, peer, hub),
            RotatingKeys(place, shop), Restoring(place, alone, place.folder("alone-kept")), Importing(place, alone),
            ChangingThePassphrase(place, alone, place.folder("alone-words"))]


def main(place):
    say(f"seed {SEED}, {ROUNDS} rounds of each: TILL_E2E_SEED={SEED} TILL_E2E_ROUNDS={ROUNDS} gives the same moments")
    chance = random.Random(SEED)
    works = works_of(place)
    for work in works:
        work.round(None)
        done = sum(work.round(chance) for _ in range(ROUNDS))
        say(f"{work.name}: usually {work.usual_s:.2f} s; killed {ROUNDS - done} times, {done} times too late")
    for work in works:
        if isinstance(work, Exchanging):
            work.end()


if __name__ == "__main__":
    run(main)
