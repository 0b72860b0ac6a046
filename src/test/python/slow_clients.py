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
import urllib.parse

JOBS = "/v1/training/jobs"
TEXT = "the cat sat on the mat and the dog ran to the cat "
SPARE_FILES, SPARE_THREADS = 8, 4
MEASURED_SECONDS = 15
GONE_EVERY = 10


class Service:
    """The service under test, as a well-behaved client sees it."""

    def __init__(self, base, key, pid):
        url = urllib.parse.urlsplit(base)
        self.address = (url.hostname, url.port or 80)
        self.headers = {"Authorization": "Bearer " + key} if key else {}
        self.pid = pid

    def call(self, method, path, body=None, headers=(), connection=None):
        kept = connection or http.client.HTTPConnection(*self.address, timeout=30)
        headers = self.headers | ({"Content-Type": "application/json"} if isinstance(body, dict) else {}) | dict(headers)
        kept.request(method, path, json.dumps(body) if isinstance(body, dict) else body, headers)
        answer = kept.getresponse()
        content = answer.read()
        if connection is None:
            kept.close()
        if answer.status >= 300:
            raise OSError(f"{method} {path}: {answer.status} {content[:300]}")
        return content

    def json(self, *arguments, **named):
        return json.loads(self.call(*arguments, **named))

    def upload(self, content):
        body = (b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\ntrain\r\n'
                b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + content + b"\r\n--b--\r\n")
        return self.json("POST", "/v1/files", body, {"Content-Type": "multipart/form-data; boundary=b"})["id"]

    def train(self, epochs, hidden):
        body = {"dataset": {"text": TEXT * 40}, "architecture": {"hidden_size": hidden}, "training": {"epochs": epochs, "batch_size": 4, "sequence_length": 16}}
        return self.json("POST", JOBS, body)["id"]

    def meters(self):
        text = self.call("GET", "/actuator/prometheus").decode()

        def total(meter):
            return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(meter))

        files = len(os.listdir(f"/proc/{self.pid}/fd")) if self.pid else total("process_files_open_files")
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
        connection = http.client.HTTPConnection(*self.service.address, timeout=30)
        while not self.over.is_set():
            start = time.monotonic()
            try:
                self.service.call("POST", self.path, {"inputs": ["the cat sat on the "]}, connection=connection)
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


class Client:
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
    extra = "".join(f"{name}: {value}\r\n" for name, value in service.headers.items())

    def head(line, more=""):
        return f"{line} HTTP/1.1\r\nHost: slow\r\n{extra}{more}\r\n".encode()

    prediction = f"POST /v1/models/{model}/predictions"
    length = "Content-Type: application/json\r\nContent-Length: 2000\r\n"
    download = head(f"GET /v1/files/{file}/content")
    made = {
        "headers": lambda: Client("headers", service.address, b"", head("GET /v1/files", "X: " + "x" * 4000 + "\r\n")),
        "body": lambda: Client("body", service.address, head(prediction, length) + b'{"inputs": ["' + b"a" * 987),
        "download": lambda: Client("download", service.address, download, reads=True),
        "events": lambda: Client("events", service.address, head(f"GET {JOBS}/{job}/events", "Accept: text/event-stream\r\n"), reads=True),
        "silent": lambda: Client("silent", service.address, b""),
        "idle": lambda: Client("idle", service.address, head("GET /v1/files")),
        "gone": lambda: Client("gone", service.address, download),
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
    service = Service(arguments.base, arguments.key, arguments.pid)
    file = service.upload((TEXT * (arguments.file_bytes // len(TEXT) + 1)).encode()[: arguments.file_bytes])
    first = service.train(1, 16)
    while (state := service.json("GET", f"{JOBS}/{first}"))["status"] != "succeeded":
        time.sleep(0.2)
    model, job = state["fine_tuned_model"], service.train(1000, 64)
    measured(service, model, 5)  # the JIT compiler's share
    before, meters_before = measured(service, model, MEASURED_SECONDS), service.meters()

    predictor = Predictor(service, model)
    slow = clients(service, arguments, file, model, job)
    sampler = Sampler(service)
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
    meters_after = service.meters()
    for name, one in (("before", before), ("during", during), ("after", after)):
        print(f"{name}: {one.summary()}")
    for meter, value in meters_before.items():
        print(f"{meter}: {value:.0f} before, {peak[meter]:.0f} at the most, {meters_after[meter]:.0f} ten seconds after")
    try:
        service.call("POST", f"{JOBS}/{job}/cancel")
    except OSError as error:
        if "has not ended" not in str(error):  # a fast machine is through with it
            raise
    service.call("DELETE", f"/v1/files/{file}")
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

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service, self.most, self.over = service, collections.Counter(), threading.Event()

    def run(self):
        while not self.over.wait(2):
            try:
                for meter, value in self.service.meters().items():
                    self.most[meter] = max(self.most[meter], value)
            except OSError as error:
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
