#!/usr/bin/env python3
"""Training steps of this engine and of PyTorch, shape by shape, the two taking turns.

    python3 src/test/python/compare_steps.py [--shapes 1 2 ...] [--rounds 7]
        [--python PYTHON] [--java "COMMAND"]

PYTHON is an interpreter that has torch. COMMAND runs StepTable and is given its options; without it
Maven runs it, from the root of the repository. Each turn is a second of steps; a pause before it
lets the other's threads, which spin for a while, go to sleep. Times are medians of the turns'
medians.
"""
import argparse
import os
import shlex
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from shapes import SHAPES, title

ROOT = Path(__file__).resolve().parents[3]
PAUSE_SECONDS = 0.3


class Program:
    """A program that says "ready", and then a number for each line that it is sent."""

    def __init__(self, command):
        self.command = command
        # A group of its own, because Maven starts the program as a child.
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, start_new_session=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.turns = []

    def __enter__(self):
        while self.line() != "ready":
            pass
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process.wait()

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            self.__exit__()
            sys.exit("ended early: " + shlex.join(self.command))
        return line.strip()

    def turn(self):
        time.sleep(PAUSE_SECONDS)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.turns.append(float(self.line()))

    def median(self):
        return statistics.median(self.turns)


def java_command(java, shape):
    options = f"--shapes {shape} --seconds 1 --paced true"
    if java:
        return shlex.split(java) + options.split()
    return ["./mvnw", "-q", "-Pbenchmark", "test-compile", "exec:exec",
            "-Dbenchmark.arguments=" + options]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", type=int, nargs="*", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--java", metavar="COMMAND")
    arguments = parser.parse_args()
    script = str(Path(__file__).with_name("pytorch_steps.py"))

    print("| shape | ours, ms | PyTorch, ms | PyTorch ÷ ours |\n|---|---|---|---|", flush=True)
    ratios = []
    for shape in arguments.shapes:
        with Program(java_command(arguments.java, shape)) as ours, \
                Program([arguments.python, script, "--paced", str(shape)]) as theirs:
            for _ in range(arguments.rounds):
                ours.turn()
                theirs.turn()
        ratios.append(theirs.median() / ours.median())
        print(f"| {shape} {title(shape)} | {ours.median():.2f} | {theirs.median():.2f} "
              f"| {ratios[-1]:.2f} |", flush=True)
    if len(ratios) > 1:
        print(f"\nGeometric mean of the ratios: {statistics.geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
