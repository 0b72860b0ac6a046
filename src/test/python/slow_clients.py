#!/usr/bin/env python3
"""Slow-reading and half-open clients, while a well-behaved one goes on predicting.

    python3 src/test/python/slow_clients.py [--base http://localhost:8080] [--key KEY] [--pid PID]
        [--clients 200] [--seconds 90] [--file-bytes 20000000]

Needs nothing but Python's library. Trains a model, keeps a job running for streams of events, and measures predictions of the one
client alone. Then it opens as many connections as --clients says of each kind, and measures again:

    headers   sends the head of a request, one byte a second
    body      sends half of a body and falls silent
    download  asks for a large file and reads one byte a second
    events    follows a job's events and reads one byte a second
    silent    connects and says nothing
    idle      asks once and keeps the connection
    gone      asks for the large file and resets the connection (SO_LINGER 0), every ten seconds

Prints for each kind how many the service has closed by itself and after how many seconds, the latencies before, during and after, and
threads, open files (of /proc/PID/fd with --pid) and heap. Exits with 1 where a prediction failed, the 99th percentile during the
attack is over --most-p99 seconds, or open files and threads are not back where they were ten seconds after the last client has left.
"""

import argparse
import collections
import http.client
import json
import multiprocessing
import os
import socket
import statistics
import struct
import sys
import threading
import time

from service import Client

JOBS = "/v1/training/jobs"
TEXT = "the cat sat on the mat and the dog ran to the cat "
SPARE_FILES, SPARE_THREADS = 8, 4
MEASURED_SECONDS = 15
GONE_EVERY = 10


def expected(answer):
    """The answer, unless it is no success, which is an OSError."""
    if answer.status >= 300:
        raise OSError(f"{answer.status} {answer.body[:300]}")
    return answer


def train(service, epochs, hidden):
    body = {"dataset": {"text": TEXT * 40}, "architecture": {"hidden_size": hidden}, "training": {"epochs": epochs, "batch_size": 4, "sequence_length": 16}}
    return expected(service.post(JOBS, body)).json()["id"]


def meters(service, pid):
    text = expected(service.get("/actuator/prometheus", accept="text/plain")).body.decode()

    def total(meter):
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(meter))

    files = len(os.listdir(f"/proc/{pid}/fd")) if pid else total("process_files_open_files")
    return {"threads": total("jvm_threads_live_threads"), "open files": files, "heap MB": total('jvm_memory_used_bytes{area="heap"') / 1e6}


class Predictor:
    """Predicts again and again on one kept connection, and keeps the times; a process, so that it waits for no slow client."""

    def __init__(self, service, model):
        self.service, self.path = service, f"/v1/models/{model}/predictions"
        self.times, self.failures = [], []
        self.over, self.found = multiprocessing.Event(), multiprocessing.SimpleQueue()
        self.process = multiprocessing.Process(target=self._run, daemon=True)
        self.process.start()

    def _run(self):
        connection = http.client.HTTPConnection(self.service.host, self.service.port, timeout=self.service.timeout)
        body, headers = json.dumps({"inputs": ["the cat sat on the "]}), self.service.headers | {"Content-Type": "application/json"}
        while not self.over.is_set():
            start = time.monotonic()
            try:
                connection.request("POST", self.path, body, headers)
                response = connection.getresponse()
                content = response.read()
                if response.status != 200:
                    raise OSError(f"{response.status} {content[:300]}")
                self.times.append(time.monotonic() - start)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{type(error).__name__}: {error}")
                connection.close()
            time.sleep(0.01)
        self.found.put((self.times, self.failures))

    def summary(self):
        times = sorted(self.times) or [float("nan")]
        return f"{len(self.times)} predictions, {len(self.failures)} failed; ms: median {1e3 * statistics.median(times):.1f}, p99 {1e3 * self.p99():.1f}, slowest {1e3 * times[-1]:.1f}"

    def p99(self):
        times = sorted(self.times) or [float("inf")]
        return times[int(0.99 * (len(times) - 1))]

    def end(self):
        self.over.set()
        self.times, self.failures = self.found.get()
        self.process.join()
        return self


class SlowClient:
    """One connection of a slow client: what it sends at once, what byte by byte, and whether it reads."""

    def __init__(self, kind, address, at_once, slowly=b"", reads=False):
        self.kind, self.address, self.at_once, self.slowly, self.reads = kind, address, at_once, slowly, reads
        self.socket, self.opened, self.closed = None, 0.0, None

    def open(self):
        self.socket = socket.socket()
        if self.reads:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(10)
        self.opened, self.closed = time.monotonic(), None
        try:
            self.socket.connect(self.address)
            self.socket.sendall(self.at_once)
        except OSError:
            self.closed = time.monotonic()
        self.socket.setblocking(False)

    def step(self):
        """What it does in a second."""
        if self.closed is not None:
            return
        try:
            if self.slowly:
                self.socket.send(self.slowly[:1])
                self.slowly = self.slowly[1:]
            if self.reads:
                if not self.socket.recv(1):
                    raise ConnectionResetError
        except BlockingIOError:
            pass
        except OSError:
            self.closed = time.monotonic()

    def reset(self):
        """Vanishes without a farewell: what is on its way is answered with RST."""
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        self.socket.close()


def clients(service, arguments, file, model, job):
    """All connections, kind by kind."""
    address = (service.host, service.port)
    extra = "".join(f"{name}: {value}\r\n" for name, value in service.headers.items())

    def head(line, more=""):
        return f"{line} HTTP/1.1\r\nHost: slow\r\n{extra}{more}\r\n".encode()

    prediction = f"POST /v1/models/{model}/predictions"
    length = "Content-Type: application/json\r\nContent-Length: 2000\r\n"
    download = head(f"GET /v1/files/{file}/content")
    made = {
        "headers": lambda: SlowClient("headers", address, b"", head("GET /v1/files", "X: " + "x" * 4000 + "\r\n")),
        "body": lambda: SlowClient("body", address, head(prediction, length) + b'{"inputs": ["' + b"a" * 987),
        "download": lambda: SlowClient("download", address, download, reads=True),
        "events": lambda: SlowClient("events", address, head(f"GET {JOBS}/{job}/events", "Accept: text/event-stream\r\n"), reads=True),
        "silent": lambda: SlowClient("silent", address, b""),
        "idle": lambda: SlowClient("idle", address, head("GET /v1/files")),
        "gone": lambda: SlowClient("gone", address, download),
    }
    return [make() for make in made.values() for _ in range(arguments.clients)]


def closed_by_service(client):
    """Whether the other side has ended the connection of one that does not read for itself."""
    try:
        while client.socket.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def attack(slow, seconds):
    """Opens them all, and lets each do what it does, a step a second."""
    for client in slow:
        client.open()
    end = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < end:
        start = time.monotonic()
        turn += 1
        for number, client in enumerate(slow):
            client.step()
            if client.kind == "gone":
                if (number + turn) % GONE_EVERY == 0:
                    client.reset()
                    client.open()
            elif client.closed is None and not client.reads and closed_by_service(client):
                client.closed = time.monotonic()
        time.sleep(max(0.0, 1 - (time.monotonic() - start)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://localhost:8080")
    parser.add_argument("--key", default=None)
    parser.add_argument("--pid", default=None, help="process of the service, to count its open files")
    parser.add_argument("--clients", type=int, default=200, help="connections of each kind")
    parser.add_argument("--seconds", type=int, default=90)
    parser.add_argument("--file-bytes", type=int, default=20_000_000)
    parser.add_argument("--most-p99", type=float, default=0.25, help="seconds")
    arguments = parser.parse_args()
    service = Client(arguments.base, arguments.key, timeout=30)
    content = (TEXT * (arguments.file_bytes // len(TEXT) + 1)).encode()[: arguments.file_bytes]
    file = expected(service.upload("/v1/files", "a.txt", content, {"purpose": "train"})).json()["id"]
    first = train(service, 1, 16)
    while (state := expected(service.get(f"{JOBS}/{first}")).json())["status"] != "succeeded":
        time.sleep(0.2)
    model, job = state["fine_tuned_model"], train(service, 1000, 64)
    measured(service, model, 5)  # the JIT compiler's share
    before, meters_before = measured(service, model, MEASURED_SECONDS), meters(service, arguments.pid)

    predictor = Predictor(service, model)
    slow = clients(service, arguments, file, model, job)
    sampler = Sampler(service, arguments.pid)
    sampler.start()
    attack(slow, arguments.seconds)
    during, peak = predictor.end(), sampler.end()
    print(f"{len(slow)} slow connections for {arguments.seconds} s")
    for kind, of_kind in group(slow).items():
        ages = sorted(client.closed - client.opened for client in of_kind if client.closed is not None)
        after = f", after {ages[0]:.0f} to {ages[-1]:.0f} s" if ages else ""
        print(f"  {kind:<9} {len(ages)} of {len(of_kind)} closed by the service{after}" if kind != "gone" else f"  {kind:<9} reset every ten seconds")
    for client in slow:
        client.reset()
    after = measured(service, model, 10)
    meters_after = meters(service, arguments.pid)
    for name, one in (("before", before), ("during", during), ("after", after)):
        print(f"{name}: {one.summary()}")
    for meter, value in meters_before.items():
        print(f"{meter}: {value:.0f} before, {peak[meter]:.0f} at the most, {meters_after[meter]:.0f} ten seconds after")
    cancelled = service.send("POST", f"{JOBS}/{job}/cancel")
    if cancelled.code() != "invalid_state":  # a fast machine is through with it
        expected(cancelled)
    expected(service.delete(f"/v1/files/{file}"))
    failures = [f"a prediction failed: {text}" for one in (before, during, after) for text in one.failures[:3]]
    if during.p99() > arguments.most_p99:
        failures.append(f"p99 of predictions: expected at most {arguments.most_p99} s, found {during.p99():.3f}")
    for meter, spare in (("open files", SPARE_FILES), ("threads", SPARE_THREADS)):
        if meters_after[meter] > meters_before[meter] + spare:
            failures.append(f"{meter}: expected at most {meters_before[meter]:.0f} + {spare}, found {meters_after[meter]:.0f}")
    print("\n".join("FAULT: " + failure for failure in failures) or "no fault")
    sys.exit(1 if failures else 0)


class Sampler(threading.Thread):
    """The greatest of each meter."""

    def __init__(self, service, pid):
        super().__init__(daemon=True)
        self.service, self.pid, self.most, self.over = service, pid, collections.Counter(), threading.Event()

    def run(self):
        while not self.over.wait(2):
            try:
                for meter, value in meters(self.service, self.pid).items():
                    self.most[meter] = max(self.most[meter], value)
            except (OSError, http.client.HTTPException) as error:
                print("meters could not be read:", error)

    def end(self):
        self.over.set()
        self.join()
        return self.most


def measured(service, model, seconds):
    predictor = Predictor(service, model)
    time.sleep(seconds)
    return predictor.end()


def group(slow):
    kinds = collections.defaultdict(list)
    for client in slow:
        kinds[client.kind].append(client)
    return kinds


if __name__ == "__main__":
    main()
