"""Two shops on one hub: neither ever holds a byte of the other's, and the hub itself can read neither."""

from harness import Hub, check, equal, run, say

MARKS = {"North": ("NORTHMARK Zitronenrolle", "7717.71"), "South": ("SOUTHMARK Apfelschnitte", "8828.82")}


def bytes_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def holds(folder, words):
    """The files below the folder that hold one of the words in plain."""
    return [f"{path.name}: {word}" for path, content in bytes_of(folder).items() for word in words
            if word.encode() in content]


def add_marked_product(place, folder, tenant):
    """A price change of a product's own, and a sale of it, so that catalogue and sales lanes both carry the mark."""
    name, price = MARKS[tenant]
    columns = place.text(folder, "export", "products", "--format", "csv").splitlines()[0]
    file = place.root / f"{tenant}.csv"
    file.write_text(f"sku,name,price,barcode\nMARK-1,{name},{price},\n")
    answer = place.tillctl(folder, "import", "products", file, "--user", "Anna")
    check(answer.returncode == 0, f"the import of a product failed ({columns}): {answer.stderr}")
    place.ctl(folder, "shift", "open", "100.00", "--user", "Anna")
    basket = place.basket(f"{tenant}.json", [("MARK-1", "1")], [{"kind": "cash", "amount": "exact"}])
    sale = place.ctl(folder, "sell", basket, "--user", "Anna")
    equal(sale["total"], price, "the total of the marked sale")


def main(place):
    hub = Hub(place)
    tills = {}
    for tenant in MARKS:
        hub.command("tenant", "add", tenant)
        tills[tenant] = [place.folder(f"{tenant}-{number}") for number in (1, 2)]
        for folder in tills[tenant]:
            place.ctl(folder, "init", "--demo")
            hub.enrol(folder, tenant)
        add_marked_product(place, tills[tenant][0], tenant)
    # The first terminal hands the keys over; after it the second can read.
    for _ in range(2):
        for folders in tills.values():
            for folder in folders:
                place.ctl(folder, "sync", "run")
    for tenant, (first, second) in tills.items():
        other = "South" if tenant == "North" else "North"
        for folder in (first, second):
            skus = {row["sku"]: row for row in place.ctl(folder, "export", "products", "--format", "json")}
            equal(skus.get("MARK-1", {}).get("name"), MARKS[tenant][0], f"the marked product in {folder.name}")
            equal([sale["total"] for sale in place.sales(folder)], [MARKS[tenant][1]], f"the sales in {folder.name}")
            found = holds(folder, [MARKS[other][0], other.upper() + "MARK"])
            check(not found, f"{folder.name} holds bytes of {other}: {found}")
        check(holds(first, [MARKS[tenant][0]]), "the search for the mark finds nothing where it must be: it is blind")
    say("each tenant has its own product and sale, and nothing of the other's")

    everything = [word for mark in MARKS.values() for word in (*mark, mark[0].split()[0])]
    found = holds(hub.data, everything + ["Highlighter pen", "Flat white"])
    check(not found, f"the hub's folder holds what only terminals may read: {found}")
    sizes = sum(len(content) for content in bytes_of(hub.data).values())
    check(sizes > 50_000, f"the hub holds only {sizes} bytes; nothing went through it")
    say(f"the hub's {sizes} bytes hold no name and no price in plain")

    numbers = {tenant: len(hub.command("device", "list", tenant)["devices"]) for tenant in MARKS}
    equal(numbers, {"North": 2, "South": 2}, "the terminals of each tenant")
    north = place.ctl(tills["North"][0], "devices")
    check(all(device["code"] not in [d["code"] for d in place.ctl(tills["South"][0], "devices")] for device in north),
          "a terminal of one tenant is listed at the other")
    hub.command("device", "revoke", "North", hub.command("device", "list", "North")["devices"][1]["id"])
    place.refused(tills["North"][1], "sync", "run")
    place.ctl(tills["South"][1], "sync", "run")
    say("a revoked terminal is shut out, the others go on")


if __name__ == "__main__":
    run(main)
