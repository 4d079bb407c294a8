"""Real programs under test: starts them, drives them as a person would, and ends them whatever happens.

A test is a script with `run(main)`. `main(place)` gets a Place: a temporary folder that holds all data and the home
folder of every program started. Nothing waits by the clock: `until` asks again until something is so or a deadline
passes. A missing program or a failed check ends the test with one sentence.
"""

import argparse
import atexit
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
DECODER = HERE / "escpos"
PENS = "4006381333931"  # a product of the demo shop: a highlighter pen
PATIENCE_S = 30
POLL_S = 0.02


class Failed(Exception):
    """A promise that was not kept, as a sentence."""


class Skipped(Exception):
    """What this machine does not allow, as a sentence."""


SKIPPED_EXIT_CODE = 77  # CTest's SKIP_RETURN_CODE


def check(condition, sentence):
    if not condition:
        raise Failed(sentence)


def equal(got, wanted, what):
    check(got == wanted, f"{what} is {got!r}, not {wanted!r}")


def until(what, question, seconds=PATIENCE_S):
    """Asks until the answer is true and returns it. An exception of the question counts as no."""
    end = time.monotonic() + seconds
    last = None
    while True:
        try:
            answer = question()
            if answer:
                return answer
            last = None
        except (OSError, KeyError, ValueError, Failed) as problem:
            last = problem
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s in vain for: {what}" + (f" ({last})" if last else ""))
        time.sleep(POLL_S)


def need(*programs):
    for name in programs:
        check(shutil.which(name), f"the program '{name}' is missing; ./test installs it")


def need_library(name, package):
    check(library(name), f"the library '{name}' of the package '{package}' is missing; ./test installs it")


def library(name):
    return next((str(path) for path in Path("/usr/lib").glob(f"*/*/{name}")), None)


def say(text):
    print(f"[{time.monotonic() - STARTED:6.1f} s] {text}", flush=True)


STARTED = time.monotonic()


LIBC = ctypes.CDLL(None)


def end_with_the_test():
    """In the child: a test that is killed itself must leave nothing running."""
    pr_set_pdeathsig = 1
    LIBC.prctl(pr_set_pdeathsig, signal.SIGKILL)


def like_hardware():
    """In the child: keys of a real scanner do not wait for the processor. Where that is not allowed, they do."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -15)
    except OSError:
        pass


class Place:
    """One test's folder and its processes."""

    def __init__(self, options):
        self.options = options
        self.root = Path(tempfile.mkdtemp(prefix="till-e2e-"))
        self.home = self.root / "home"
        self.home.mkdir()
        self.processes = []
        self.closers = []
        self.days_ahead = 0  # of what programs take for the time; those started from then on
        self.shots = Path(options.shots) if options.shots else None
        atexit.register(self.close)

    def environment(self, **more):
        kept = {k: v for k, v in os.environ.items() if not k.startswith("TILLSTICK_") and k != "DISPLAY"}
        kept.update(HOME=str(self.home), XDG_CONFIG_HOME=str(self.home / ".config"), LC_ALL="C.UTF-8", TZ="UTC")
        if self.days_ahead:
            kept.update(LD_PRELOAD=library("libfaketimeMT.so.1"), FAKETIME=f"+{self.days_ahead}d", NO_FAKE_STAT="1",
                        FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1")
        kept.update(more)
        return kept

    def start(self, command, name, **how):
        log = open(self.root / f"{name}.log", "ab")
        how.setdefault("env", self.environment())
        how.setdefault("stdout", log)
        how.setdefault("preexec_fn", end_with_the_test)
        process = subprocess.Popen([str(word) for word in command], stderr=log, stdin=subprocess.DEVNULL,
                                   start_new_session=True, **how)
        log.close()
        self.processes.append(process)
        return process

    def folder(self, name):
        return self.root / name

    def close(self):
        for closer in self.closers:
            closer()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
        for process in self.processes:
            process.wait()
        if self.options.keep:
            print(f"kept: {self.root}")
        else:
            shutil.rmtree(self.root, ignore_errors=True)
        self.processes, self.closers = [], []

    # tillctl -------------------------------------------------------------------------------------------------------

    def tillctl(self, folder, *words, passphrase=None, **how):
        """The finished process of a tillctl call with --json."""
        more = {"TILLSTICK_PASSPHRASE": passphrase} if passphrase else {}
        command = [self.options.tillctl, "--json", "--data", folder, *words]
        how.setdefault("timeout", 120)
        return subprocess.run([str(word) for word in command], env=self.environment(**more), capture_output=True,
                              text=True, cwd=self.root, **how)

    def ctl(self, folder, *words, **how):
        """The answer of a tillctl call that must succeed."""
        done = self.tillctl(folder, *words, **how)
        check(done.returncode == 0, f"tillctl {' '.join(map(str, words))} ended with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def refused(self, folder, *words, exit_code=1, says=None, **how):
        """The sentence with which a tillctl call is refused: one line on standard error, nothing else than JSON on
        standard output."""
        done = self.tillctl(folder, *words, **how)
        asked = f"tillctl {' '.join(map(str, words))}"
        check(done.returncode == exit_code,
              f"{asked} ended with {done.returncode}, not {exit_code}: {done.stdout.strip()[:300]} {done.stderr.strip()[:300]}")
        if exit_code == 1:
            lines = done.stderr.strip().splitlines()
            check(len(lines) == 1 and lines[0].startswith("error: ") and len(lines[0]) > 20,
                  f"{asked} should say one line 'error: ...', it says {done.stderr!r}")
        if says:
            check(says.lower() in done.stderr.lower(), f"{asked} should say '{says}', it says {done.stderr!r}")
        return done.stderr.strip()

    def text(self, folder, *words):
        """What tillctl prints for people."""
        done = subprocess.run([str(self.options.tillctl), "--data", str(folder), *map(str, words)],
                              env=self.environment(), capture_output=True, timeout=120, cwd=self.root)
        check(done.returncode == 0, f"tillctl {' '.join(map(str, words))}: {done.stderr.decode().strip()}")
        return done.stdout.decode()

    def sales(self, folder):
        return self.ctl(folder, "export", "sales", "--format", "json")

    def receipts(self, folder):
        return sorted(sale["receipt"] for sale in self.sales(folder))

    def sell(self, folder, pieces, product=PENS):
        """So many of a product, paid in cash by the demo's cashier; returns the receipt's number."""
        basket = self.basket(f"basket-{folder.name}-{pieces}.json", [(product, str(pieces))],
                             [{"kind": "cash", "amount": "exact"}])
        return self.ctl(folder, "sell", basket, "--user", "Mia")["receipt"]

    def sync(self, *folders, rounds=2):
        """An exchange of each, one after the other."""
        for _ in range(rounds):
            for folder in folders:
                self.ctl(folder, "sync", "run")

    def table(self, folder, what):
        """All rows of an export, in an order that does not depend on the till."""
        return sorted(map(str, self.ctl(folder, "export", what, "--format", "json")))

    def are_in_step(self, one, other):
        for what in ("products", "customers", "stock", "sales"):
            equal(self.table(other, what), self.table(one, what), f"the {what} of {other.name}")

    def stock(self, folder, sku):
        for row in self.ctl(folder, "export", "stock", "--format", "json"):
            if row["sku"] == sku:
                return row["qty"]
        raise Failed(f"there is no stock of {sku}")

    def basket(self, name, lines, tenders, **more):
        """A basket file of known products."""
        rows = [{"id": f"l{i + 1}", "product": code, "qty": qty} for i, (code, qty) in enumerate(lines)]
        path = self.root / name
        path.write_text(json.dumps({"lines": rows, "tenders": tenders, **more}))
        return path


class Hub:
    """till-hub serve on a port of 127.0.0.1; started again it takes the same port, for its terminals know it."""

    def __init__(self, place, name="hub"):
        self.place, self.data, self.name = place, place.folder(name), name
        self.with_keys = {}  # the first folder of each tenant
        self.port, self.process = 0, None
        self.start()

    def start(self):
        command = [self.place.options.hub, "--data", self.data, "--json", "serve", "--listen", f"127.0.0.1:{self.port}"]
        self.process = self.place.start(command, self.name, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        check(line, "the hub did not start: " + (self.place.root / f"{self.name}.log").read_text().strip())
        said = json.loads(line)
        self.port, self.ca = said["port"], said["ca_file"]
        self.url = f"https://127.0.0.1:{self.port}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def command(self, *words):
        done = subprocess.run([str(self.place.options.hub), "--data", str(self.data), "--json", *words],
                              env=self.place.environment(), capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, f"till-hub {' '.join(words)}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def code(self, tenant):
        return self.command("device", "code", tenant)["code"]

    def enrol(self, folder, tenant):
        """The first terminal of a tenant brings the keys; the others are approved at it."""
        joined = self.place.ctl(folder, "enrol", "--hub", self.url, "--code", self.code(tenant), "--ca", self.ca)
        if joined["keys_pending"]:
            self.place.ctl(self.with_keys[tenant], "devices", "approve", joined["device"], joined["approval_code"])
        else:
            self.with_keys[tenant] = folder
        return joined


class Printer:
    """A network printer: a listener that keeps the bytes of each job."""

    def __init__(self, place):
        self.jobs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self.listener.getsockname()[1]}"
        place.closers.append(lambda: self.listener.shutdown(socket.SHUT_RDWR))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                job = b""
                while piece := connection.recv(65536):
                    job += piece
            self.jobs.append(job)


def decoded(place, job):
    """What a third party's parser reads from a print job."""
    path = place.root / "job.escpos"
    path.write_bytes(job)
    done = subprocess.run(["node", str(DECODER / "decode.js"), str(path)], capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"the ESC/POS decoder refuses the job: {done.stderr.strip()}")
    return json.loads(done.stdout)


class Display:
    """A virtual screen of 1024x768 on a free number."""

    def __init__(self, place, size="1024x768"):
        read, write = os.pipe()
        place.start(["Xvfb", "-displayfd", write, "-screen", "0", f"{size}x24", "-nolisten", "tcp"], "xvfb",
                    pass_fds=[write], preexec_fn=lambda: (end_with_the_test(), like_hardware()))
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        check(number, "Xvfb did not start")
        self.name = f":{number}"


class Screen:
    """What the till said about its last frame."""

    def __init__(self, text):
        self.frames, self.states, self.widgets = 0, {}, {}
        for line in text.splitlines():
            kind, *rest = line.split("\t")
            if kind == "frames":
                self.frames = int(rest[0])
            elif kind == "state":
                self.states[rest[0]] = rest[1]
            else:
                self.widgets[rest[0]] = (*map(int, rest[1:5]), rest[5] == "enabled", rest[6])

    def label(self, name):
        return self.widgets[name][5]


class Till:
    """The till's window on a display of its own, with a person before it."""

    def __init__(self, place, folder, display, name):
        self.place, self.folder, self.display, self.name = place, folder, display, name
        self.screen_file = place.root / f"{name}.screen"
        self.process = None

    def start(self):
        self.screen_file.unlink(missing_ok=True)
        self.process = self.place.start(
            [self.place.options.till, "--data", self.folder, "--kiosk", "--renderer", "cpu"], self.name,
            env=self.place.environment(DISPLAY=self.display.name, TILLSTICK_SCREEN_FILE=str(self.screen_file)))
        until(f"the first frame of till {self.name}", lambda: self.is_alive() and self.screen().frames > 0)

    def is_alive(self):
        if self.process.poll() is not None:
            log = (self.place.root / f"{self.name}.log").read_text().strip()
            raise Failed(f"till {self.name} ended with {self.process.returncode}: {log[-500:]}")
        return True

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.process.terminate()
        equal(self.process.wait(timeout=30), 0, f"the exit code of till {self.name}")

    def screen(self):
        return Screen(self.screen_file.read_text())

    def state(self, name):
        return self.screen().states[name]

    def wait(self, what, question, seconds=PATIENCE_S):
        try:
            return until(f"{what}, at till {self.name}", lambda: self.is_alive() and question(self.screen()), seconds)
        except Failed as problem:
            self.shot("failed")
            now = self.screen()
            raise Failed(f"{problem}\n  states: {now.states}\n  widgets: {', '.join(now.widgets)}") from None

    def wait_state(self, name, value, seconds=PATIENCE_S):
        self.wait(f"{name} = {value}", lambda now: now.states[name] == value, seconds)

    def xdotool(self, *words, seconds=60):
        subprocess.run(["xdotool", *map(str, words)], env=self.place.environment(DISPLAY=self.display.name), check=True,
                       timeout=seconds, capture_output=True, preexec_fn=like_hardware)

    def xdotool_begins(self, *words):
        return self.place.start(["xdotool", *words], "xdotool", env=self.place.environment(DISPLAY=self.display.name))

    def tap(self, *names):
        """One click on each, with the mouse."""
        for name in names:
            x, y, width, height, _, _ = self.wait(f"{name} can be pressed", lambda now: name in now.widgets and
                                                  now.widgets[name][4] and now.widgets[name])
            self.xdotool("mousemove", x + width // 2, y + height // 2, "click", 1)

    def scan(self, *codes, delay_ms=0):
        """A scanner's keys, each code ended by Enter, in one burst."""
        words = []
        for code in codes:
            words += ["type", "--args", 1, "--delay", delay_ms, code, "key", "--delay", delay_ms, "Return"]
        self.xdotool(*words)

    def sign_in(self, user, pin):
        self.tap(f"user.{user}", *[f"pin.{digit}" for digit in pin], "pin.enter")
        self.wait_state("user", user)

    def shot(self, name):
        if not self.place.shots:
            return
        self.place.shots.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(self.place.shots / f"{name}-{self.name}.png")],
                       env=self.place.environment(DISPLAY=self.display.name), check=True, timeout=60)


def run(main):
    parser = argparse.ArgumentParser()
    parser.add_argument("--till", required=True)
    parser.add_argument("--tillctl", required=True)
    parser.add_argument("--hub", required=True)
    parser.add_argument("--shots", help="folder for screenshots")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the test")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    place = None
    try:
        for program in (options.till, options.tillctl, options.hub):
            check(os.access(program, os.X_OK), f"the program {program} is not built")
        place = Place(options)
        main(place)
    except Skipped as why:
        print(f"SKIPPED: {why}", flush=True)
        sys.exit(SKIPPED_EXIT_CODE)
    except Failed as problem:
        print(f"FAILED: {problem}", flush=True)
        if os.environ.get("TILL_E2E_TRACE", "1") == "1":
            traceback.print_exc(limit=-4)
        sys.exit(1)
    finally:
        if place:
            place.close()
    say("all promises kept")
