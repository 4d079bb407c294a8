"""A CSV or JSON file is opened as a desktop does it: the installed entry's own command starts the till, and once somebody
has signed in the import shows the file. A second start hands its file to the till that runs."""

import json
import shlex

from harness import Display, Till, check, equal, run, say, until

CSV = "sku,name,price\nOPEN-1,Stapler,8.50\nOPEN-2,Hole punch,6.20\n"
JSON = [{"sku": "OPEN-3", "name": "Paper clips", "price": "1.10"}]


class OpenedTill(Till):
    """Started by a command of somebody else's, in the window that it chooses itself."""

    def start_with(self, command):
        self.screen_file.unlink(missing_ok=True)
        self.process = self.place.start(
            command, self.name,
            env=self.place.environment(DISPLAY=self.display.name, TILLSTICK_SCREEN_FILE=str(self.screen_file)))
        until(f"the first frame of till {self.name}", lambda: self.is_alive() and self.screen().frames > 0)


def installed_entry(place, folder):
    """The entry's lines by key."""
    path = place.ctl(folder, "desktop", "install", "--yes")["installed"]
    lines = open(path, encoding="utf-8").read().splitlines()
    equal(lines[0], "[Desktop Entry]", "the entry's first line")
    return dict(line.split("=", 1) for line in lines[1:] if "=" in line)


def command_of(entry, file):
    """What a desktop runs for a file: the words of Exec, %f replaced."""
    words = shlex.split(entry["Exec"])
    check("%f" in words, f"the entry's command takes no file: {entry['Exec']}")
    return [str(file) if word == "%f" else word.replace("%%", "%") for word in words]


def wait_for_import(till, path, first_column):
    """The import's sheet, with that file and its columns."""
    till.wait_state("screen", "data")
    till.wait(f"the columns of {path.name}",
              lambda now: "data.column.0" in now.widgets and first_column in now.label("data.column.0"))
    till.wait(f"the path of {path.name}", lambda now: str(path) in now.label("data.path"))


def import_it(place, till, folder, sku):
    till.tap("data.check")
    till.wait("the report of the check", lambda now: "data.report" in now.widgets)
    check(all(row["sku"] != sku for row in place.ctl(folder, "export", "products", "--format", "json")),
          "checking a file wrote it")
    till.tap("data.import")
    until(f"{sku} is a product", lambda: any(
        row["sku"] == sku for row in place.ctl(folder, "export", "products", "--format", "json")))


def main(place):
    folder = place.folder("shop")
    place.ctl(folder, "init", "--demo")
    csv, data = place.root / "new products.csv", place.root / "more.json"
    csv.write_text(CSV)
    data.write_text(json.dumps(JSON))

    entry = installed_entry(place, folder)
    equal(entry["MimeType"].strip(";").split(";"), ["text/csv", "application/json"], "the types that the entry names")
    till = OpenedTill(place, folder, Display(place), "opened")
    till.start_with(command_of(entry, csv))
    check(till.state("screen") != "data", "nobody has signed in, and the import is shown already")
    till.sign_in("Anna", "2580")
    wait_for_import(till, csv, "sku")
    till.shot("csv")
    import_it(place, till, folder, "OPEN-2")
    say("a CSV file was opened by the desktop's command, shown and imported")

    second = place.start([place.options.till, "--data", folder, data], "second",
                         env=place.environment(DISPLAY=till.display.name))
    equal(second.wait(timeout=60), 0, "the exit code of the second start")
    wait_for_import(till, data, "sku")
    till.shot("json")
    import_it(place, till, folder, "OPEN-3")
    till.close()
    say("a JSON file was handed to the till that runs, shown and imported")

    till.start_with(command_of(entry, data))
    till.sign_in("Anna", "2580")
    wait_for_import(till, data, "sku")
    till.close()
    say("a JSON file was opened by the desktop's command")


run(main)
