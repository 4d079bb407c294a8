"""A hub forgets its past: a third till comes up whole from a snapshot, and one that was away for a month comes back, its
sales counted. Days pass at once (faketime); programs, sockets and disks are real."""

from harness import Hub, check, equal, need_library, run, say

PENS = "4006381333931"


def sell(place, folder, pieces):
    basket = place.basket(f"basket-{folder.name}-{pieces}.json", [(PENS, str(pieces))], [{"kind": "cash", "amount": "exact"}])
    return place.ctl(folder, "sell", basket, "--user", "Mia")["receipt"]


def sync(place, *folders, rounds=2):
    for _ in range(rounds):
        for folder in folders:
            place.ctl(folder, "sync", "run")


def receipts(place, folder):
    return sorted(sale["receipt"] for sale in place.sales(folder))


def table(place, folder, what):
    return sorted(map(str, place.ctl(folder, "export", what, "--format", "json")))


def another_day(place, hub, days):
    """The hub is started again, since a program keeps the time that it was started in."""
    place.days_ahead = days
    hub.kill()
    hub.start()


def same(place, one, other):
    for what in ("products", "customers", "stock", "sales"):
        equal(table(place, other, what), table(place, one, what), f"the {what} of {other.name}")


def main(place):
    need_library("libfaketimeMT.so.1", "faketime")
    hub = Hub(place)
    hub.command("tenant", "add", "Corner")
    first, away, third = (place.folder(name) for name in ("first", "away", "third"))
    for folder in (first, away):
        place.ctl(folder, "init", "--demo")
        hub.enrol(folder, "Corner")
    for folder in (first, away):
        place.ctl(folder, "shift", "open", "100.00", "--user", "Mia")
    sync(place, first, away)
    sold = [sell(place, first, 1), sell(place, away, 2)]
    sync(place, first, away)
    equal(receipts(place, away), sorted(sold), "what both sold before one was put away")
    kept_back = [sell(place, away, 3), sell(place, away, 4)]
    say("one till is put away with two sales that nobody has")

    another_day(place, hub, 32)
    sold.append(sell(place, first, 5))
    sync(place, first)
    made = place.ctl(first, "sync", "snapshot")
    check(made["parts"] >= 2 and made["bytes"] > 10_000, f"a snapshot of the shop: {made}")
    early = place.ctl(first, "sync", "snapshot", "--drop")
    check("floor" not in early or max(early["floor"]) == 0, f"it was dropped before anybody said to have it: {early}")

    another_day(place, hub, 34)
    sync(place, first)
    state = {device["name"]: device["state"] for device in place.ctl(first, "devices")}
    check("away too long" in state.values(), f"the till that is away is not shown as such: {state}")
    dropped = place.ctl(first, "sync", "snapshot", "--drop")
    check(max(dropped["floor"]) > 0 and dropped["held_by"] is None, f"the hub dropped: {dropped}")
    say(f"the hub serves what came after number {max(dropped['floor'])}")

    sold.append(sell(place, first, 6))
    place.ctl(third, "init", "--demo")
    hub.enrol(third, "Corner")
    sync(place, first, third, rounds=3)
    equal(receipts(place, third), sorted(sold), "the sales of the till that joined")
    same(place, first, third)
    equal(place.ctl(third, "sync", "parked"), [], "what is set aside at the till that joined")
    say("a third till joined and came up whole from the snapshot")

    another_day(place, hub, 35)
    sync(place, away, first, third, rounds=3)
    everything = sorted(sold + kept_back)
    for folder in (away, first, third):
        equal(receipts(place, folder), everything, f"the sales at {folder.name}")
    same(place, first, away)
    same(place, first, third)
    for folder in (away, first, third):
        check(place.ctl(folder, "doctor")["ok"], f"the doctor finds something at {folder.name}")
    say("the till that was away came back: its sales count everywhere, once")


if __name__ == "__main__":
    run(main)
