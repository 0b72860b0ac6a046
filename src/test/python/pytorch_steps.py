#!/usr/bin/env python3
"""What StepTable measures, in PyTorch on the CPU: training steps of recurrent language models.

    python pytorch_steps.py [--shapes 1 2 ...] [--seconds 10] [--threads 2] [--predict]
    python pytorch_steps.py --paced SHAPE

One step: embedding, nn.LSTM/GRU/RNN from a zero state, linear, mean cross-entropy, backward through
all T steps, clip_grad_norm_ 5, Adam. float32, random tokens, no dropout; wall-clock times after a
warm-up. --predict times one token at a time with carried state, too. --paced prints "ready" after
the warm-up, and then a median in milliseconds for each line that it reads.
"""
import argparse
import os
import platform
import statistics
import sys
import time

import torch
from torch import nn

from shapes import SHAPES, title

PREDICT = [(128, 2, 65), (256, 2, 65), (512, 3, 65), (650, 2, 10000)]  # H, L, V


class LanguageModel(nn.Module):
    def __init__(self, cell, vocabulary, embedding, hidden, layers):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.rnn = getattr(nn, cell)(embedding, hidden, layers)
        self.decoder = nn.Linear(hidden, vocabulary)

    def forward(self, ids, state=None):  # ids (T,B) -> logits (T,B,V)
        h, state = self.rnn(self.embedding(ids), state)
        return self.decoder(h), state


def training_step(cell, vocabulary, embedding, hidden, layers, lanes, steps):
    model = LanguageModel(cell, vocabulary, embedding, hidden, layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    loss_of = nn.CrossEntropyLoss()
    ids = torch.randint(vocabulary, (steps, lanes))
    targets = torch.randint(vocabulary, (steps * lanes,))

    def step():
        logits, _ = model(ids)
        loss = loss_of(logits.view(-1, vocabulary), targets)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        return loss.item()

    return step


def prediction_step(hidden, layers, vocabulary):
    model = LanguageModel("LSTM", vocabulary, hidden, hidden, layers).eval()
    ids = torch.randint(vocabulary, (1, 1))
    state = None

    def step():
        nonlocal state
        with torch.inference_mode():
            logits, state = model(ids, state)
        return logits

    return step


def times(step, seconds, least=3):
    """Milliseconds of each step, for so long."""
    result, end = [], time.perf_counter() + seconds
    while len(result) < least or time.perf_counter() < end:
        start = time.perf_counter()
        step()
        result.append((time.perf_counter() - start) * 1e3)
    return result


def warm_up(step):
    return times(step, 1, least=10)


def row(name, step, seconds, tokens, unit):
    first = warm_up(step)[0]
    ms = times(step, seconds)
    median = statistics.median(ms)
    scale = 1e3 if unit == "us" else 1
    print(f"{name:38} {median * scale:9.2f} {min(ms) * scale:9.2f} {first * scale:9.0f} "
          f"{tokens / median * 1e3:10.0f}", flush=True)


def paced(step):
    warm_up(step)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(statistics.median(times(step, 1)), flush=True)


def cpu():
    try:
        with open("/proc/cpuinfo") as info:
            return next(line.split(":", 1)[1].strip() for line in info
                        if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", type=int, nargs="*", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--predict", action="store_true")
    parser.add_argument("--paced", type=int, choices=SHAPES, metavar="SHAPE")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    if arguments.paced:
        paced(training_step(*SHAPES[arguments.paced]))
        return

    print(f"{cpu()}, {os.cpu_count()} processors; Python {platform.python_version()}; "
          f"PyTorch {torch.__version__}; {torch.get_num_threads()} threads; "
          f"MKL {torch.backends.mkl.is_available()}, oneDNN {torch.backends.mkldnn.is_available()}")
    header = "{:38} {:>9} {:>9} {:>9} {:>10}"
    if arguments.shapes:
        print(header.format("shape", "median ms", "min ms", "first ms", "tokens/s"))
    for number in arguments.shapes:
        lanes, steps = SHAPES[number][5:]
        step = training_step(*SHAPES[number])
        row(f"{number} {title(number)}", step, arguments.seconds, lanes * steps, "ms")
    if arguments.predict:
        print(header.format("one token", "median us", "min us", "first us", "tokens/s"))
        for hidden, layers, vocabulary in PREDICT:
            name = f"LSTM V{vocabulary} E{hidden} H{hidden} L{layers}"
            step = prediction_step(hidden, layers, vocabulary)
            row(name, step, arguments.seconds, 1, "us")


if __name__ == "__main__":
    main()
