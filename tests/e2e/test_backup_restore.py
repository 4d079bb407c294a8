"""Backups with the real programs: what is whole comes back, what is not is refused, and nothing is sold twice after."""

import shutil

from harness import Hub, check, equal, run, say

PASSPHRASE = "seven grey herons over Lindenhof"
PEN = "4006381333931"


def sell(place, folder, number=1):
    basket = place.basket("pen.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
    return [place.ctl(folder, "sell", basket, "--user", "Anna")["receipt"] for _ in range(number)]


def receipts(place, folder):
    return sorted(sale["receipt"] for sale in place.sales(folder))


def largest_file(folder):
    return max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def spoiled(place, target, name, spoil):
    copy = place.folder(name)
    shutil.copytree(target, copy)
    victim = largest_file(copy)
    content = bytearray(victim.read_bytes())
    victim.chmod(0o600)
    victim.write_bytes(spoil(content))
    return copy


def flipped(content):
    content[len(content) // 2] ^= 1
    return content


def refuses_damage(place, shop, target, generation):
    before = receipts(place, shop)
    for name, spoil in (("flipped", flipped), ("cut", lambda content: content[:len(content) // 2])):
        copy = spoiled(place, target, name, spoil)
        say(f"{name}, verify: " + place.refused(shop, "backup", "verify", "--at", copy, passphrase=PASSPHRASE))
        fresh = place.folder(f"into-{name}")
        say(f"{name}, restore: " + place.refused(fresh, "backup", "restore", generation, "--from", copy, passphrase=PASSPHRASE))
        check(not any(fresh.glob("*.db")), f"a refused restore of a {name} backup left a database behind")
        place.refused(shop, "backup", "restore", generation, "--from", copy, passphrase=PASSPHRASE)
        equal(receipts(place, shop), before, f"the sales after a refused restore of a {name} backup")


def refuses_wrong_words(place, shop, target, generation):
    fresh = place.folder("into-wrong")
    say("wrong passphrase: " + place.refused(fresh, "backup", "restore", generation, "--from", target,
                                             passphrase="seven grey herons over Marktplatz", says="passphrase"))
    say("no passphrase: " + place.refused(fresh, "backup", "restore", generation, "--from", target, says="passphrase"))
    say("no such backup: " + place.refused(shop, "backup", "restore", "20200101-000000-ffffff", "--from", target,
                                           passphrase=PASSPHRASE))
    say("no such folder: " + place.refused(shop, "backup", "verify", "--at", place.folder("nowhere"), passphrase=PASSPHRASE))


def main(place):
    hub = Hub(place)
    hub.command("tenant", "add", "Lindenhof")
    shop, peer, target = place.folder("shop"), place.folder("peer"), place.folder("backups")
    for folder in (shop, peer):
        place.ctl(folder, "init", "--demo")
        hub.enrol(folder, "Lindenhof")
    for folder in (shop, peer, shop, peer):
        place.ctl(folder, "sync", "run")
    place.ctl(shop, "shift", "open", "100.00", "--user", "Anna")
    place.ctl(peer, "shift", "open", "100.00", "--user", "Anna")

    first = sell(place, shop, 3)
    place.ctl(shop, "sync", "run")
    made = place.ctl(shop, "backup", "create", "--full", "--to", target, passphrase=PASSPHRASE)
    check(made["verified"] and made["passphrase"], f"the backup says {made}")
    generation = made["generation"]
    listed = place.ctl(shop, "backup", "list", "--at", target, passphrase=PASSPHRASE)
    equal([(row["generation"], row["sales"], row["problem"]) for row in listed], [(generation, 3, "")], "the list of backups")
    check(place.ctl(shop, "backup", "verify", "--at", target, passphrase=PASSPHRASE)[0]["ok"], "verify says no")
    plain = [path.name for path in target.rglob("*") if path.is_file() and b"Highlighter pen" in path.read_bytes()]
    check(not plain, f"the backup holds a product's name in plain: {plain}")
    say(f"backup {generation}: {made['stored']} bytes of {made['size']}")

    refuses_damage(place, shop, target, generation)
    refuses_wrong_words(place, shop, target, generation)

    after = sell(place, shop, 2)
    place.ctl(shop, "sync", "run")
    there = sell(place, peer, 1)
    place.ctl(peer, "sync", "run")

    restored = place.ctl(shop, "backup", "restore", generation, "--from", target, passphrase=PASSPHRASE)
    equal((restored["sales"], restored["last_receipt"]), (3, first[-1]), "what the restore says")
    check(restored["replaced"], "the restore does not say where the old database went")
    equal(receipts(place, shop), sorted(first), "the sales right after the restore")
    say(f"restored over the present folder; the old one is in {restored['replaced'].rsplit('/', 1)[-1]}")

    fresh = place.folder("new-pc")
    place.ctl(fresh, "backup", "restore", "latest", "--from", target, passphrase=PASSPHRASE)
    equal(receipts(place, fresh), sorted(first), "the sales in a new folder")
    check(place.ctl(fresh, "doctor")["ok"], "the doctor finds something in the new folder")

    heals(place, shop, peer, first + after + there)


def heals(place, shop, peer, everything):
    """What was sold since the backup lives on at the hub: it comes back, once, and numbers do not repeat."""
    for folder in (shop, peer, shop):
        place.ctl(folder, "sync", "run")
    equal(receipts(place, shop), sorted(everything), "the sales in the restored shop after an exchange")
    new = sell(place, shop, 1)
    check(new[0] not in everything, f"the number {new[0]} was given twice")
    for folder in (shop, peer, shop):
        place.ctl(folder, "sync", "run")
    for folder in (shop, peer):
        equal(receipts(place, folder), sorted(everything + new), f"the sales in {folder.name} in the end")
        check(place.ctl(folder, "doctor")["ok"], f"the doctor finds something in {folder.name}")
    equal(place.stock(shop, "NS-011"), place.stock(peer, "NS-011"), "the stock of the pen at both")
    equal(int(place.stock(shop, "NS-011")), 26 - len(everything) - 1, "the stock of the pen")
    say(f"healed: {len(everything) + 1} sales at both tills, each once; the next number is {new[0]}")


if __name__ == "__main__":
    run(main)
