"""Does the report predict? Horizon at initialisation and after 500 steps against success after training.

    python3 src/test/python/report_predicts.py [--base http://localhost:8080] [--steps 1000] [--out runs.jsonl]

Trains RNNs, GRUs and LSTMs of several initialisations on the synthetic tasks copy and temporal-order over lags from 10 to 200,
through a running service, each with gradient reports at step 0 and every 500 steps. Prints a line for each run and Spearman's rank
correlation between what the report says and the accuracy on scored symbols at the end. Needs nothing but Python's library.
"""

import argparse
import json
import math
import time
import urllib.request

INITIALIZATIONS = {
    "rnn uniform": {"cell": "rnn"},
    "rnn orthogonal": {"cell": "rnn", "initialization": {"recurrent": "orthogonal"}},
    "rnn relu identity": {"cell": "rnn", "nonlinearity": "relu", "initialization": {"recurrent": "identity"}},
    "gru uniform": {"cell": "gru"},
    "gru orthogonal": {"cell": "gru", "initialization": {"recurrent": "orthogonal"}},
    "lstm bias 0": {"cell": "lstm"},
    "lstm bias 1": {"cell": "lstm", "initialization": {"forget_bias": 1}},
    "lstm bias 3": {"cell": "lstm", "initialization": {"forget_bias": 3}},
    "lstm bias 5": {"cell": "lstm", "initialization": {"forget_bias": 5}},
}

# Task, length of a sequence's inputs, the lag over which it has to remember, accuracy by chance.
TASKS = [({"synthetic": "copy", "lag": lag}, lag + 10, 1 / 8) for lag in (10, 20, 50, 100, 180)] + [
    ({"synthetic": "temporal-order", "length": length}, length * 8 // 10, 1 / 4) for length in (10, 20, 50, 100, 200)
]


def call(base, method, path, body=None):
    request = urllib.request.Request(
        base + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SystemExit(error.read().decode()) from error


def run(base, task, lag, name, steps):
    body = {
        "dataset": task | {"count": 32 * steps},
        "validation_split": 0.02,
        "architecture": {"hidden_size": 64, "embedding_size": 16} | INITIALIZATIONS[name],
        "training": {
            "epochs": 2,
            "max_steps": steps,
            "batch_size": 32,
            "optimizer": {"learning_rate": 0.003},
            "gradient_clipping": {"type": "global_norm", "threshold": 1.0},
        },
        "diagnostics": {"every_steps": 500, "required_lag": lag, "include": ["lag_profile"]} | window(task),
    }
    job = call(base, "POST", "/v1/training/jobs", body)
    while job["status"] not in ("succeeded", "failed", "cancelled"):
        time.sleep(0.3)
        job = call(base, "GET", "/v1/training/jobs/" + job["id"])
    reports = call(base, "GET", f"/v1/training/jobs/{job['id']}/gradient-reports?limit=100")["data"]
    if job["fine_tuned_model"]:
        call(base, "DELETE", "/v1/models/" + job["fine_tuned_model"])
    result = {"task": task, "lag": lag, "name": name, "status": job["status"], "metrics": job["metrics"].get("synthetic")}
    for report in reports:
        best = max(report["layers"], key=lambda path: path["log10_ratio"] if path["log10_ratio"] is not None else -math.inf)
        result[f"step {report['step']}"] = {
            "horizon": best["horizon"]["one_thousandth"],
            "log10_ratio": best["log10_ratio"],
            "verdicts": report["verdicts"],
        }
    return result


def window(task):
    return {"sequence_length": task["length"] if "length" in task else task["lag"] + 20, "batch_size": 8}


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for i in range(first, last + 1):
            result[order[i]] = (first + last) / 2
        first = last + 1
    return result


def spearman(x, y):
    a, b = ranks(x), ranks(y)
    mean = (len(a) - 1) / 2
    covariance = sum((p - mean) * (q - mean) for p, q in zip(a, b))
    return covariance / math.sqrt(sum((p - mean) ** 2 for p in a) * sum((q - mean) ** 2 for q in b))


def summary(results, step, what):
    x, y = [], []
    for result in results:
        report = result.get(f"step {step}")
        if report is None or not result["metrics"]:
            continue
        if what == "horizon":  # over the lag; beyond the window counts as twice the lag
            x.append(min(2.0, (report["horizon"] or math.inf) / result["lag"]))
        else:
            x.append(-1e9 if report["log10_ratio"] is None else report["log10_ratio"])
        accuracy = result["metrics"]["accuracy"]  # null where the run ended with numbers that are not finite
        y.append(0.0 if accuracy is None else max(0.0, (accuracy - result["chance"]) / (1 - result["chance"])))
    return len(x), spearman(x, y) if len(x) > 2 else math.nan


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", default="http://localhost:8080")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", default=None, help="a line of JSON for each run")
    parser.add_argument("--read", default=None, help="the lines of an earlier --out, in place of runs")
    arguments = parser.parse_args()
    results = []
    if arguments.read:
        with open(arguments.read, encoding="utf-8") as file:
            results = [json.loads(line) for line in file]
    for task, lag, chance in [] if arguments.read else TASKS:
        for name in INITIALIZATIONS:
            result = run(arguments.base, task, lag, name, arguments.steps) | {"chance": chance}
            results.append(result)
            if arguments.out:
                with open(arguments.out, "a", encoding="utf-8") as file:
                    file.write(json.dumps(result) + "\n")
            accuracy = result["metrics"] and result["metrics"]["accuracy"]
            print(task, name, result["status"], accuracy, result.get("step 0"), result.get("step 500"), flush=True)
    for family in ("copy", "temporal-order", None):
        chosen = [r for r in results if family in (None, r["task"]["synthetic"])]
        for step in (0, 500):
            for what in ("horizon", "log10_ratio"):
                count, correlation = summary(chosen, step, what)
                print(f"{family or 'all'}: {what} at step {step} against accuracy, {count} runs: rho = {correlation:.2f}")


if __name__ == "__main__":
    main()
