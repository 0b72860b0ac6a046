"""The whole way through the service with things that exist: upload, train, follow, predict, diagnose.

Part of fuzz_requests.py.
"""

import json
import time

from fuzz_build import JSON, MULTIPART, TEXT, part
from fuzz_wire import Request

JOBS = "/v1/training/jobs"
REPORTS = "/v1/gradient-reports"
FIGURES = ("lag-profile", "lag-matrix", "gates", "spectrum", "depth", "carousel", "context", "clipping")
ENDED = ("succeeded", "failed", "cancelled")
TRIES = 60


class Client:
    """Sends requests that ought to succeed, each counted and checked as all others are."""

    def __init__(self, run, connection):
        self.run, self.connection = run, connection
        self.by_name = {operation.name: operation for operation in run.operations}

    def call(self, name, body=None, query="", accept=JSON, headers=(), **ids):
        """Calls an operation by method and path; the answer, or None where there was none."""
        operation = self.by_name[name]
        target = operation.path
        for parameter, value in ids.items():
            target = target.replace("{" + parameter + "}", value)
        request = Request(operation.method.upper(), target + query, [("Accept", accept), *self.run.authorization().items(), *headers])
        if isinstance(body, bytes):
            request.body = body
        elif body is not None:
            request.body = json.dumps(body).encode()
            request.headers.append(("Content-Type", JSON))
        return self.run.send(self.connection, operation, request, learn=False)

    def create(self, name, body, **more):
        """The same until it is not 429, as a client would; the resource."""
        for _ in range(TRIES):
            answer = self.call(name, body, **more)
            if answer is None or answer.status != 429:
                break
            make_room(self, self.by_name[name].path)
            time.sleep(0.5)
        if answer is None or answer.status not in (200, 201, 202):
            raise AssertionError(f"{name} answered {answer and (answer.status, answer.body[:300])}")
        return answer.json()


def live(client, random):
    """Goes the whole way; what the new model predicts, which is the same each time."""
    boundary = "----life"
    upload = b"".join(b"------life\r\n" + item for item in (part("purpose", b"train"), part("file", TEXT * 3, "life.txt"))) + b"------life--\r\n"
    file = client.create("POST /v1/files", upload, headers=[("Content-Type", f"{MULTIPART}; boundary={boundary}")])["id"]
    job = client.create(f"POST {JOBS}", {
        "training_file": file, "architecture": {"cell": "lstm", "hidden_size": 16}, "metadata": {"life": "1"}, "seed": 1, "suffix": "life",
        "training": {"epochs": 2, "batch_size": 8, "sequence_length": 16}, "diagnostics": {"every_steps": 10, "sequence_length": 8, "batch_size": 2},
    })["id"]
    client.call(f"GET {JOBS}/{{id}}/events", accept="text/event-stream", id=job)
    client.call(f"POST {JOBS}/{{id}}/cancel", id=client.create(f"POST {JOBS}", {"dataset": {"synthetic": "markov", "count": 200}, "architecture": {"hidden_size": 8}})["id"])
    for _ in range(TRIES * 10):
        state = client.call(f"GET {JOBS}/{{id}}", id=job).json()
        if state["status"] in ENDED:
            break
        time.sleep(0.1)
    if state["status"] != "succeeded":
        raise AssertionError(f"a job that ought to succeed: {state['status']} {state['error']}")
    model = state["fine_tuned_model"]
    predicted = client.create("POST /v1/models/{id}/predictions", {"inputs": ["the cat s", "the d"], "top_k": 5, "steps": 5}, id=model)
    scored = client.create("POST /v1/models/{id}/scores", {"inputs": ["the cat sat"]}, id=model)
    content = client.call("GET /v1/models/{id}/content", accept="*/*", id=model)
    client.run.builder.model = content.body
    upload = b"".join(b"------life\r\n" + item for item in (part("suffix", b"life"), part("file", content.body, "a.safetensors"))) + b"------life--\r\n"
    again = client.create("POST /v1/models", upload, headers=[("Content-Type", f"{MULTIPART}; boundary={boundary}")])["id"]
    client.call("DELETE /v1/models/{id}", id=again)
    client.call("GET /v1/models/{id}/content", accept="*/*", headers=[("Range", f"bytes={random.randrange(100)}-")], id=model)
    client.call(f"GET {JOBS}/{{id}}/metrics", query="?points=5", id=job)
    for figure in ("horizon", "horizon-tenth"):
        client.call(f"GET {JOBS}/{{id}}/gradient-reports", query="?figure=" + figure, accept="image/svg+xml", id=job)
    report = client.create(f"POST {REPORTS}", {"model": model, "input": {"file": file}, "sequence_length": 8, "batch_size": 2})["id"]
    for figure in FIGURES:
        client.call(f"GET {REPORTS}/{{id}}", query="?figure=" + figure, accept="image/svg+xml", id=report)
    client.call(f"GET {REPORTS}/{{id}}", accept="text/html", id=report)
    variants = [{"name": "trained", "model": model}, {"name": "fresh", "architecture": {"cell": "rnn", "hidden_size": 8}}]
    comparison = client.create(f"POST {REPORTS}/compare", {"variants": variants, "input": {"text": "the cat sat on the mat"}, "sequence_length": 8, "batch_size": 1})["id"]
    for accept in (JSON, "text/html", "image/svg+xml"):
        client.call(f"GET {REPORTS}/comparisons/{{id}}", accept=accept, id=comparison)
    contrast = client.create(f"POST {REPORTS}/contrast", {
        "variants": variants[:1], "input": {"text": "the c"}, "contrast": {"expected": "a", "other": "e"}, "subject": 0, "attractors": [2]})["id"]
    client.call(f"GET {REPORTS}/contrasts/{{id}}", accept="image/svg+xml", id=contrast)
    for name in (file, job, model, report, comparison, contrast):
        client.run.known.learn(name)
    return json.dumps([without(predicted, "model"), without(scored, "model")])


def without(value, name):
    return {key: item for key, item in value.items() if key != name}


def make_room(client, path):
    """Where a queue or a store is full: cancels or deletes what others have left there."""
    if "jobs" in path:
        for status in ("running", "queued"):
            answer = client.call(f"GET {JOBS}", query=f"?limit=100&status={status}")
            for job in answer.json()["data"] if answer and answer.status == 200 else []:
                if "life" not in job["metadata"]:
                    client.call(f"POST {JOBS}/{{id}}/cancel", id=job["id"])
    for collection in ("/v1/files", "/v1/models"):
        if path == collection:
            answer = client.call(f"GET {collection}", query="?limit=100")
            for item in answer.json()["data"][20:] if answer and answer.status == 200 else []:
                client.call(f"DELETE {collection}/{{id}}", id=item["id"])
