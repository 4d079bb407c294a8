"""The hub gets another address, and then it is lost with all that it had: the shop goes on at another hub, with what a
till sold that is gone as well."""

import shutil

from harness import Hub, check, equal, run, say


def moves(place, folder, hub, *more):
    return place.ctl(folder, "enrol", "--hub", hub.url, "--ca", hub.ca, *more)


def main(place):
    hub = Hub(place)
    hub.command("tenant", "add", "Corner")
    first, second, gone, late = (place.folder(name) for name in ("first", "second", "gone", "late"))
    for folder in (first, second, gone):
        place.ctl(folder, "init", "--demo")
        hub.enrol(folder, "Corner")
        place.ctl(folder, "shift", "open", "100.00", "--user", "Mia")
    sold = [place.sell(first, 1), place.sell(second, 2), place.sell(gone, 3)]
    place.sync(first, second, gone, first)

    hub.kill()
    hub.port = 0
    hub.start()
    place.refused(first, "sync", "run")
    for folder in (first, second):
        equal(moves(place, folder, hub)["hub"], hub.url, "where the hub is now")
    sold.append(place.sell(first, 4))
    place.sync(first, second)
    equal(place.receipts(second), sorted(sold), "the sales after the hub got another address")
    say("the hub has another port: both tills were told, without a code")

    hub.kill()
    shutil.rmtree(hub.data)
    other = Hub(place, "other")
    sold.append(place.sell(first, 5))
    place.refused(first, "enrol", "--hub", other.url, "--ca", other.ca, says="does not know this terminal")
    other.command("tenant", "add", "Bakery")
    baker = place.folder("baker")
    place.ctl(baker, "init", "--demo")
    other.enrol(baker, "Bakery")
    place.refused(first, "enrol", "--hub", other.url, "--ca", other.ca, "--code", other.code("Bakery"),
                  says="another shop")
    other.command("tenant", "add", "Corner")
    moved = moves(place, first, other, "--code", other.code("Corner"))
    check(not moved["keys_pending"], f"it was asked for keys that it has: {moved}")
    check(place.ctl(first, "sync", "status")["waiting"] > 0, "nothing waits for the hub that has nothing")
    made = place.ctl(first, "sync", "snapshot")
    check(max(made["floor"]) > 0, f"what the till that is gone had sold is not at the hub: {made}")
    say("the first till is at another hub, and has brought what the others had said")

    other.with_keys["Corner"] = first
    place.ctl(late, "init", "--demo")
    other.enrol(late, "Corner")
    place.sync(first, late, rounds=3)
    equal(place.receipts(late), sorted(sold), "the sales at a till that joins there")
    sold.append(place.sell(second, 6))
    check(not moves(place, second, other, "--code", other.code("Corner"))["keys_pending"], "the second was asked for keys")
    check(all(device["state"] != "waits to be let in" for device in place.ctl(first, "devices")), "a till seems to wait")
    place.sync(second, first, late, rounds=3)
    for folder in (first, second, late):
        equal(place.receipts(folder), sorted(sold), f"the sales at {folder.name}")
        equal(place.ctl(folder, "sync", "parked"), [], f"what is set aside at {folder.name}")
        check(place.ctl(folder, "doctor")["ok"], f"the doctor finds something at {folder.name}")
    place.are_in_step(first, second)
    place.are_in_step(first, late)
    say("all are in step at the other hub")


if __name__ == "__main__":
    run(main)
