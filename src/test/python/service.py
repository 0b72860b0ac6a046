"""The packaged service as a process, and a small client of it. What the robustness commands beside this file share."""

import glob
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Those of the image (src/main/docker/jvm.options) that do not depend on where it lies.
OPTIONS = ["--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:TrimNativeHeapInterval=10000"]
READY_SECONDS = 120


def java():
    home = os.environ.get("JAVA_HOME")
    return os.path.join(home, "bin", "java") if home else "java"


def jcmd(pid, *command):
    """Has the JVM of that process run a diagnostic command; its output."""
    program = os.path.join(os.environ["JAVA_HOME"], "bin", "jcmd") if "JAVA_HOME" in os.environ else "jcmd"
    return subprocess.run([program, str(pid), *command], check=True, capture_output=True, text=True, timeout=120).stdout


def packaged_jar():
    """The jar that ./mvnw package has made."""
    found = sorted(glob.glob(str(ROOT / "target" / "carousel-*.jar")))
    if len(found) != 1:
        raise SystemExit(f"expected one target/carousel-*.jar, found {found or 'none'}; ./mvnw package -DskipTests makes it")
    return found[0]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def code(self):
        """error.code of a problem, or None."""
        try:
            return self.json()["error"]["code"]
        except (ValueError, KeyError, TypeError):
            return None


class Client:
    """Sends requests, each on a connection of its own. A connection that breaks is an OSError or an HTTPException."""

    def __init__(self, base, key=None, timeout=60):
        parts = urllib.parse.urlsplit(base)
        self.host, self.port = parts.hostname, parts.port or 80
        self.headers = {"Authorization": "Bearer " + key} if key else {}
        self.timeout = timeout

    def open(self, method, path, body=None, headers=None):
        """The connection and its answer, of which nothing but the head has been read."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body=body, headers=self.headers | (headers or {}))
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def send(self, method, path, body=None, headers=None):
        connection, response = self.open(method, path, body, headers)
        try:
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, accept="application/json"):
        return self.send("GET", path, headers={"Accept": accept})

    def delete(self, path):
        return self.send("DELETE", path)

    def post(self, path, body, headers=None):
        return self.send("POST", path, json.dumps(body), {"Content-Type": "application/json"} | (headers or {}))

    def upload(self, path, name, content, fields):
        """A multipart/form-data request with one file."""
        boundary = "carousel-" + os.urandom(12).hex()
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: application/octet-stream\r\n\r\n".encode()
        )
        body = b"".join(parts) + content + f"\r\n--{boundary}--\r\n".encode()
        return self.send("POST", path, body, {"Content-Type": "multipart/form-data; boundary=" + boundary})

    def listed(self, path):
        """All of a list, page by page."""
        found, after = [], None
        while True:
            page = self.get(path + "?limit=100" + ("&after=" + after if after else "")).json()
            found += page["data"]
            if not page["has_more"]:
                return found
            after = page["last_id"]

    def probabilities(self, model, text, top_k=1000):
        """Of all next tokens, as the service prints them."""
        answer = self.post(f"/v1/models/{model}/predictions", {"inputs": [text], "top_k": top_k})
        if answer.status != 200:
            raise AssertionError(f"a prediction of {model} was answered {answer.status} {answer.body[:300]!r}")
        return [(next_["id"], next_["probability"]) for next_ in answer.json()["data"][0]["predictions"]]


class Service:
    """A service that this program started."""

    def __init__(self, command, settings, log, wait=True):
        self.port = free_port()
        self.command = [*command, f"--server.port={self.port}", "--server.address=127.0.0.1", *settings]
        self.log = log
        begin = time.monotonic()
        with open(log, "ab") as out:
            # A group of its own: an interrupt of this program is not one of the service.
            self.process = subprocess.Popen(self.command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        self.pid = self.process.pid
        self.base = f"http://127.0.0.1:{self.port}"
        self.client = Client(self.base)
        try:
            if wait:
                self.await_ready(begin + READY_SECONDS)
        except BaseException:
            self.kill()
            raise
        self.start_seconds = time.monotonic() - begin

    def await_ready(self, deadline):
        while True:
            if self.process.poll() is not None:
                raise SystemExit(f"the service ended with {self.process.returncode}; its log: {self.log}")
            try:
                if self.client.get("/actuator/health/readiness").status == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise SystemExit(f"the service was not ready after {READY_SECONDS} s; its log: {self.log}")
            time.sleep(0.05)

    def kill(self):
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait()

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def jar_command(jar, options=()):
    return [java(), *OPTIONS, *options, "-jar", jar]


def cached_command(jar, directory, options=()):
    """The jar taken apart and with an AOT cache of its classes, as the image has it: starts faster."""
    apart = os.path.join(directory, "apart")
    cache = os.path.join(directory, "carousel.aot")
    inner = os.path.join(apart, os.path.basename(jar))
    if not os.path.exists(cache):
        subprocess.run([java(), "-Djarmode=tools", "-jar", jar, "extract", "--destination", apart], check=True)
        with tempfile.TemporaryDirectory() as data:
            subprocess.run(
                [java(), *OPTIONS, *options, "-XX:AOTCacheOutput=" + cache, "-Dspring.context.exit=onRefresh", "-jar", inner,
                 "--carousel.storage.directory=" + data],
                check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
    return [java(), "-XX:AOTCache=" + cache, *OPTIONS, *options, "-jar", inner]
