"""A USB stick as they come from the shop, an image with FAT or exFAT on it that is really mounted: backups go there and
the whole till lives there; it is pulled out while something is written, comes back under another path, is write
protected, and full. Selling goes on in between, and each of these has its sentence.

Needs the right to mount; skipped where that is missing. A file system that a process serves (exFAT by FUSE) can be
pulled out at any moment: the process is killed.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from harness import Place, Skipped, check, equal, run, say, until

PASSPHRASE = "seven grey herons over Lindenhof"
PEN = "4006381333931"
SIZE_MB = 512  # with less free the doctor warns


def quietly(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True).returncode == 0


def done_or_told(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    check(done.returncode == 0, (done.stderr + done.stdout).strip())
    return True


class Stick:
    """An image on a loop device."""

    def __init__(self, place, file_system):
        self.image, self.path, self.served_by = place.folder(f"{file_system}.img"), None, None
        self.was_plugged_in = False
        self.with_fuse = file_system == "exfat"
        with open(self.image, "wb") as image:
            image.truncate(SIZE_MB * 2**20)
        check(quietly(f"mkfs.{file_system}", self.image), f"no file system {file_system} could be made")
        made = subprocess.run(["losetup", "--find", "--show", str(self.image)], capture_output=True, text=True)
        if made.returncode != 0:
            raise Skipped(f"this machine has no loop device to give: {made.stderr.strip()}")
        self.device = made.stdout.strip()
        place.closers.append(self.give_back)

    def plug_in(self, path, read_only=False):
        path.mkdir(exist_ok=True)
        options = ["-o", "ro"] if read_only else []
        command = ["mount.exfat-fuse"] if self.with_fuse else ["mount", "-t", "vfat"]
        if self.was_plugged_in:  # the device may be busy for a moment with what was killed
            until("the stick to be mounted again", lambda: done_or_told(*command, *options, self.device, path))
        elif not quietly(*command, *options, self.device, path):
            raise Skipped("this machine lets no test mount anything")
        self.path, self.was_plugged_in = path, True
        if self.with_fuse:
            self.served_by = until("the process that serves the stick", self.server)
        return path

    def server(self):
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = command.read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"exfat-fuse") and self.device.encode() in words:
                return int(command.parent.name)
        return None

    def take_out(self):
        """As one should."""
        if self.path:
            check(quietly("umount", self.path), f"cannot unmount {self.path}")
            self.path = None
            if self.served_by:
                until("the stick to be written", lambda: not Path(f"/proc/{self.served_by}").exists())

    def pull_out(self):
        """As people do: what is open fails from now on."""
        os.kill(self.served_by, 9)
        until("the stick to be gone", lambda: quietly("umount", "--lazy", self.path))
        self.path = None

    def give_back(self):
        if self.path:
            quietly("umount", "--lazy", self.path)
        quietly("losetup", "--detach", self.device)


def sell(place, shop):
    basket = place.basket("pen.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
    return place.ctl(shop, "sell", basket, "--user", "Anna")["receipt"]


def state_of(place, shop):
    return place.ctl(shop, "backup", "target", "list")[0]


def run_backup(place, shop):
    return place.ctl(shop, "backup", "run", "office", passphrase=PASSPHRASE)


def expect_whole(place, shop, wanted):
    found = {row["generation"]: row["ok"] for row in place.ctl(shop, "backup", "verify", "--at", "office", passphrase=PASSPHRASE)}
    check(all(found.get(made) for made in wanted), f"of {wanted} these are whole: {found}")


def is_a_place_for_backups(place, stick, shop):
    here, there = place.folder("KINGSTON"), place.folder("KINGSTON1")
    stick.plug_in(here)
    place.ctl(shop, "backup", "target", "add", "office", "stick", "--at", here, passphrase=PASSPHRASE)
    made = [run_backup(place, shop)["generation"]]

    stick.take_out()
    equal(state_of(place, shop)["state"], "not here", "the state of a stick that was taken out")
    say("not here: " + place.refused(shop, "backup", "run", "office", passphrase=PASSPHRASE, says="plug it in"))
    sell(place, shop)

    stick.plug_in(here, read_only=True)
    say("write protected: " + place.refused(shop, "backup", "run", "office", passphrase=PASSPHRASE, says="write protected"))
    stick.take_out()

    stick.plug_in(there)
    made.append(run_backup(place, shop)["generation"])
    equal(state_of(place, shop)["path"], str(there), "where the stick was found again")

    fill(there)
    sell(place, shop)
    outcome = place.tillctl(shop, "backup", "create", "--full", "--to", "office", passphrase=PASSPHRASE)
    say("full: " + (outcome.stderr.strip() or "the reserve was room enough"))
    check(outcome.returncode == 0 or "full" in outcome.stderr, f"a full stick is called {outcome.stderr!r}")
    expect_whole(place, shop, made)
    (there / "holiday.mp4").unlink()
    made.append(run_backup(place, shop)["generation"])
    expect_whole(place, shop, made)
    stick.take_out()
    return made


def fill(folder):
    with open(folder / "holiday.mp4", "wb", buffering=0) as film:
        try:
            while film.write(bytes(2**22)):
                pass
        except OSError:
            pass


def is_pulled_out_of_a_backup(place, stick, shop, made):
    here = place.folder("KINGSTON")
    for round_number in range(3):
        stick.plug_in(here)
        sell(place, shop)
        before = names_below(here)
        process = place.start([place.options.tillctl, "--json", "--data", shop, "backup", "create", "--full", "--to", "office"],
                              "pulled", env=place.environment(TILLSTICK_PASSPHRASE=PASSPHRASE))
        until("the backup to write or to end", lambda: names_below(here) != before or process.poll() is not None)
        stick.pull_out()
        if process.wait(timeout=60) != 0:
            say(f"pulled out of a backup, {round_number + 1}: " + (place.root / "pulled.log").read_text().strip().splitlines()[-1])
        sell(place, shop)
        stick.plug_in(here)
        expect_whole(place, shop, made)
        made.append(run_backup(place, shop)["generation"])
        expect_whole(place, shop, made)
        stick.take_out()


def names_below(folder):
    return {str(path) for path in folder.rglob("*")}


def carries_the_till(place, stick):
    here = place.folder("KINGSTON")
    shop = stick.plug_in(here) / "till"
    place.ctl(shop, "init", "--demo")
    place.ctl(shop, "shift", "open", "100.00", "--user", "Anna")
    sold = []
    for _ in range(3 if stick.with_fuse else 1):
        sold.append(sell(place, shop))
        if stick.with_fuse:
            sold += pulled_out_of_a_sale(place, stick, shop)
            stick.plug_in(here)
        here_now = [sale["receipt"] for sale in place.sales(shop)]
        check(set(sold) <= set(here_now), f"lost with the stick: {set(sold) - set(here_now)}")
        equal(len(here_now), len(set(here_now)), "the number of different receipts")
        health = place.ctl(shop, "doctor")
        check(health["ok"], f"the doctor says: {[finding for finding in health['findings'] if not finding['ok']]}")
    stick.take_out()


def pulled_out_of_a_sale(place, stick, shop):
    """The receipt of the sale, if the program had given it by then."""
    basket = place.basket("pen.json", [(PEN, "1")], [{"kind": "cash", "amount": "exact"}])
    before = written(shop)
    process = place.start([place.options.tillctl, "--json", "--data", shop, "sell", basket, "--user", "Anna"], "sale",
                          stdout=subprocess.PIPE)
    until("the sale to write or to end", lambda: written(shop) != before or process.poll() is not None)
    stick.pull_out()
    answer, _ = process.communicate(timeout=60)
    left = names_below(shop.parent)
    check(not left, f"where the stick was there are: {left}")
    return [json.loads(answer)["receipt"]] if process.returncode == 0 else []


def written(shop):
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in shop.glob("till.db*")]


def main(place: Place):
    if os.geteuid() != 0:
        raise Skipped("only root may mount")
    tried = 0
    for file_system in ("vfat", "exfat"):
        by_the_kernel = file_system in Path("/proc/filesystems").read_text()
        if not shutil.which(f"mkfs.{file_system}") or not (by_the_kernel if file_system == "vfat" else shutil.which("mount.exfat-fuse")):
            continue
        say(f"a stick with {file_system}")
        stick, shop = Stick(place, file_system), place.folder(f"shop-{file_system}")
        place.ctl(shop, "init", "--demo")
        place.ctl(shop, "shift", "open", "100.00", "--user", "Anna")
        made = is_a_place_for_backups(place, stick, shop)
        if stick.with_fuse:
            is_pulled_out_of_a_backup(place, stick, shop, made)
        carries_the_till(place, stick)
        tried += 1
    if not tried:
        raise Skipped("this machine has no file system of sticks")


run(main)
