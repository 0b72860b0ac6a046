#!/usr/bin/env python3
"""Random and schema-derived requests against every operation of a running service.

    python3 src/test/python/fuzz_requests.py [--base http://localhost:8080] [--key KEY] [--requests 50000]
        [--seed 1] [--threads 4] [--time-limit 30] [--bodies DIRECTORY]

Needs the package jsonschema. Reads /v3/api-docs, and sends to each operation what its schemas allow and what they do not: wrong
types, missing and unknown fields, edges of numbers, NaN, nesting, long strings, invalid UTF-8, duplicate keys, wrong media types,
broken uploads, ids that leave their path, odd queries, headers and methods. Now and then it goes the whole way with things that
exist: upload, train, follow, predict, score, report, figures, compare, contrast. After every answer:

- no status of 500 or above that the operation does not declare, and an answer within the time limit (seconds)
- a status that the operation declares by its number; "default" does not count
- an error is application/problem+json of the declared schema, with a code and a detail that says nothing of the inside
- a success has a declared media type, and JSON is as its schema says, a figure is well-formed
- a body that the description refuses is not accepted, and one that it allows is not refused for its form

At the end the service must be live, and train and predict as it did at the beginning. Prints a table of the operations and, of each
kind of fault, the curl command of the first; exits with 1 where there is a fault. It deletes, cancels and fills up what it finds:
use a service of its own, with small limits (see the README).
"""

import argparse
import collections
import http.client
import json
import random
import re
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

import fuzz_life
from fuzz_build import BODY_METHODS, Builder, Operation
from fuzz_checks import Checks
from fuzz_wire import Connection, NoAnswer, Request

LIFE_EVERY = 400
METERS = ("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_files_open_files", "carousel_native_memory_bytes")


class Known:
    """Ids of what exists, most likely: the newest that answers have named."""

    COLLECTIONS = {
        "/v1/files/": "file-", "/v1/training/jobs/": "job-", "/v1/fine_tuning/jobs/": "job-", "/v1/gradient-reports/": "report-",
        "/v1/gradient-reports/comparisons/": "comparison-", "/v1/gradient-reports/contrasts/": "contrast-", "/v1/models/": "model",
    }

    def __init__(self):
        self.ids = collections.defaultdict(lambda: collections.deque(maxlen=20))

    def of(self, prefix):
        return list(self.ids[self.COLLECTIONS.get(prefix)])

    def learn(self, name):
        kind = next((k for k in set(self.COLLECTIONS.values()) if name.startswith(k)), "model")
        if name not in self.ids[kind]:
            self.ids[kind].append(name)


class Figures:
    """What became of the requests to one operation."""

    def __init__(self):
        self.statuses = collections.Counter()
        self.slowest = 0.0
        self.described = 0


class Run:
    """All that the threads share."""

    def __init__(self, arguments):
        url = urllib.parse.urlsplit(arguments.base)
        self.arguments = arguments
        self.base = arguments.base.rstrip("/")
        self.host, self.port = url.hostname, url.port or 80
        self.document = json.loads(self.get("/v3/api-docs"))
        self.operations = [
            Operation(method, path, description)
            for path, item in self.document["paths"].items()
            for method, description in item.items()
            if method in BODY_METHODS + ("get", "delete", "head", "options")
        ]
        self.checks = Checks(self.document)
        self.known = Known()
        self.builder = Builder(self.document, self.known, arguments.key)
        self.figures = {operation.name: Figures() for operation in self.operations}
        self.faults = {}
        self.lock = threading.Lock()
        self.count = 0

    def get(self, path):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.arguments.time_limit)
        connection.request("GET", path, headers=self.authorization())
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"GET {path}: {answer.status} {body[:300]}")
        return body

    def authorization(self):
        return {"Authorization": "Bearer " + self.arguments.key} if self.arguments.key else {}

    def send(self, connection, operation, request, learn=True):
        """Sends, checks and counts, and may remember what was made; the answer, or None where there was none."""
        faults, answer = [], None
        try:
            answer = connection.send(request)
            faults = self.checks.faults(operation, request, answer)
        except NoAnswer as error:
            faults = [f"no answer: {error}"]
        with self.lock:
            self.count += 1
            figures = self.figures[operation.name]
            figures.statuses[answer.status if answer else 0] += 1
            figures.slowest = max(figures.slowest, answer.seconds if answer else self.arguments.time_limit)
            figures.described += not request.kinds
            for fault in faults:
                self.note(operation, request, answer, fault)
        if learn and answer and request.method == "POST" and operation.method == "post" and answer.status in (200, 201, 202) and answer.type == "application/json":
            created = answer.json()
            if isinstance(created.get("id"), str):
                self.known.learn(created["id"])
        return answer

    def note(self, operation, request, answer, fault):
        """Keeps the first of each kind of fault, and counts the others."""
        signature = (operation.name, re.sub(r"[0-9a-f]{8,}|\d+|\"[^\"]*\"|'[^']*'", "#", fault)[:90])
        if signature in self.faults:
            self.faults[signature][0] += 1
            return
        file = Path(self.arguments.bodies) / f"body-{len(self.faults)}.bin"
        curl = request.curl(self.base, file)
        said = answer.body[:400].decode("utf-8", "replace") if answer else ""
        self.faults[signature] = [1, f"{operation.name}: {fault}\n  odd: {request.kinds}\n  {curl[:3000]}\n  {answer.status if answer else '-'} {said}"]


def work(run, index, requests):
    """One thread's share. Draws from a generator of its own for each request, so that one can be drawn again."""
    connection = Connection(run.host, run.port, run.arguments.time_limit)
    for number in range(requests):
        draws = random.Random(f"{run.arguments.seed}/{index}/{number}")
        if number % LIFE_EVERY == 0:
            lived(run, fuzz_life.Client(run, connection), draws)
        operation = draws.choice(run.operations)
        answer = run.send(connection, operation, run.builder.build(operation, draws))
        if answer and answer.status == 429:
            fuzz_life.make_room(fuzz_life.Client(run, connection), operation.path)
    connection.close()


def lived(run, client, draws):
    """What the new model predicts; that the whole way is open is one of the things that are checked."""
    try:
        return fuzz_life.live(client, draws)
    except (AssertionError, AttributeError, KeyError, TypeError) as error:
        with run.lock:
            run.faults.setdefault(("life", str(error)[:90]), [0, f"the whole way: {type(error).__name__}: {error}"])[0] += 1
        return None


def meters(run):
    """What the service says of its memory, threads and files."""
    text = run.get("/actuator/prometheus").decode()
    return {
        meter: sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if re.match(meter + r"[ {]", line))
        for meter in METERS
    }


def table(run):
    print(f"{'operation':<62} requests  as described   2xx   3xx   4xx   5xx  none  slowest s")
    for name, figures in sorted(run.figures.items()):
        classes = [sum(n for s, n in figures.statuses.items() if s // 100 == c) for c in (2, 3, 4, 5, 0)]
        print(f"{name:<62} {sum(figures.statuses.values()):>8} {figures.described:>13}" + "".join(f"{n:>6}" for n in classes) + f"{figures.slowest:>11.2f}")
    statuses = collections.Counter()
    for figures in run.figures.values():
        statuses.update(figures.statuses)
    print("all:", ", ".join(f"{n} x {s or 'no answer'}" for s, n in sorted(statuses.items())))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://localhost:8080")
    parser.add_argument("--key", default=None, help="an API key")
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--time-limit", type=float, default=30.0, help="seconds for an answer")
    parser.add_argument("--bodies", default=tempfile.gettempdir(), help="where bodies are kept that curl needs as files")
    arguments = parser.parse_args()
    run = Run(arguments)
    client = fuzz_life.Client(run, Connection(run.host, run.port, arguments.time_limit))
    before, meters_before = lived(run, client, random.Random(arguments.seed)), meters(run)
    start = time.monotonic()
    failures = []
    threads = [
        threading.Thread(target=guarded, args=(failures, run, index, arguments.requests // arguments.threads), daemon=True)
        for index in range(arguments.threads)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.2)
    seconds = time.monotonic() - start
    fuzz_life.make_room(client, "/v1/training/jobs")
    after = lived(run, client, random.Random(arguments.seed))
    for probe in ("liveness", "readiness"):
        run.get("/actuator/health/" + probe)
    table(run)
    print(f"{run.count} requests to {len(run.operations)} operations in {seconds:.0f} s, seed {arguments.seed}, at most {arguments.time_limit:g} s each")
    for meter, value in meters(run).items():
        print(f"{meter}: {meters_before[meter]:.0f} before, {value:.0f} after")
    if before != after:
        failures.append(f"predicts otherwise than at the beginning:\n{before}\n{after}")
    for count, text in run.faults.values():
        print(f"\nFAULT, {count} times: {text}")
    for failure in failures:
        print("\nFAULT:", failure)
    print(f"\n{len(run.faults) + len(failures)} kinds of fault")
    sys.exit(1 if run.faults or failures else 0)


def guarded(failures, run, *arguments):
    """A thread that ends early is a failure of the run, not a shorter run."""
    try:
        work(run, *arguments)
    except BaseException as error:
        failures.append(f"a thread ended: {type(error).__name__}: {error}")
        raise


if __name__ == "__main__":
    main()
