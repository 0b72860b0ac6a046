"""kill -9 at random moments: is everything still there that a client was told of, and nothing else?

    python3 src/test/python/kill_nine.py --rounds 100 [--seed 1] [--directory DIR]

Each round starts the packaged jar on the same data directory, keeps it busy (short jobs one after another, uploads of files and
models, deletions) and kills it: while a model, a file or an upload is being written, right after a client was told of a model,
anywhere, idle, or while it starts. The seed draws when. After each restart:

- every model that a client was told of (its job says `succeeded`, 201, or a list) is listed, loads, and gives the same
  probabilities, to the bit, as the first model of its kind, which was trained before anything was killed; so does every other one
- every file that a client was told of is listed with the bytes that were sent; so is every other one
- what a client was told is deleted is gone, no temporary file is left, and nothing is damaged

With --directory the state is kept there, and another call goes on where the one before has ended. Needs nothing but Python's
library. Ends with 1 at the first fault.
"""

import argparse
import collections
import hashlib
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from service import Service, cached_command, packaged_jar

TEXT = "the quick brown fox jumps over the lazy dog. " * 8
PROMPT = "the quick"

# By suffix of the model's id. The large ones take long to write.
JOBS = {
    "small-lstm": {"cell": "lstm", "hidden_size": 16},
    "small-gru": {"cell": "gru", "hidden_size": 24, "layers": 2},
    "small-rnn": {"cell": "rnn", "hidden_size": 32},
    "large-lstm": {"cell": "lstm", "hidden_size": 512, "layers": 2},
    "large-mlp": {"cell": "mlp", "hidden_size": 1024, "layers": 3},
}
SETTINGS = ["--carousel.backend=scalar", "--carousel.models.cache-bytes=1KB", "--logging.level.root=WARN"]
OPTIONS = ["-Xmx1g", "-XX:TieredStopAtLevel=1"]

# When to kill, and in how many of a hundred rounds.
MOMENTS = {"model": 54, "told": 10, "file": 8, "upload": 8, "any": 12, "idle": 3, "starting": 5}
LONGEST = 20  # seconds that a moment is waited for
MOST_MODELS, MOST_FILES = 12, 12
BROKEN = (OSError, http.client.HTTPException)


class Fault(Exception):
    """Something that a client was told of is not so."""


class Known:
    """What clients were told. Under a lock, because several write."""

    def __init__(self, directory):
        self.path = os.path.join(directory, "known.json")
        self.lock = threading.RLock()
        self.models = {}  # id: kind
        self.files = {}  # id: SHA-256
        self.sent = set()  # SHA-256 of all files that were sent, told or not
        self.leaving = set()  # ids whose deletion was asked for and not answered
        self.gone = set()  # ids whose deletion was answered
        self.probabilities = {}  # by kind
        self.kills = collections.Counter()
        self.checked = collections.Counter()
        self.rounds = 0
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                for name, value in json.load(file).items():
                    setattr(self, name, type(getattr(self, name))(value))

    def save(self):
        state = {name: list(value) if isinstance(value, set) else value
                 for name, value in vars(self).items() if name not in ("path", "lock")}
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(state, file)


def kind_of(model):
    """The kind that a model's id names: up-<kind>-<8 hex> where it was uploaded."""
    return model.rsplit("-", 1)[0].removeprefix("up-")


def job(kind):
    return {
        "dataset": {"text": TEXT}, "architecture": JOBS[kind], "suffix": kind, "seed": 7, "validation_split": 0,
        "training": {"epochs": 1, "max_steps": 1 if kind.startswith("large") else 3, "batch_size": 2, "sequence_length": 8,
                     "optimizer": {"type": "sgd", "learning_rate": 0.01}},
    }


class Busy:
    """Clients that keep the service busy until it is killed."""

    def __init__(self, service, known, references, draw, started):
        self.client = service.client
        self.known = known
        self.references = references
        self.over = threading.Event()
        self.told = threading.Event()
        self.jobs = {}  # id: status, as last seen in this round
        self.faults = []
        acts = (self.train, self.upload_files, self.upload_models, self.delete)
        self.threads = [threading.Thread(target=self.work, args=(act, random.Random(draw.random())), daemon=True)
                        for act in acts if started]
        for thread in self.threads:
            thread.start()

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(30)
        if self.faults:
            raise self.faults[0]

    def work(self, act, draw):
        while not self.over.is_set():
            try:
                act(draw)
            except BROKEN:
                pass  # killed
            except Exception as fault:  # pylint: disable=broad-except
                self.faults.append(fault)
                return

    def expect(self, answer, *statuses):
        if answer.status not in statuses:
            raise Fault(f"expected {statuses}, found {answer.status} {answer.body[:300]!r}")
        return answer

    def train(self, draw):
        """Keeps some jobs in the queue, and learns of models from jobs that have succeeded."""
        waiting = sum(status not in ("succeeded", "failed") for status in self.jobs.values())
        for _ in range(3 - waiting):
            created = self.expect(self.client.post("/v1/training/jobs", job(draw.choice(list(JOBS)))), 202).json()
            self.jobs[created["id"]] = created["status"]
        for found in self.client.get("/v1/training/jobs?limit=20").json()["data"]:
            if found["status"] == "failed":
                raise Fault(f"a job failed: {found['error']}")
            if found["status"] == "succeeded" and self.jobs.get(found["id"]) != "succeeded":
                with self.known.lock:
                    self.known.models[found["fine_tuned_model"]] = kind_of(found["fine_tuned_model"])
                self.told.set()
            self.jobs[found["id"]] = found["status"]
        self.over.wait(0.02)

    def upload_files(self, draw):
        content = (f"{draw.random()} " + TEXT).encode() * draw.choice([1, 1, 100, 20000])
        digest = hashlib.sha256(content).hexdigest()
        with self.known.lock:
            self.known.sent.add(digest)
        answer = self.expect(self.client.upload("/v1/files", "kill.txt", content, {"purpose": "train"}), 200).json()
        if answer["sha256"] != digest:
            raise Fault(f"{answer['id']}: expected the SHA-256 {digest}, found {answer['sha256']}")
        with self.known.lock:
            self.known.files[answer["id"]] = digest
        self.over.wait(draw.random() * 0.2)

    def upload_models(self, draw):
        kind = draw.choice(list(JOBS))
        content = Path(self.references, kind).read_bytes()
        answer = self.expect(self.client.upload("/v1/models", "model.safetensors", content, {"suffix": "up-" + kind}), 201).json()
        with self.known.lock:
            self.known.models[answer["id"]] = kind
        self.over.wait(draw.random() * 0.2)

    def delete(self, draw):
        """Deletes something where there is much; sometimes lists, which tells of models and files, too."""
        for path, entries, most in (("/v1/models/", self.known.models, MOST_MODELS), ("/v1/files/", self.known.files, MOST_FILES)):
            with self.known.lock:
                id_ = draw.choice(sorted(entries)) if len(entries) > most else None
                if id_:
                    entries.pop(id_)
                    self.known.leaving.add(id_)
            if id_:
                self.expect(self.client.delete(path + id_), 200)
                with self.known.lock:
                    self.known.leaving.discard(id_)
                    self.known.gone.add(id_)
        self.over.wait(draw.random() * 0.1)


def temporary(data, *parts):
    """Temporary files in these parts of the storage."""
    found = []
    for part in parts:
        try:
            found += [entry.path for entry in os.scandir(os.path.join(data, part)) if entry.name.endswith(".tmp")]
        except FileNotFoundError:
            pass
    return found


def await_moment(moment, data, busy, draw):
    """Returns at the moment to kill."""
    deadline = time.monotonic() + LONGEST
    time.sleep(draw.random() * 0.3)
    if moment == "any":
        time.sleep(draw.random() * 2)
    elif moment == "told":
        busy.told.clear()
        busy.told.wait(LONGEST)
    elif moment in ("model", "file", "upload"):
        part = moment + "s"
        while temporary(data, part) and time.monotonic() < deadline:
            time.sleep(0.0005)  # the beginning of one is waited for
        while not temporary(data, part) and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(draw.random() ** 2 * 0.02)  # what is small takes less


def state(data, busy):
    """What the kill has cut off, by what it has left; several at a time, as clients work side by side."""
    left = []
    if temporary(data, "models"):
        left.append("writing a model")
    if temporary(data, "files"):
        left.append("writing a file")
    if temporary(data, "uploads"):
        left.append("taking a model in")
    if any(Path(data, "spool").rglob("upload_*")):
        left.append("spooling")
    names = {entry.name for entry in os.scandir(os.path.join(data, "files"))}
    if any(name.endswith(".data") and name.replace(".data", ".json") not in names for name in names):
        left.append("between a file and its description")
    if busy and any(status == "running" for status in busy.jobs.values()):
        left.append("training")  # as far as a client had heard
    return left or ["idle"]


def check(service, data, known, log):
    """Compares the service with what is known, and learns what else is there."""
    client = service.client
    left = temporary(data, "models", "files", "uploads")
    if left:
        raise Fault(f"temporary files are left after the start: {left}")
    spooled = [str(path) for path in Path(data, "spool").rglob("upload_*")]
    if spooled:
        raise Fault(f"uploads of before are left after the start: {spooled}")
    log_text = Path(log).read_text(encoding="utf-8", errors="replace")
    if "is damaged" in log_text:
        raise Fault(f"something is damaged, see {log}")
    check_models(client, known)
    check_files(client, data, known)


def check_models(client, known):
    listed = {model["id"] for model in client.listed("/v1/models")}
    missing = set(known.models) - listed
    if missing:
        raise Fault(f"models that a client was told of are not there: {sorted(missing)}")
    if listed & known.gone:
        raise Fault(f"models are there that a client was told were deleted: {sorted(listed & known.gone)}")
    for id_ in listed:
        kind = kind_of(id_)
        expected = [tuple(pair) for pair in known.probabilities[kind]]
        if client.probabilities(id_, PROMPT) != expected:
            raise Fault(f"{id_} gives other probabilities than before")
        known.checked["models that were told of" if id_ in known.models else "models that were not"] += 1
        known.models[id_] = kind  # the list has told of it
        known.leaving.discard(id_)


def check_files(client, data, known):
    listed = {file["id"]: file for file in client.listed("/v1/files")}
    missing = set(known.files) - set(listed)
    if missing:
        raise Fault(f"files that a client was told of are not there: {sorted(missing)}")
    if set(listed) & known.gone:
        raise Fault(f"files are there that a client was told were deleted: {sorted(set(listed) & known.gone)}")
    for id_, file in listed.items():
        content = client.get(f"/v1/files/{id_}/content", "*/*").body
        digest = hashlib.sha256(content).hexdigest()
        if digest not in known.sent or digest != known.files.get(id_, digest) or digest != file["sha256"]:
            raise Fault(f"{id_} has other bytes than were sent")
        known.checked["files that were told of" if id_ in known.files else "files that were not"] += 1
        known.files[id_] = digest
        known.leaving.discard(id_)
    on_disk = {name.name for name in os.scandir(os.path.join(data, "files"))}
    if on_disk != {id_ + end for id_ in listed for end in (".data", ".json")}:
        raise Fault(f"expected the listed files alone in the directory, found {sorted(on_disk)}")


def prepare(service, known, references):
    """One model of each kind, before anything is killed: its file, and what it says comes next."""
    client = service.client
    for kind in JOBS:
        created = client.post("/v1/training/jobs", job(kind)).json()
        while created["status"] not in ("succeeded", "failed"):
            time.sleep(0.05)
            created = client.get("/v1/training/jobs/" + created["id"]).json()
        model = created["fine_tuned_model"]
        if model is None:
            raise SystemExit(f"the job of the kind {kind} failed: {created['error']}")
        known.models[model] = kind
        known.probabilities[kind] = client.probabilities(model, PROMPT)
        Path(references, kind).write_bytes(client.get(f"/v1/models/{model}/content", "*/*").body)


def round_(command, directory, data, known, draw, log):
    """Starts, checks, keeps busy and kills; the moment that was waited for, and what was cut off."""
    settings = [*SETTINGS, "--carousel.storage.directory=" + data]
    moment = draw.choices(list(MOMENTS), list(MOMENTS.values()))[0]
    Path(log).write_bytes(b"")
    if moment == "starting":
        starting = Service(command, settings, log, wait=False)
        time.sleep(draw.random() * 3)
        starting.kill()
        return moment, ["starting"]
    service = Service(command, settings, log)
    busy = None
    try:
        check(service, data, known, log)
        busy = Busy(service, known, os.path.join(directory, "references"), draw, moment != "idle")
        await_moment(moment, data, busy, draw)
    finally:
        service.kill()
        if busy:
            busy.end()
    return moment, state(data, busy)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", help="of the data, the log and the state; default a temporary one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kill-nine-") as scratch:
        directory = arguments.directory or scratch
        data, references, spool = (os.path.join(directory, name) for name in ("data", "references", "tmp"))
        for path in (data, references, spool):
            os.makedirs(path, exist_ok=True)
        log = os.path.join(directory, "service.log")
        command = cached_command(packaged_jar(), directory, [*OPTIONS, "-Djava.io.tmpdir=" + spool])
        settings = [*SETTINGS, "--carousel.storage.directory=" + data]
        known = Known(directory)
        if not known.rounds:
            service = Service(command, settings, log)
            try:
                prepare(service, known, references)
            finally:
                service.kill()
        begin = time.monotonic()
        for _ in range(arguments.rounds):
            known.rounds += 1
            moment, cut = round_(command, directory, data, known, random.Random(f"{arguments.seed} {known.rounds}"), log)
            known.kills.update(cut)
            known.save()
            print(f"{known.rounds}: {moment}: killed {' and '.join(cut)}; {len(known.models)} models and {len(known.files)} files told of", flush=True)
        service = Service(command, settings, log)
        try:
            check(service, data, known, log)
        finally:
            code = service.stop()
        known.save()
        spooled = sum(path.stat().st_size for path in Path(spool).rglob("*") if path.is_file() and "hsperf" not in str(path))
        print(f"\n{known.rounds} kills so far, these {arguments.rounds} in {time.monotonic() - begin:.0f} s; then a stop: exit code {code}")
        for what, count in sorted(known.kills.items(), key=lambda entry: -entry[1]):
            print(f"  {count:4} {what}")
        print(f"checked: {dict(known.checked)}; deleted: {len(known.gone)}; {spooled} bytes left in the directory for temporary files")


if __name__ == "__main__":
    try:
        main()
    except (Fault, AssertionError) as fault_:
        print("FAULT:", fault_)
        sys.exit(1)
