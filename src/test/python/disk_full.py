"""The disk is full: does the service say so, leave nothing half-written, and go on once there is room?

    sudo -E python3 src/test/python/disk_full.py

Starts the packaged jar on a small file system in memory (tmpfs, in a mount namespace of its own, so it needs root), fills it and
frees it again: while a model is saved, a file or a model is uploaded, to the page (the bytes of a file fit, their description does
not), while an upload is spooled, at a start and at a stop. Needs nothing but Python's library and util-linux. Ends with 1 at the
first thing that is not as it should be.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from service import Service, jar_command, packaged_jar

SETTINGS = ["--carousel.backend=scalar", "--carousel.models.cache-bytes=1KB", "--logging.level.root=WARN"]
OPTIONS = ["-Xmx512m", "-XX:TieredStopAtLevel=1"]
MEGABYTE = 1 << 20
PAGE = 4096
TEXT = "the quick brown fox jumps over the lazy dog. " * 8
INSIDE = "CAROUSEL_DISK_FULL_INSIDE"


def expect(what, expected, found):
    """Prints what was checked, and ends where it is not so."""
    if expected != found:
        print(f"NOT SO {what}: expected {expected}, found {found}")
        sys.exit(1)
    print(f"  {what}: {found}", flush=True)


class Disk:
    """A tmpfs of a given size."""

    def __init__(self, path, size):
        self.path = path
        self.filler = os.path.join(path, "filler")
        os.makedirs(path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], check=True)

    def fill(self, leave=0):
        """Fills it but for some bytes, a multiple of the page."""
        self.free()
        with open(self.filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, self.room() - leave)
        expect("bytes free", leave, self.room())

    def room(self):
        status = os.statvfs(self.path)
        return status.f_bavail * status.f_frsize

    def free(self):
        Path(self.filler).unlink(missing_ok=True)


class Checks:
    def __init__(self, service, data):
        self.service = service
        self.client = service.client
        self.data = data

    def train(self, hidden, **training):
        """A job to its end."""
        job = self.client.post("/v1/training/jobs", {
            "dataset": {"text": TEXT}, "architecture": {"hidden_size": hidden}, "validation_split": 0, "seed": 3,
            "training": {"epochs": 1, "max_steps": 1, "batch_size": 2, "sequence_length": 8} | training}).json()
        while job["status"] not in ("succeeded", "failed"):
            time.sleep(0.05)
            job = self.client.get("/v1/training/jobs/" + job["id"]).json()
        return job

    def job_fails(self, what, hidden):
        before = self.kept()
        job = self.train(hidden)
        expect(f"{what}: the job", ("failed", "storage_full", None), (job["status"], job["error"]["code"], job["fine_tuned_model"]))
        self.unchanged(what, before)

    def refused(self, what, answer, before):
        expect(f"{what}: the answer", (507, "storage_full"), (answer.status, answer.code()))
        self.unchanged(what, before)

    def unchanged(self, what, before):
        now = self.kept()
        expect(f"{what}: the same models, files and bytes as before", True, before == now or now)
        deadline = time.monotonic() + 5
        while self.spooled() and time.monotonic() < deadline:
            time.sleep(0.05)  # it is removed after the answer
        expect(f"{what}: bytes left in the spool", 0, self.spooled())
        expect(f"{what}: ready", 200, self.client.get("/actuator/health/readiness").status)

    def kept(self):
        """What is listed, and what is on disk beside the spool."""
        return (
            sorted(model["id"] for model in self.client.listed("/v1/models")),
            sorted(file["id"] for file in self.client.listed("/v1/files")),
            sorted((str(path), path.stat().st_size) for part in ("models", "files", "uploads") for path in Path(self.data, part).iterdir()),
        )

    def spooled(self):
        """Bytes. Tomcat forgets an empty file where not even an upload's first byte could be spooled; the next start removes it."""
        total = 0
        for path in Path(self.data, "spool").rglob("upload_*"):
            try:
                total += path.stat().st_size
            except FileNotFoundError:
                pass  # removed meanwhile
        return total

    def upload_file(self, size):
        return self.client.upload("/v1/files", "full.txt", b"a" * size, {"purpose": "train"})


def run(directory):
    data = Disk(os.path.join(directory, "data"), "64m")
    command = jar_command(packaged_jar(), OPTIONS)
    settings = [*SETTINGS, "--carousel.storage.directory=" + data.path]
    log = os.path.join(directory, "service.log")
    service = Service(command, settings, log)
    try:
        checks = Checks(service, data.path)
        model, content = with_room(checks)
        says = checks.client.probabilities(model, "the quick")
        data_full(checks, data, content)
        expect("the model says the same", True, says == checks.client.probabilities(model, "the quick"))
        again(checks, data)
        expect("stopped while the disk is full: exit code", 143, stop_while_training(checks, data))

        service = Service(command, settings, log)
        print("Started while the disk is full")
        checks = Checks(service, data.path)
        expect("nothing is left where uploads are spooled", [], list(Path(data.path, "spool").rglob("upload_*")))
        expect("the model says the same", True, says == checks.client.probabilities(model, "the quick"))
        file = checks.client.listed("/v1/files")[0]["id"]
        expect("a file can be deleted", 200, checks.client.delete("/v1/files/" + file).status)
        checks.job_fails("a model that does not fit", 512)
        again(checks, data)
        expect("exit code", 143, service.stop())
    except BaseException:
        print("The end of the log:", Path(log).read_text(encoding="utf-8", errors="replace")[-3000:])
        raise
    finally:
        if service.process.poll() is None:
            service.kill()


def with_room(checks):
    """The id of a model that stays, and the file of another."""
    print("With room")
    job = checks.train(16)
    expect("a small job", "succeeded", job["status"])
    expect("a file", 200, checks.upload_file(MEGABYTE).status)
    large = checks.train(512)
    expect("a large job", "succeeded", large["status"])
    content = checks.client.get(f"/v1/models/{large['fine_tuned_model']}/content", "*/*").body
    expect("the large one deleted", 200, checks.client.delete("/v1/models/" + large["fine_tuned_model"]).status)
    return job["fine_tuned_model"], content


def data_full(checks, data, content):
    print("With room for a part of it")
    data.fill(2 * MEGABYTE)
    checks.job_fails("a model that does not fit", 512)
    before = checks.kept()
    checks.refused("a file that cannot be spooled", checks.upload_file(3 * MEGABYTE), before)
    checks.refused("a file that can be spooled and not kept", checks.upload_file(3 * MEGABYTE // 2), before)
    # Spooled, as it came, and as it is kept: the last of the three does not fit.
    data.fill((2 * len(content) + MEGABYTE) // PAGE * PAGE)
    checks.refused("an uploaded model that does not fit",
                   checks.client.upload("/v1/models", "model.safetensors", content, {}), before)
    print("With room for a file's bytes, spooled and kept, alone")
    for pages in (2, 1):
        data.fill(2 * pages * PAGE)
        before = checks.kept()
        checks.refused("a file whose description does not fit", checks.upload_file(pages * PAGE), before)
    print("Without room")
    data.fill()
    checks.job_fails("a small model", 16)
    checks.job_fails("a large model", 512)
    before = checks.kept()
    checks.refused("a file of a byte", checks.upload_file(1), before)
    key = {"Idempotency-Key": "full"}
    body = {"architecture": {"hidden_size": 8}, "input": {"text": TEXT}, "sequence_length": 8, "include": ["verdicts"]}
    expect("a report, which needs no room", 201, checks.client.post("/v1/gradient-reports", body, key).status)


def again(checks, data):
    print("With room again")
    data.free()
    job = checks.train(512)
    expect("a large job", "succeeded", job["status"])
    expect("a file", 200, checks.upload_file(3 * MEGABYTE).status)
    expect("the large one deleted", 200, checks.client.delete("/v1/models/" + job["fine_tuned_model"]).status)


def stop_while_training(checks, data):
    """Stops the service while a job runs whose weights cannot be kept."""
    data.fill()
    job = checks.client.post("/v1/training/jobs", {
        "dataset": {"text": TEXT * 50}, "architecture": {"hidden_size": 64}, "training": {"epochs": 1000, "batch_size": 8}}).json()
    while job["progress"]["step"] == 0:
        time.sleep(0.05)
        job = checks.client.get("/v1/training/jobs/" + job["id"]).json()
    return checks.service.stop()


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory(prefix="disk-full-") as directory:
        try:
            run(directory)
        finally:
            subprocess.run(["umount", "--lazy", os.path.join(directory, "data")], check=False)
    print("All as it should be")


if __name__ == "__main__":
    main()
