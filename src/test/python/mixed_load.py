"""An hour of everything at once: does the service's memory stay flat?

    python3 src/test/python/mixed_load.py --minutes 60                                  # starts the packaged jar, -Xmx512m
    python3 src/test/python/mixed_load.py --base http://localhost:8080 --pid 1234       # one that runs, with native memory tracking

Trains small models of all cells one after another, on texts, events, uploads and synthetic corpora, watched and not, followed as
streams, cancelled, deleted; meanwhile asks for predictions, continuations, scores, gradient reports of every part, comparisons,
contrasts, pages and figures, uploads and downloads files and models, breaks streams off and sends what is malformed. Every
request's answer has to be one that it may have.

Prints a row for each five minutes, and at the end, by least squares over all samples after the first minutes (--settle), how fast
the live heap (used right after a collection that jcmd asks for) and the resident memory without compiled code grow. Compiled code,
as the JVM's native memory tracking counts it, is told by itself: for hours the JIT finds a path that has become frequent enough,
ever more seldom, and -XX:ReservedCodeCacheSize bounds it. Ends with 1 where either grows faster than it may, where anything was
answered 5xx or wrongly, or where the service went away.

A service that this starts has its heap touched beforehand, so that resident memory grows by native memory alone, and keeps few
results (--carousel.jobs.retained=20 ...), so that its stores are full before the measurement begins: what they hold by default
would take them hours to reach. --setting adds to that or overrides it. Needs nothing but Python's library and a JDK's jcmd.
"""

import argparse
import collections
import json
import math
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import traceback

from service import Client, Service, jar_command, jcmd, packaged_jar

SETTINGS = [
    "--carousel.threads=1",
    "--carousel.predictions.threads=1",
    "--carousel.jobs.retained=20",
    "--carousel.reports.retained=20",
    "--carousel.comparisons.retained=10",
    "--carousel.contrasts.retained=10",
    "--carousel.models.cache-bytes=16MB",
    "--carousel.idempotency.max-bytes=1MB",
    "--logging.level.root=WARN",
]
SAMPLE_SECONDS = 10
MEGABYTE = 1 << 20
MODELS = 6  # that stay for the requests; the oldest is deleted
FILES = 6

WORDS = "the quick brown fox jumps over a lazy dog and keeps running while rivers bend softly under grey stone bridges".split()
EVENTS = ["login", "view", "buy", "search", "logout", "error", "retry"]
AGREEMENT = "the writer of the books"
SYNTHETIC = [
    {"synthetic": "reber"},
    {"synthetic": "embedded-reber"},
    {"synthetic": "temporal-order", "length": 20},
    {"synthetic": "copy", "lag": 5},
    {"synthetic": "agreement"},
    {"synthetic": "markov"},
]
PARTS = ["verdicts", "lag_profile", "lag_matrix", "state_gradient", "weight_gradient_by_lag", "parameters", "bound", "jacobian",
         "lyapunov", "carousel", "gates", "depth", "context", "clipping", "invariants"]
FIGURES = ["lag-profile", "lag-matrix", "gates", "spectrum", "depth", "carousel", "context", "clipping"]
SVG = "image/svg+xml"


class Wrong(Exception):
    """An answer that the request may not have."""


class Tally:
    """What was asked and what came of it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = collections.Counter()
        self.refused = 0
        self.jobs = collections.Counter()
        self.wrong = collections.Counter()
        self.examples = {}

    def asked(self, what, status):
        with self.lock:
            self.requests[what] += 1
            self.refused += status == 429

    def ended(self, status):
        with self.lock:
            self.jobs[status] += 1

    def failed(self, what, why):
        with self.lock:
            self.wrong[what] += 1
            if what not in self.examples:
                self.examples[what] = why
                print(f"WRONG {what}: {why}", flush=True)

    def totals(self):
        with self.lock:
            return sum(self.requests.values()), self.refused, sum(self.jobs.values()), sum(self.wrong.values())


class Pool:
    """Ids that requests may use; whoever puts one too many in gets the oldest back, to delete it."""

    def __init__(self, most):
        self.lock = threading.Lock()
        self.most = most
        self.entries = collections.deque()

    def add(self, entry):
        with self.lock:
            self.entries.append(entry)
            return self.entries.popleft() if len(self.entries) > self.most else None

    def some(self, draw, fits=lambda entry: True):
        with self.lock:
            found = [entry for entry in self.entries if fits(entry)]
        return draw.choice(found) if found else None


class Model:
    def __init__(self, id_, kind):
        self.id = id_
        self.kind = kind  # text, events or the name of a synthetic corpus


class Load:
    def __init__(self, client, arguments):
        self.client = client
        self.arguments = arguments
        self.tally = Tally()
        self.models = Pool(MODELS)
        self.files = Pool(FILES)
        self.over = threading.Event()
        self.serial = 0

    # One request whose answer is checked.

    def ask(self, what, expected, method, path, *arguments, **named):
        """The answer; a Wrong where its status is none of those expected. 429 may always be: a queue is full."""
        answer = getattr(self.client, method)(path, *arguments, **named)
        self.tally.asked(what, answer.status)
        if answer.status == 429:
            if not answer.headers.get("Retry-After"):
                raise Wrong(f"{what}: 429 without Retry-After")
            return None
        if answer.status not in expected:
            raise Wrong(f"{what}: expected {expected}, found {answer.status} {answer.body[:400]!r}")
        if answer.status >= 400 and not answer.code():
            raise Wrong(f"{what}: {answer.status} without a code: {answer.body[:400]!r}")
        return answer

    def worker(self, act, pace, draw):
        """Acts at a pace until the load is over."""
        next_ = time.monotonic()
        while not self.over.is_set():
            next_ = max(next_ + draw.expovariate(1) * pace, time.monotonic() - 1)
            if self.over.wait(max(0, next_ - time.monotonic())):
                return
            try:
                act(draw)
            except Wrong as wrong:
                self.tally.failed(str(wrong).split(":")[0], str(wrong))
            except Exception as failure:  # a connection that broke, an answer that cannot be read
                self.tally.failed(type(failure).__name__, "".join(traceback.format_exception(failure)[-3:]))

    # Training.

    def train(self, draw):
        """One job from its data to the end of its model."""
        begin = time.monotonic()
        self.serial += 1
        kind, source, file = self.data(draw)
        model = self.models.some(draw, lambda m: m.kind == kind) if draw.random() < 0.15 else None
        steps = draw.randint(20, 120)
        body = source | {
            "validation_split": 0.2,
            "training": {
                "epochs": draw.randint(1, 4), "max_steps": steps, "batch_size": draw.choice([2, 4, 8]),
                "optimizer": {"type": draw.choice(["adam", "adamw", "rmsprop", "sgd"]), "learning_rate": 0.005},
            },
            "seed": self.serial, "suffix": "load", "metadata": {"kind": kind},
        }
        if kind == "text":
            body["training"]["sequence_length"] = draw.choice([8, 16, 32])
        if model is not None:
            body["model"] = model.id
        else:
            body["architecture"] = self.architecture(draw)
            if kind == "text":
                body["tokenizer"] = {"type": draw.choice(["char", "byte", "word"]), "unknown": "map"}
            elif kind == "events":
                body["tokenizer"] = {"type": "event", "unknown": "map"}
        if draw.random() < 0.4:
            body["diagnostics"] = {"every_steps": draw.choice([10, 25]), "batch_size": 2, "include": draw.sample(PARTS, 4)}
            if kind in ("text", "events"):  # of a synthetic corpus a short window may end before what is scored
                body["diagnostics"]["sequence_length"] = 8
        # The model that is gone on from may have been deleted, or have a tokenizer that splits the text otherwise.
        answer = self.ask("job", (202, 404, 422) if model else (202,), "post", "/v1/training/jobs", body)
        if answer is None or answer.status != 202:
            return
        job = answer.json()
        if draw.random() < 0.12:
            self.over.wait(draw.random() * 0.5)
            self.ask("cancel", (200, 400), "post", f"/v1/training/jobs/{job['id']}/cancel", None)
        job = self.followed(job) if draw.random() < 0.6 else self.polled(job)
        if job is None:
            return
        self.tally.ended(job["status"])
        if job["status"] == "failed":
            code = job["error"]["code"]
            if code not in ("loss_non_finite", "gradient_exploding", "not_found"):
                raise Wrong(f"job failed: {code} {job['error']['message']}")
        for view, accept in (("/metrics?points=50", "application/json"), ("/events?limit=100", "application/json"),
                             ("/gradient-reports?limit=10", "application/json")):
            self.ask("job" + view.split("?")[0], (200,), "get", f"/v1/training/jobs/{job['id']}{view}", accept)
        if body.get("diagnostics"):
            # Without a horizon there is nothing to draw.
            self.ask("job figure", (200, 422), "get", f"/v1/training/jobs/{job['id']}/gradient-reports?figure=horizon", SVG)
        if job["fine_tuned_model"]:
            old = self.models.add(Model(job["fine_tuned_model"], kind))
            if old:
                self.ask("model delete", (200,), "delete", "/v1/models/" + old.id)
        if draw.random() < 0.3:
            self.ask("job delete", (200,), "delete", "/v1/training/jobs/" + job["id"])
        # So that training takes only its share of the time.
        self.over.wait((time.monotonic() - begin) * (1 / self.arguments.training_share - 1))

    def data(self, draw):
        """What a job is trained on: its kind, the request's fields, and the file's id or None."""
        drawn = draw.random()
        if drawn < 0.45:
            task = draw.choice(SYNTHETIC)
            return task["synthetic"], {"dataset": task | {"count": 400}}, None
        if drawn < 0.6:
            return "text", {"dataset": {"text": text(draw, 400)}}, None
        if drawn < 0.7:
            return "events", {"dataset": {"sequences": [events(draw) for _ in range(80)]}}, None
        kind = draw.choice(["text", "events"])
        content = text(draw, 4000) if kind == "text" else "\n".join(" ".join(events(draw)) for _ in range(400))
        answer = self.ask("file", (200,), "upload", "/v1/files", "load." + ("txt" if kind == "text" else "dat"),
                          content.encode(), {"purpose": "train"})
        if answer is None:
            return "text", {"dataset": {"text": text(draw, 400)}}, None
        file = answer.json()["id"]
        old = self.files.add(file)
        if old:
            self.ask("file delete", (200,), "delete", "/v1/files/" + old)
        return kind, {"training_file": file}, file

    def architecture(self, draw):
        cell = draw.choice(["lstm", "lstm", "gru", "rnn", "mlp", "conv"])
        architecture = {"cell": cell, "hidden_size": draw.choice([16, 32, 48]), "layers": draw.choice([1, 1, 2, 3])}
        if architecture["layers"] > 1:
            architecture["connections"] = draw.choice(["none", "residual", "highway", "dense"])
        return architecture

    def polled(self, job):
        while job["status"] not in ("succeeded", "failed", "cancelled"):
            if self.over.wait(0.5):
                return None
            job = self.ask("job get", (200,), "get", "/v1/training/jobs/" + job["id"]).json()
        return job

    def followed(self, job):
        """Reads the job's events as a stream to their end; the job then."""
        connection, response = self.stream("stream", job["id"], (200,))
        try:
            while response.status == 200 and response.readline():
                pass
        finally:
            connection.close()
        return self.polled(job)

    def stream(self, what, job, expected):
        connection, response = self.client.open("GET", f"/v1/training/jobs/{job}/events", headers={"Accept": "text/event-stream"})
        self.tally.asked(what, response.status)
        if response.status not in (*expected, 429):
            connection.close()
            raise Wrong(f"{what}: expected {expected}, found {response.status}")
        return connection, response

    def abandon(self, draw):
        """Opens the stream of some job and goes away in the middle of it."""
        jobs = self.ask("job list", (200,), "get", "/v1/training/jobs?limit=5").json()["data"]
        if jobs:
            connection, response = self.stream("stream broken off", draw.choice(jobs)["id"], (200, 404))
            response.read(20)
            connection.close()

    # Everything else.

    def request(self, draw):
        """One of the other requests."""
        kinds = [
            (24, self.predict), (8, self.carry_on), (8, self.score), (3, self.report), (1, self.compare), (1, self.contrast),
            (6, self.view), (4, self.lists), (2, self.content), (1, self.upload_model), (8, self.malformed), (2, self.twice),
            (1, self.abandon), (4, self.operations),
        ]
        draw.choices([act for _, act in kinds], [weight for weight, _ in kinds])[0](draw)

    def inputs(self, model, draw, many):
        if model.kind == "text":
            return [text(draw, draw.randint(3, 30)) for _ in range(many)]
        if model.kind == "events":
            return [events(draw) for _ in range(many)]
        if model.kind == "agreement":
            return [AGREEMENT] * many
        return [[draw.randint(0, 1) for _ in range(12)] for _ in range(many)]  # every corpus has as many symbols

    def with_model(self, draw, what, path, body, expected=(200,)):
        """Asks a model; another thread may have deleted it. A text may have what its tokenizer does not map."""
        model = self.models.some(draw)
        if model is None:
            return
        body = {"inputs": self.inputs(model, draw, draw.randint(1, 8))} | body
        self.ask(what, (*expected, 404, 422), "post", f"/v1/models/{model.id}/{path}", body)

    def predict(self, draw):
        self.with_model(draw, "prediction", "predictions", {"top_k": draw.randint(1, 20), "temperature": draw.choice([0.7, 1, 1.5])})

    def carry_on(self, draw):
        strategy = draw.choice(["greedy", "sample", "beam"])
        self.with_model(draw, "continuation", "predictions", {"steps": draw.randint(2, 60), "strategy": strategy})

    def score(self, draw):
        self.with_model(draw, "scores", "scores", {"top_k": draw.choice([3, 9]), "include_tokens": draw.choice(["all", "anomalies", "none"])})

    def report(self, draw):
        body = {"batch_size": draw.choice([2, 4]), "seed": draw.randint(1, 9)}
        model = self.models.some(draw) if draw.random() < 0.6 else None
        if model is None:
            body |= {"architecture": self.architecture(draw), "input": draw.choice([*SYNTHETIC, {"text": text(draw, 60)}])}
            if "text" in body["input"]:
                body["sequence_length"] = 24
        else:
            body["model"] = model.id
            body["input"] = self.report_input(model, draw)
            body["sequence_length"] = 30
        if draw.random() < 0.5:
            body["include"] = draw.sample(PARTS, draw.randint(1, 6))
        answer = self.ask("report", (201, 404, 422) if model else (201,), "post", "/v1/gradient-reports", body)
        if answer is not None and answer.status == 201 and draw.random() < 0.5:
            self.show(draw, "/v1/gradient-reports/" + answer.json()["id"])

    def report_input(self, model, draw):
        if model.kind == "text":
            return {"text": text(draw, 120)}
        if model.kind == "events":
            return {"tokens": [[draw.choice(EVENTS) for _ in range(40)] for _ in range(4)]}
        return next(task for task in SYNTHETIC if task["synthetic"] == model.kind)

    def compare(self, draw):
        body = {
            "variants": [{"name": f"variant {i}", "architecture": self.architecture(draw)} for i in range(draw.randint(2, 4))],
            "input": {"text": text(draw, 100)}, "sequence_length": 24, "batch_size": 2,
        }
        answer = self.ask("comparison", (201,), "post", "/v1/gradient-reports/compare", body)
        if answer is not None:
            path = "/v1/gradient-reports/comparisons/" + answer.json()["id"]
            for accept in (SVG, "text/html", "application/json"):
                self.ask("comparison view", (200, 404, 422), "get", path, accept)  # forgotten, where there are too many

    def contrast(self, draw):
        models = {model.id for model in (self.models.some(draw, lambda m: m.kind == "agreement") for _ in range(3)) if model}
        if models:
            body = {
                "variants": [{"name": id_, "model": id_} for id_ in models], "input": {"text": AGREEMENT},
                "contrast": {"expected": "is", "other": "are"}, "subject": "writer", "attractors": ["books"],
            }
            answer = self.ask("contrast", (201, 404, 422), "post", "/v1/gradient-reports/contrast", body)
            if answer is not None and answer.status == 201:
                self.ask("contrast figure", (200, 404), "get", f"/v1/gradient-reports/contrasts/{answer.json()['id']}?figure=contrast", SVG)

    def view(self, draw):
        reports = self.ask("report list", (200,), "get", "/v1/gradient-reports?limit=20").json()["data"]
        if reports:
            self.show(draw, "/v1/gradient-reports/" + draw.choice(reports)["id"])

    def show(self, draw, path):
        if draw.random() < 0.3:
            self.ask("report page", (200, 404), "get", path, "text/html")
        elif draw.random() < 0.3:
            self.ask("report get", (200, 404), "get", path)
        else:  # 422: the report was not asked for what the figure shows
            self.ask("report figure", (200, 404, 422), "get", f"{path}?figure={draw.choice(FIGURES)}", SVG)
        if draw.random() < 0.05:
            self.ask("report delete", (200, 404), "delete", path)

    def lists(self, draw):
        for path in draw.sample(["/v1/models", "/v1/files", "/v1/training/jobs", "/v1/fine_tuning/jobs?status=succeeded",
                                 "/v1/gradient-reports", "/v1/gradient-reports/comparisons", "/v1/gradient-reports/contrasts"], 3):
            self.ask("list", (200,), "get", path)

    def content(self, draw):
        model, file = self.models.some(draw), self.files.some(draw)
        if model:
            self.ask("model content", (200, 404), "get", f"/v1/models/{model.id}/content", "*/*")
        if file:
            self.ask("file content", (200, 404), "get", f"/v1/files/{file}/content", "*/*")

    def upload_model(self, draw):
        model = self.models.some(draw)
        if model is None:
            return
        content = self.ask("model content", (200, 404), "get", f"/v1/models/{model.id}/content", "*/*")
        if content is None or content.status != 200:
            return
        answer = self.ask("model upload", (201,), "upload", "/v1/models", "model.safetensors", content.body, {"suffix": "again"})
        if answer is not None:
            self.ask("model delete", (200,), "delete", "/v1/models/" + answer.json()["id"])

    def malformed(self, draw):
        """What must be refused, and how."""
        post = [
            ("/v1/training/jobs", "{", 400), ("/v1/training/jobs", "", 400), ("/v1/training/jobs", '{"unknown": 1}', 400),
            ("/v1/training/jobs", '{"training_file": "file-none"}', 404), ("/v1/training/jobs", '{"dataset": {"text": "a"}}', 422),
            ("/v1/training/jobs", '{"dataset": {"synthetic": "reber"}, "architecture": {"hidden_size": 1000000}}', 400),
            ("/v1/training/jobs", '{"dataset": {"synthetic": "reber"}, "architecture": {"layers": 4, "hidden_size": 2048}}', 422),
            ("/v1/models/none/predictions", '{"inputs": ["a"]}', 404), ("/v1/gradient-reports", '{"model": "a", "architecture": {}}', 400),
            ("/v1/gradient-reports/compare", '{"variants": []}', 400), ("/v1/gradient-reports/contrast", '{}', 400),
            ("/v1/nothing", "{}", 404), ("/v1/training/jobs", "[" * 2000, 400), ("/v1/training/jobs", "\x00\x01", 400),
        ]
        drawn = draw.random()
        if drawn < 0.5:
            path, body, status = draw.choice(post)
            self.ask(f"malformed {path}", (status,), "send", "POST", path, body.encode(), {"Content-Type": "application/json"})
        elif drawn < 0.6:
            self.ask("malformed method", (405,), "send", "PUT", "/v1/models")
        elif drawn < 0.7:
            self.ask("malformed type", (415,), "send", "POST", "/v1/training/jobs", b"a", {"Content-Type": "text/plain"})
        elif drawn < 0.8:
            self.ask("malformed file", (400,), "upload", "/v1/files", "bad.txt", b"\xff\xfe\x00" * 100, {"purpose": "train"})
        elif drawn < 0.9:
            self.ask("malformed model", (400,), "upload", "/v1/models", "bad.safetensors", draw.randbytes(5000), {})
        else:
            path = f"/v1/nothing/{draw.randrange(10**9)}?{draw.randrange(10**9)}"
            self.ask("no such path", (404,), "get", path)

    def twice(self, draw):
        """The same request under one Idempotency-Key."""
        key = {"Idempotency-Key": f"load-{draw.randrange(10**12)}"}
        body = {"architecture": {"cell": "rnn", "hidden_size": 8}, "input": {"text": text(draw, 40)}, "sequence_length": 16,
                "batch_size": 2, "include": ["verdicts", "bound"]}
        answers = [self.ask("idempotent report", (201,), "post", "/v1/gradient-reports", body, key) for _ in range(2)]
        if None not in answers and answers[0].body != answers[1].body:
            raise Wrong("idempotent report: another answer to the same key")

    def operations(self, draw):
        self.ask("operations", (200,), "get", draw.choice(["/actuator/health/liveness", "/actuator/health/readiness", "/actuator/info",
                                                            "/v3/api-docs"]))

    # Measurement.

    def latency(self, model):
        begin = time.monotonic()
        answer = self.ask("probe", (200,), "post", f"/v1/models/{model}/predictions", {"inputs": ["the quick brown"], "top_k": 3})
        return math.nan if answer is None else time.monotonic() - begin


def text(draw, words):
    return " ".join(draw.choice(WORDS) for _ in range(words)) + "."


def events(draw):
    return [draw.choice(EVENTS) for _ in range(draw.randint(6, 14))]


class Sample:
    """What the process takes at one moment; heap_live is NaN where no collection was asked for."""

    def __init__(self, client, pid, collect):
        self.at = time.monotonic()
        self.heap_live = math.nan
        self.code = math.nan
        if collect:
            jcmd(pid, "GC.run")
        meters = client.send("GET", "/actuator/prometheus", headers={"Accept": "text/plain"}).body.decode().splitlines()
        if collect:
            self.heap_live = meter(meters, "jvm_memory_used_bytes", 'area="heap"')
            self.code = compiled_code(pid)
        self.heap_committed = meter(meters, "jvm_memory_committed_bytes", 'area="heap"')
        self.non_heap = meter(meters, "jvm_memory_used_bytes", 'area="nonheap"')
        self.buffers = meter(meters, "jvm_buffer_memory_used_bytes")
        self.native = meter(meters, "carousel_native_memory_bytes")
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            fields = dict(line.split(":", 1) for line in status)
        self.rss = int(fields["VmRSS"].split()[0]) * 1024
        self.threads = int(fields["Threads"])
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            times = stat.read().rsplit(")", 1)[1].split()
        self.processor = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
        self.latency = math.nan
        self.totals = (0, 0, 0, 0)


def compiled_code(pid):
    """Bytes of compiled code with what belongs to it; NaN where the JVM does not track its native memory."""
    found = re.search(r"Code \(reserved=\d+KB, committed=(\d+)KB\)", jcmd(pid, "VM.native_memory", "summary"))
    return int(found.group(1)) * 1024 if found else math.nan


def meter(lines, name, label=""):
    """Sum over the lines of that name and label; NaN where there is none."""
    values = [float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name) and label in line]
    return sum(values) if values else math.nan


def slope(samples, value):
    """Bytes a second by least squares with its standard error, and how many samples gave it."""
    points = [(sample.at, value(sample)) for sample in samples if not math.isnan(value(sample))]
    if len(points) < 3:
        return math.nan, math.nan, len(points)
    times, values = zip(*points)
    line = statistics.linear_regression(times, values)
    mean = statistics.fmean(times)
    residual = sum((y - line.intercept - line.slope * x) ** 2 for x, y in points)
    return line.slope, math.sqrt(residual / (len(points) - 2) / sum((x - mean) ** 2 for x in times)), len(points)


HEADER = ("| minutes | requests | of them 429 | wrong | jobs | processors | live heap | committed | rss | code | native | non-heap | buffers "
          "| threads | files | prediction p50 | max |\n" + "|---" * 17 + "|")


def row(begin, window, before):
    """A line of the table; sizes in MB, times in ms."""
    def mean(values):
        known = [value for value in values if not math.isnan(value)]
        return statistics.fmean(known) if known else math.nan

    last = window[-1]
    asked, refused, jobs, wrong = (now - then for now, then in zip(last.totals, before.totals))
    latencies = sorted(sample.latency for sample in window if not math.isnan(sample.latency)) or [math.nan]
    sizes = [mean(getattr(sample, name) for sample in window) / MEGABYTE
             for name in ("heap_live", "heap_committed", "rss", "code", "native", "non_heap", "buffers")]
    return (
        f"| {(before.at - begin) / 60:.1f}–{(last.at - begin) / 60:.1f} | {asked} | {refused} | {wrong} | {jobs} "
        f"| {(last.processor - before.processor) / (last.at - before.at):.2f} | "
        + " | ".join(f"{size:.1f}" for size in sizes)
        + f" | {max(s.threads for s in window)} | {max(s.descriptors for s in window)} "
        f"| {1000 * statistics.median(latencies):.1f} | {1000 * latencies[-1]:.1f} |"
    )


def measure(load, pid, probe, arguments):
    """Samples until the time is over, printing a row for each window."""
    begin = time.monotonic()
    end = begin + 60 * arguments.minutes
    samples = [Sample(load.client, pid, True)]
    window, before, collected = [], samples[0], begin
    print(HEADER, flush=True)
    while time.monotonic() < end and not load.over.wait(max(0, samples[-1].at + SAMPLE_SECONDS - time.monotonic())):
        collect = time.monotonic() - collected >= arguments.gc_every
        try:
            latency = load.latency(probe)  # before the collection, which would be waited for
            sample = Sample(load.client, pid, collect)
        except Exception as failure:
            load.tally.failed("sample", repr(failure))
            if not os.path.exists(f"/proc/{pid}"):
                break
            load.over.wait(SAMPLE_SECONDS)
            continue
        collected = sample.at if collect else collected
        sample.latency, sample.totals = latency, load.tally.totals()
        samples.append(sample)
        window.append(sample)
        if sample.at - before.at >= 60 * arguments.window or sample.at >= end:
            print(row(begin, window, before), flush=True)
            window, before = [], sample
    return begin, samples


def verdict(load, begin, samples, arguments):
    """Prints how it went; whether it went well."""
    well = True
    settled = [sample for sample in samples if sample.at - begin >= 60 * arguments.settle]
    print(f"\nAfter the first {arguments.settle:g} minutes, with the standard error:")
    for name, value, most in (
        ("live heap", lambda s: s.heap_live, arguments.max_heap),
        ("rss without compiled code", lambda s: s.rss - s.code, arguments.max_rss),
        ("compiled code", lambda s: s.code, None),
        ("rss", lambda s: s.rss, None),
    ):
        rate, error, count = (x * 3600 / MEGABYTE if i < 2 else x for i, x in enumerate(slope(settled, value)))
        flat = most is None or rate <= most  # NaN is not
        well &= flat
        allowed = "" if most is None else f", at most {most:g}: {'flat' if flat else 'GROWS'}"
        print(f"  {name}: {rate:+.2f} ± {error:.2f} MB/h from {count} samples{allowed}")
    asked, refused, _, wrong = load.tally.totals()
    print(f"{asked} requests, {refused} of them answered 429, {wrong} wrong; jobs: {dict(load.tally.jobs)}")
    print("Requests:", json.dumps(dict(load.tally.requests.most_common())))
    for what, count in load.tally.wrong.most_common():
        print(f"{count} times {what}: {load.tally.examples[what]}")
    return well and wrong == 0


def run(client, pid, arguments):
    load = Load(client, arguments)
    # The model that latency is measured with stays.
    job = client.post("/v1/training/jobs", {
        "dataset": {"text": text(random.Random(1), 400)}, "architecture": {"hidden_size": 64}, "suffix": "probe",
        "training": {"epochs": 1, "max_steps": 5, "sequence_length": 16, "batch_size": 4}}).json()
    probe = load.polled(job)["fine_tuned_model"]
    pace = arguments.clients / arguments.rate
    workers = [threading.Thread(target=load.worker, args=(load.train, 0.1, random.Random(arguments.seed)), daemon=True)]
    workers += [threading.Thread(target=load.worker, args=(load.request, pace, random.Random(arguments.seed + 1 + i)), daemon=True)
                for i in range(arguments.clients)]
    for worker in workers:
        worker.start()
    try:
        begin, samples = measure(load, pid, probe, arguments)
    finally:
        load.over.set()
    for worker in workers:
        worker.join(60)
        if worker.is_alive():
            load.tally.failed("hang", "a request was not answered within a minute of the end")
    return verdict(load, begin, samples, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="of a service that runs; default: the packaged jar is started")
    parser.add_argument("--pid", type=int, help="its process, on this machine")
    parser.add_argument("--key", help="where it wants one")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--settle", type=float, help="minutes that the slopes leave out, default 10 or a third of the time")
    parser.add_argument("--window", type=float, default=5, help="minutes of a row")
    parser.add_argument("--rate", type=float, default=12, help="requests a second beside training")
    parser.add_argument("--clients", type=int, default=4, help="that send them")
    parser.add_argument("--training-share", type=float, default=0.5, help="of the time that a job runs")
    parser.add_argument("--gc-every", type=float, default=20, help="seconds between two collections that are asked for")
    parser.add_argument("--max-heap", type=float, default=8, help="MB/h that the live heap may grow by")
    parser.add_argument("--max-rss", type=float, default=16, help="MB/h that the resident memory without compiled code may grow by")
    parser.add_argument("--jar", help="that is started, default target/carousel-*.jar")
    parser.add_argument("--xmx", default="512m", help="heap of a service that is started")
    parser.add_argument("--jvm", action="append", default=[], help="a further option of its JVM")
    parser.add_argument("--setting", action="append", default=[], help="a further setting of it, --carousel.…=…")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.settle is None:
        arguments.settle = min(10.0, arguments.minutes / 3)
    if (arguments.base is None) != (arguments.pid is None):
        parser.error("--base and --pid: expected both or neither")
    if arguments.base:
        sys.exit(0 if run(Client(arguments.base, arguments.key), arguments.pid, arguments) else 1)
    with tempfile.TemporaryDirectory(prefix="mixed-load-") as directory:
        options = [f"-Xms{arguments.xmx}", f"-Xmx{arguments.xmx}", "-XX:+AlwaysPreTouch", "-XX:NativeMemoryTracking=summary", *arguments.jvm]
        settings = [*SETTINGS, f"--carousel.storage.directory={directory}/data", *arguments.setting]
        log = os.path.join(tempfile.gettempdir(), f"mixed-load-{os.getpid()}.log")
        service = Service(jar_command(arguments.jar or packaged_jar(), options), settings, log)
        print(f"{' '.join(service.command)}\nready after {service.start_seconds:.1f} s, its log: {log}\n", flush=True)
        try:
            well = run(service.client, service.pid, arguments)
        finally:
            code = service.stop()
        print(f"the service ended with {code}")
        sys.exit(0 if well and code == 143 else 1)


if __name__ == "__main__":
    main()
