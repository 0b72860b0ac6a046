"""HTTP as bytes: requests that no client library would send, and answers read with a time limit.

Part of fuzz_requests.py.
"""

import dataclasses
import http.client
import json
import shlex
import socket
import time
from pathlib import Path

LARGEST_ANSWER = 64 << 20
STREAM_BYTES = 400
STREAM_SECONDS = 0.5


class NoAnswer(Exception):
    """The connection was closed, or the time was over, before an answer was complete."""


@dataclasses.dataclass
class Request:
    """One request, as it goes onto the wire."""

    method: str
    target: str
    headers: list = dataclasses.field(default_factory=list)
    body: bytes | None = None
    kinds: list = dataclasses.field(default_factory=list)  # what is odd about it; empty: by the description
    chunked: bool = False

    def header(self, name):
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def wire(self, host):
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        if self.header("Host") is None:
            lines.append(f"Host: {host}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        body = self.body or b""
        if self.chunked:
            lines.append("Transfer-Encoding: chunked")
            half = len(body) // 2
            parts = [part for part in (body[:half], body[half:]) if part]
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        elif self.body is not None and self.header("Content-Length") is None and self.header("Transfer-Encoding") is None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body

    def curl(self, base, body_file):
        """The command that sends the same; a long or binary body is put into the file."""
        words = ["curl", "-i", "--path-as-is", "-g", "-X", self.method]
        for name, value in self.headers:
            words += ["-H", f"{name}: {value}" if value else f"{name};"]
        if self.chunked:
            words += ["-H", "Transfer-Encoding: chunked"]
        if self.body is not None:
            text = self.body.decode("utf-8", "replace")
            if len(self.body) < 2000 and text.isprintable() and not text.startswith("@"):
                words += ["--data-raw", text]
            else:
                Path(body_file).write_bytes(self.body)
                words += ["--data-binary", f"@{body_file}"]
        return shlex.join(words + [base + self.target])


@dataclasses.dataclass
class Answer:
    """What came back, and after how long."""

    status: int
    headers: dict
    body: bytes
    seconds: float
    cut: bool = False  # a stream that was read for a moment only

    def json(self):
        return json.loads(self.body)

    @property
    def type(self):
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class Connection:
    """One connection that is kept as long as the server keeps it."""

    def __init__(self, host, port, limit):
        self.host, self.port, self.limit = host, port, limit
        self.socket = None

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, request):
        """Sends, and reads the answer; once more where the server has meanwhile closed a kept connection."""
        reused = self.socket is not None
        try:
            return self._exchange(request)
        except NoAnswer:
            self.close()
            if not reused:
                raise
            return self._exchange(request)

    def _exchange(self, request):
        start = time.monotonic()
        try:
            if self.socket is None:
                self.socket = socket.create_connection((self.host, self.port), timeout=self.limit)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(self.limit)
            try:
                self.socket.sendall(request.wire(f"{self.host}:{self.port}"))
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before all was sent: the answer may be there
            response = http.client.HTTPResponse(self.socket, method=request.method)
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            streamed = headers.get("content-type", "").startswith("text/event-stream")
            body = self._moment(response) if streamed else response.read(LARGEST_ANSWER)
            if streamed or response.will_close or not response.isclosed():
                self.close()
            return Answer(response.status, headers, body, time.monotonic() - start, streamed)
        except TimeoutError as error:
            self.close()
            raise NoAnswer(f"no whole answer after {time.monotonic() - start:.1f} s") from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(f"{type(error).__name__}: {error}") from error

    def _moment(self, response):
        """The beginning of a stream, which need not end."""
        self.socket.settimeout(STREAM_SECONDS)
        body = b""
        try:
            while len(body) < STREAM_BYTES:
                piece = response.read1(STREAM_BYTES)
                if not piece:
                    break
                body += piece
        except TimeoutError:
            pass
        return body
