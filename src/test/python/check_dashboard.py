"""Asks a Prometheus for every expression of the Grafana dashboard, as Grafana would, and fails where one has no data.

    python3 src/test/python/check_dashboard.py http://localhost:9090 --load http://localhost:8080

With --load it has that service, which Prometheus must scrape, train a network whose gradient vanishes and predict meanwhile;
else something else must do so. Until there is data for all, or the time that --wait gives is over, it asks again. Variables of
the dashboard take all the values that Prometheus has for them.
"""

import argparse
import contextlib
import json
import pathlib
import re
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

DASHBOARD = pathlib.Path(__file__).parents[3] / "helm/carousel/dashboards/carousel.json"
LABEL_VALUES = re.compile(r"label_values\((.+),\s*(\w+)\)")
SCRAPES_OF_A_RATE = 4  # Grafana's $__rate_interval


class Prometheus:
    """What is needed of its HTTP API."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, **parameters):
        address = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters, doseq=True)}"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                body = json.load(answer)
        except urllib.error.HTTPError as error:  # an expression that it cannot read, for one
            raise SystemExit(f"{address}: {error.code} {error.read().decode()}") from error
        except urllib.error.URLError as error:
            raise SystemExit(f"{address}: {error.reason}") from error
        return body["data"]

    def scrape_seconds(self):
        """The longest interval of its targets, all of which must be up."""
        targets = self.get("targets", state="active")["activeTargets"]
        if not targets:
            raise SystemExit("Prometheus: expected a target, found none")
        for target in targets:
            if target["health"] == "down":
                raise SystemExit(f"{target['scrapeUrl']}: down: {target['lastError']}")
        return max(seconds(target["scrapeInterval"]) for target in targets)

    def points(self, expression, since, until, step):
        """Numbers that a panel would draw; NaN is none."""
        series = self.get("query_range", query=expression, start=since, end=until, step=step)["result"]
        return sum(1 for one in series for _, value in one["values"] if value != "NaN")


def seconds(duration):
    """Of Prometheus' own notation: 1m30s."""
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
    return sum(float(n) * units[unit] for n, unit in re.findall(r"(\d+)(ms|[smhd])", duration))


def variables(dashboard, prometheus):
    """Each as Grafana writes it into a regular expression where all values are chosen."""
    values = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] != "query":
            continue
        name = variable["name"]
        query = LABEL_VALUES.fullmatch(variable["query"]["query"])
        if query is None:
            raise SystemExit(f"${name}: expected label_values(metric, label), found {variable['query']}")
        found = prometheus.get(f"label/{query[2]}/values", **{"match[]": query[1]})
        if not found:
            return None
        values[name] = "(" + "|".join(re.escape(value).replace("\\", "\\\\") for value in found) + ")"
    return values


def expressions(dashboard):
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def without_data(dashboard, prometheus, window):
    """Titles and expressions of what would be an empty line of a panel."""
    interval = prometheus.scrape_seconds()
    values = variables(dashboard, prometheus)
    if values is None:
        return list(expressions(dashboard))
    values["__rate_interval"] = f"{round(SCRAPES_OF_A_RATE * interval * 1000)}ms"
    now = time.time()
    empty = []
    for title, expression in expressions(dashboard):
        query = re.sub(r"\$(\w+)", lambda name: values[name[1]], expression)
        if prometheus.points(query, now - window, now, interval) == 0:
            empty.append((title, query))
    return empty


class Load:
    """A service that trains and predicts as long as this is open."""

    TEXT = "the cat sat on a mat and ran " * 200
    JOBS = "/v1/training/jobs"
    TINY = {"dataset": {"text": TEXT}, "architecture": {"hidden_size": 8}, "training": {"epochs": 1}}
    # A recurrence that halves: its reports have a verdict.
    VANISHING = {
        "dataset": {"text": TEXT},
        "architecture": {"cell": "rnn", "hidden_size": 16,
                         "initialization": {"recurrent": "orthogonal", "recurrent_gain": 0.5}},
        "training": {"epochs": 1000, "batch_size": 4, "sequence_length": 20},
        "diagnostics": {"every_steps": 50},
    }

    def __init__(self, url, key):
        self.url = url.rstrip("/")
        self.headers = {"Content-Type": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        self.open = threading.Event()
        self.failure = None

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{request.full_url}: {error.code} {error.read().decode()}") from error
        except urllib.error.URLError as error:
            raise SystemExit(f"{request.full_url}: {error.reason}") from error

    def ended(self, job):
        while (job := self.ask(f"{self.JOBS}/{job['id']}"))["status"] in ("queued", "running"):
            time.sleep(0.2)
        return job

    def __enter__(self):
        model = self.ended(self.ask(self.JOBS, self.TINY))["fine_tuned_model"]
        self.open.set()
        self.threads = [threading.Thread(target=self.run, args=(work,), daemon=True)
                        for work in (self.train, lambda: self.predict(model))]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.open.clear()
        for thread in self.threads:
            thread.join()

    def run(self, work):
        while self.open.is_set():
            try:
                work()
            except BaseException as error:  # in a thread nobody else would hear of it
                self.failure = error
                return

    def train(self):
        """One after the other: a verdict counts where it appears, which is in its first report."""
        job = self.ask(self.JOBS, self.VANISHING)
        until = time.monotonic() + 10
        while self.open.is_set() and time.monotonic() < until:
            time.sleep(0.2)
        self.ask(f"{self.JOBS}/{job['id']}/cancel", {})
        self.ended(job)

    def predict(self, model):
        self.ask(f"/v1/models/{model}/predictions", {"inputs": ["the c"], "steps": 20})
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prometheus", help="its URL")
    parser.add_argument("--dashboard", type=pathlib.Path, default=DASHBOARD)
    parser.add_argument("--wait", type=float, default=60, help="seconds until all must have data")
    parser.add_argument("--load", metavar="URL", help="of the service, which shall train and predict")
    parser.add_argument("--key", help="API key of that service")
    parser.add_argument("--window", type=float, default=900, help="seconds that a panel looks back")
    options = parser.parse_args()

    dashboard = json.loads(options.dashboard.read_text())
    total = len(list(expressions(dashboard)))
    if total == 0:
        raise SystemExit(f"{options.dashboard}: expected expressions, found none")
    prometheus = Prometheus(options.prometheus)
    load = Load(options.load, options.key) if options.load else None
    with load or contextlib.nullcontext():
        deadline = time.monotonic() + options.wait
        while empty := without_data(dashboard, prometheus, options.window):
            if load and load.failure:
                raise SystemExit(f"load: {load.failure}")
            if time.monotonic() > deadline:
                for title, query in empty:
                    print(f"no data: {title}: {query}", file=sys.stderr)
                raise SystemExit(f"{len(empty)} of {total} expressions have no data")
            time.sleep(2)
    print(f"{total} expressions, all with data")


if __name__ == "__main__":
    main()
