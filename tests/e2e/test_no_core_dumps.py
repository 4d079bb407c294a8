"""Each program that holds keys forbids core dumps of itself, whatever limit it was started with, and other programs of
the same user may not look into it: what is in memory must not end up in a file."""

import os
import resource

from harness import Display, Hub, Skipped, Till, check, equal, run, say, until


def core_limits(process):
    """Soft and hard limit of the core file's size."""
    with open(f"/proc/{process.pid}/limits", encoding="utf-8") as limits:
        line = next(line for line in limits if line.startswith("Max core file size"))
    return line.split()[4:6]


def expect_private(process, name):
    until(f"{name} has asked for no core dumps", lambda: core_limits(process) == ["0", "0"], seconds=10)
    if os.getuid() != 0:  # the system gives such a process's files to root; to root all look alike
        equal(os.stat(f"/proc/{process.pid}").st_uid, 0, f"the owner of the memory of {name}")
    check(process.poll() is None, f"{name} has ended meanwhile")
    say(f"{name} leaves no core dump")


def main(place):
    # Programs start with what this one may do: without that, nothing is proved.
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        raise Skipped("core dumps are forbidden to all programs here already")
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    other = place.start(["sleep", "600"], "other")
    check(core_limits(other) != ["0", "0"], "a program that asks for nothing may not dump its core either")

    folder = place.folder("shop")
    place.ctl(folder, "init", "--demo")
    expect_private(Hub(place).process, "till-hub")
    till = Till(place, folder, Display(place), "till")
    till.start()
    expect_private(till.process, "till")
    pipe = place.root / "basket.json"
    os.mkfifo(pipe)  # tillctl waits for somebody who writes
    ctl = place.start([place.options.tillctl, "--data", folder, "quote", pipe], "tillctl")
    expect_private(ctl, "tillctl")
    ctl.kill()
    till.close()


run(main)
