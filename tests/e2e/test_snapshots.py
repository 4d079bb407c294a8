"""A hub forgets its past: a third till comes up whole from a snapshot, and one that was away for a month comes back, its
sales counted. Days pass at once (faketime); programs, sockets and disks are real."""

from harness import Hub, check, equal, need_library, run, say


def another_day(place, hub, days):
    """The hub is started again, since a program keeps the time that it was started in."""
    place.days_ahead = days
    hub.kill()
    hub.start()


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
    place.sync(first, away)
    sold = [place.sell(first, 1), place.sell(away, 2)]
    place.sync(first, away)
    equal(place.receipts(away), sorted(sold), "what both sold before one was put away")
    kept_back = [place.sell(away, 3), place.sell(away, 4)]
    say("one till is put away with two sales that nobody has")

    another_day(place, hub, 32)
    sold.append(place.sell(first, 5))
    place.sync(first)
    made = place.ctl(first, "sync", "snapshot")
    check(made["parts"] >= 2 and made["bytes"] > 10_000, f"a snapshot of the shop: {made}")
    early = place.ctl(first, "sync", "snapshot", "--drop")
    check("floor" not in early or max(early["floor"]) == 0, f"it was dropped before anybody said to have it: {early}")

    another_day(place, hub, 34)
    place.sync(first)
    state = {device["name"]: device["state"] for device in place.ctl(first, "devices")}
    check("away too long" in state.values(), f"the till that is away is not shown as such: {state}")
    dropped = place.ctl(first, "sync", "snapshot", "--drop")
    check(max(dropped["floor"]) > 0 and dropped["held_by"] is None, f"the hub dropped: {dropped}")
    say(f"the hub serves what came after number {max(dropped['floor'])}")

    sold.append(place.sell(first, 6))
    place.ctl(third, "init", "--demo")
    hub.enrol(third, "Corner")
    place.sync(first, third, rounds=3)
    equal(place.receipts(third), sorted(sold), "the sales of the till that joined")
    place.are_in_step(first, third)
    equal(place.ctl(third, "sync", "parked"), [], "what is set aside at the till that joined")
    say("a third till joined and came up whole from the snapshot")

    another_day(place, hub, 35)
    place.sync(away, first, third, rounds=3)
    everything = sorted(sold + kept_back)
    for folder in (away, first, third):
        equal(place.receipts(folder), everything, f"the sales at {folder.name}")
    place.are_in_step(first, away)
    place.are_in_step(first, third)
    for folder in (away, first, third):
        check(place.ctl(folder, "doctor")["ok"], f"the doctor finds something at {folder.name}")
    say("the till that was away came back: its sales count everywhere, once")


if __name__ == "__main__":
    run(main)
