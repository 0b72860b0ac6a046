"""Requests to the operations of an OpenAPI document: as it describes them, and not at all so.

Part of fuzz_requests.py.
"""

import dataclasses
import json
import struct
import urllib.parse

from fuzz_values import STRINGS, Schemas, dump, garble, spoil
from fuzz_wire import Request

JSON = "application/json"
MULTIPART = "multipart/form-data"
TEXT = b"the cat sat on the mat and the dog ran to the cat " * 12
BODY_METHODS = ("post", "put", "patch")

BAD_IDS = [
    "", ".", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%2Fetc%2Fpasswd", "..%5c..%5cwindows", "%00", "a%00b", "%ff", "%C0%AF", "%zz", "%",
    "a%20b", "%20", "a;b=c", ";jsessionid=1", "%3b", "a.json", "file-", "job-0", "FILE-1", "%E2%80%AE", "%F0%9F%98%80", "-1", "null", "*", "{id}",
    "a|b", "a^b", "a%22b", "%3Cscript%3E", "x" * 300, "x" * 5000, "%25252e", "a/b", "a//b", "content", "events", "compare", "comparisons", "é",
]
QUERIES = [
    "limit=0", "limit=-1", "limit=101", "limit=abc", "limit=", "limit", "limit=1e2", "limit=1.0", "limit=99999999999999999999", "limit=1&limit=2",
    "limit=%31", "limit=%00", "limit=null", "limit=٣", "limit=+5", "limit=%205", "after=", "after=x", "after=" + "x" * 3000, "after=%00", "after=%ff",
    "after=a&after=b", "status=nope", "status=RUNNING", "status=", "status=running&status=failed", "purpose=x", "purpose=", "figure=nope", "figure=",
    "figure=lag-profile&figure=gates", "figure=..%2f..", "points=0", "points=-1", "points=1e9", "points=", "points=2147483648", "metadata[a]=b",
    "metadata%5Ba%5D=b", "metadata[=", "metadata[]=", "metadata[a][b]=c", "metadata", "x=1", "=", "&&&", "%", "%zz=1", "a=%", "a=%e2%82", "?", "a=b=c",
    "[]", "a[0]=1", "a.b=1", "a|b=1", "class.module.classLoader=1", "_method=DELETE", "x" * 7000, "&".join(f"a{i}=1" for i in range(600)), "é=ü",
    "format=json", "id=x", "query=x", "headers=x", "query.limit=3",
]
ACCEPTS = [
    "*/*", "application/json", "text/html", "image/svg+xml", "text/event-stream", "application/xml", "application/problem+json", "text/plain", "image/png",
    "garbage", "a/b/c", "*/json", "application/*", "application/json;q=0", "*/*;q=0", "application/json;q=7", "application/json;q=x", ";", "",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json;charset=utf-16", "application/yaml", "application/cbor",
    "text/html;q=0.1, image/svg+xml;q=0.2", ",".join(["text/x"] * 60), "application/octet-stream", "application/json; profile=\"x", "*",
]
HEADERS = [
    ("Range", "bytes=0-9"), ("Range", "bytes=-5"), ("Range", "bytes=5-2"), ("Range", "bytes=99999999-"), ("Range", "bytes=abc"), ("Range", "lines=1-2"),
    ("Range", "bytes=" + ",".join(f"{i}-{i}" for i in range(300))), ("Range", "bytes=0-0,2-3"), ("Range", "bytes=0-99999999999999999999"),
    ("If-Range", "\"x\""), ("If-None-Match", "*"), ("If-None-Match", "W/\"x\""), ("If-None-Match", "garbage"), ("If-Match", "*"), ("If-Match", "\"x\""),
    ("If-Modified-Since", "Sat, 29 Oct 2050 19:43:31 GMT"), ("If-Modified-Since", "garbage"), ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), ("Last-Event-ID", "x"), ("Last-Event-ID", "999999999999999999999"), ("Last-Event-ID", ""),
    ("Idempotency-Key", ""), ("Idempotency-Key", "x" * 256), ("Idempotency-Key", "é"), ("Idempotency-Key", "a b"), ("Idempotency-Key", "key-1"),
    ("x-request-id", "x" * 500), ("x-request-id", "a b"), ("x-request-id", "ok-1"), ("x-request-id", "\t"), ("Origin", "http://evil.example"),
    ("Origin", "null"), ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Prefix", "/../"),
    ("X-Forwarded-For", "1.2.3.4"), ("Forwarded", "for=garbage;;;host=\""), ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Port", "x"), ("Cookie", "a=b; \"; ="),
    ("Connection", "close"), ("Connection", "upgrade"), ("Upgrade", "h2c"), ("Upgrade", "websocket"), ("Expect", "100-continue"), ("Expect", "nonsense"),
    ("Accept-Encoding", "gzip, br;q=x"), ("Accept-Language", "xx-garbage-;q"), ("Accept-Charset", "utf-99"), ("Content-Encoding", "gzip"), ("TE", "trailers"),
    ("Host", "evil.example"), ("Host", "a b"), ("Host", ""), ("Host", "[::1"), ("X", "x" * 7000), ("X", "x" * 9000), ("X", "a\x01b"), ("X Y", "1"), ("", "1"),
    ("traceparent", "00-garbage"), ("traceparent", "00-" + "f" * 32 + "-" + "f" * 16 + "-ff"), ("baggage", ",,,=;"), ("Content-Length", "-1"),
    ("Content-Length", "abc"), ("Content-Length", "99999999999999999999"), ("Transfer-Encoding", "identity"), ("Transfer-Encoding", "gzip"),
    ("Access-Control-Request-Method", "POST"), ("Max-Forwards", "0"), ("Via", "garbage"), ("User-Agent", ""), ("Referer", "javascript:1"),
]
TYPES = [
    "text/plain", "application/xml", "application/x-www-form-urlencoded", "application/json;charset=utf-16", "application/json;charset=nope",
    "application/json; charset=\"", ";;;", "", "application/cbor", "application/yaml", "application/json-patch+json", "application/vnd.api+json", MULTIPART,
    MULTIPART + "; boundary=", MULTIPART + "; boundary=" + "b" * 500, "multipart/mixed; boundary=b", "*/*", "application/*", "application/octet-stream",
    "text/json", "application/x-ndjson", "json", "application/json, text/plain", "image/svg+xml", "application/x-java-serialized-object",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "FOO", "get", "PROPFIND", "M" * 300, "G\tT"]


@dataclasses.dataclass
class Operation:
    """An operation of the document."""

    method: str
    path: str
    description: dict

    @property
    def name(self):
        return f"{self.method.upper()} {self.path}"

    def parameters(self, place):
        return [p for p in self.description.get("parameters", []) if p["in"] == place]

    def content(self):
        """Media type and description of the body, or None."""
        return next(iter(self.description.get("requestBody", {}).get("content", {}).items()), None)


class Builder:
    """Builds requests; ids that exist are taken from what the run has made so far."""

    def __init__(self, document, known, key):
        self.schemas = Schemas(document)
        self.known = known
        self.key = key
        self.model = None  # bytes of a model that the service has made

    def build(self, operation, random):
        """One request: half as described, half with one or more things wrong."""
        request = Request(operation.method.upper(), "")
        if self.key:
            request.headers.append(("Authorization", "Bearer " + self.key))
        path = self._path(operation, random, request)
        query = self._query(operation, random, request)
        request.target = path + ("?" + query if query else "")
        accepts = [t for r in operation.description["responses"].values() for t in r.get("content", {}) if "problem" not in t]
        if random.random() < 0.1:
            request.headers.append(("Accept", random.choice(ACCEPTS)))
            request.kinds.append("Accept")
        elif accepts and random.random() < 0.7:
            request.headers.append(("Accept", random.choice(accepts)))
        if operation.content():
            self._body(operation, random, request)
        for parameter in operation.parameters("header"):
            if random.random() < 0.2:
                request.headers.append((parameter["name"], f"key-{random.randrange(1000)}"))
        if random.random() < 0.1:
            for _ in range(random.choice([1, 1, 1, 2, 110])):
                request.headers.append(random.choice(HEADERS))
            request.kinds.append("headers")
        if random.random() < 0.03:
            request.method = random.choice(METHODS)
            request.kinds.append("method")
        if self.key and random.random() < 0.02:
            odd = random.choice([None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer " + self.key + "x", "bearer\t" + self.key, "Bearer é", self.key])
            request.headers = [h for h in request.headers if h[0] != "Authorization"] + ([("Authorization", odd)] if odd is not None else [])
            request.kinds.append("key")
        return request

    def _path(self, operation, random, request):
        path = operation.path
        for parameter in operation.parameters("path"):
            before = path.split("{" + parameter["name"])[0]
            ids = self.known.of(before)
            draw = random.random()
            if draw < 0.12 or not ids:
                value = random.choice(BAD_IDS) if draw < 0.12 else "unknown-1"
                request.kinds.append("id")
            else:
                value = random.choice(ids)
            path = path.replace("{" + parameter["name"] + "}", value)
        if random.random() < 0.02:
            path = random.choice([path + "/", "/" + path, path.replace("/v1", "/v1/."), path.upper(), path + "%2f", path + ";a=b", path + ".json", "//" + path, path + "#a", path + " x"])
            request.kinds.append("path")
        return path

    def _query(self, operation, random, request):
        pairs = []
        for parameter in operation.parameters("query"):
            if parameter.get("required") or random.random() < 0.4:
                value = self.schemas.draw(parameter.get("schema", {}), random)
                if parameter["name"] == "after" and random.random() < 0.7:
                    value = random.choice(self.known.of(operation.path + "/") or ["x"])
                pairs.append((parameter["name"], str(value)))
        query = urllib.parse.urlencode(pairs, errors="surrogatepass")
        if random.random() < 0.1:
            query = "&".join(filter(None, [query, random.choice(QUERIES)]))
            request.kinds.append("query")
        return query

    def _body(self, operation, random, request):
        media, described = operation.content()
        if media == MULTIPART:
            self._upload(operation, random, request)
        else:
            value = self.document(described, random)
            draw = random.random()
            if draw < 0.5:
                text = dump(value)
            else:
                text, kind = spoil(value, random)
                request.kinds.append(kind)
            request.body = text.encode("utf-8", "surrogatepass")
            if draw > 0.9:
                request.body, kind = garble(text, random)
                request.kinds.append(kind)
            request.headers.append(("Content-Type", JSON))
        if random.random() < 0.04:
            request.headers = [h for h in request.headers if h[0] != "Content-Type"]
            request.headers.append(("Content-Type", random.choice(TYPES)))
            request.kinds.append("Content-Type")
        if random.random() < 0.05:
            request.chunked = True

    def document(self, described, random):
        """A body that the description allows: one of its examples, or drawn, or both laid over one another."""
        schema = described["schema"]
        examples = [e["value"] for e in described.get("examples", {}).values()]
        value = self.schemas.draw(schema, random)
        if examples and random.random() < 0.75:
            example = random.choice(examples)
            example = json.loads(example) if isinstance(example, str) else json.loads(json.dumps(example))
            names = [n for n in value if random.random() < random.choice([0, 0, 0.3])]
            value = example | {name: value[name] for name in names}
        return self._with_known(value, random)

    def _with_known(self, value, random):
        """Ids of examples are of things that are not there: others that are take their place."""
        if isinstance(value, list):
            return [self._with_known(item, random) for item in value]
        if not isinstance(value, dict):
            return value
        result = {}
        for name, item in value.items():
            ids = self.known.of({"training_file": "/v1/files/", "validation_file": "/v1/files/", "file": "/v1/files/", "model": "/v1/models/"}.get(name, ""))
            wanted = isinstance(item, str) and ids and item not in ("rnn", "gru", "lstm", "mlp", "conv") and random.random() < 0.9
            result[name] = random.choice(ids) if wanted else self._with_known(item, random)
        return result

    def _upload(self, operation, random, request):
        """A corpus or a model in parts, and every way in which parts can be wrong."""
        model = "models" in operation.path
        content = self._model(random, request) if model else corpus(random, request)
        name = random.choice(["a.txt", "a.dat", "a.jsonl", "a.safetensors", "a"])
        parts = [part("file", content, name)]
        if model:
            parts += [part("suffix", random.choice([b"mine", b"a-b-1"]))] if random.random() < 0.5 else []
        else:
            parts += [part("purpose", random.choice([b"train", b"fine-tune"]))]
            parts += [part("format", random.choice([b"text", b"events", b"jsonl"]))] if random.random() < 0.3 else []
        boundary = "----fuzz"
        request.headers.append(("Content-Type", f"{MULTIPART}; boundary={boundary}"))
        end = b"--" + boundary.encode() + b"--\r\n"
        if random.random() < 0.5:
            kind = random.choice(["no end", "no file", "part twice", "odd name", "odd value", "no name", "odd part header", "many parts", "nested", "wrong boundary",
                                  "garbage", "empty", "preamble", "bare newlines", "extra part"])
            request.kinds.append("multipart: " + kind)
            if kind == "no end":
                end = b""
            elif kind == "no file":
                parts = parts[1:]
            elif kind == "part twice":
                parts += [random.choice(parts)]
            elif kind == "odd name":
                odd = ["../../etc/passwd", "a\x00b", "é\U0001f600.txt", "x" * 5000, "", "a\"b", "C:\\a.txt", ".", "a\tb", "%00", "=?utf-8?q?a?=", "con.jsonl"]
                parts[0] = part("file", content, random.choice(odd))
            elif kind == "odd value":
                parts[1:] = [part(random.choice(["purpose", "format", "suffix"]), random.choice(STRINGS).encode("utf-8", "surrogatepass"))]
            elif kind == "no name":
                parts[0] = b"\r\n" + content + b"\r\n"
            elif kind == "odd part header":
                odd = [b"X: " + b"x" * 2000, b"Content-Type: ;;;", b"Content-Transfer-Encoding: base64", b"garbage", b"Content-Length: 999", b"Content-Type: text/plain; charset=utf-99"]
                parts = [random.choice(odd) + b"\r\n" + item for item in parts]
            elif kind == "many parts":
                parts += [part(f"p{i}", b"x") for i in range(random.choice([8, 60, 2000]))]
            elif kind == "nested":
                parts.append(b'Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nx\r\n--in--\r\n')
            elif kind == "wrong boundary":
                request.headers[-1] = ("Content-Type", f"{MULTIPART}; boundary=other")
            elif kind == "preamble":
                parts.insert(0, b"x")
            elif kind == "extra part":
                parts.append(part(random.choice(["file", "x", ""]), b"x", random.choice([None, "b.txt"])))
            body = b"".join(b"--" + boundary.encode() + b"\r\n" + item for item in parts) + end
            request.body = {"garbage": b"garbage", "empty": b"", "bare newlines": body.replace(b"\r\n", b"\n")}.get(kind, body)
        else:
            request.body = b"".join(b"--" + boundary.encode() + b"\r\n" + item for item in parts) + end


    def _model(self, random, request):
        """A model that was made here, as it is or with some bytes changed, or tensors that are none."""
        if self.model is None or random.random() < 0.4:
            return safetensors(random, request)
        if random.random() < 0.3:
            return self.model
        request.kinds.append("changed model")
        data = bytearray(self.model)
        head = struct.unpack("<Q", data[:8])[0]
        for _ in range(random.choice([1, 3, 50])):
            data[random.randrange(random.choice([8, head + 8, len(data)]))] = random.choice([0, 0x30, 0x7F, 0xFF, random.randrange(256)])
        return bytes(data[: random.choice([len(data), random.randrange(len(data))])])


def part(name, content, filename=None):
    """One part of a form."""
    file = "" if filename is None else f'; filename="{filename}"'
    return f'Content-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


def corpus(random, request):
    """Bytes of a corpus, now and then not one."""
    if random.random() < 0.6:
        return TEXT[: random.randint(50, len(TEXT))]
    request.kinds.append("odd corpus")
    return random.choice([
        b"", b"\xff\xfe", b"a", b"\n\n\n", b"\x00" * 100, b"\xef\xbb\xbfabc", b'{"text": "abc"}\n' * 40, b'{"tokens": ["a", 1, "b"]}\n' * 40, b'{"tokens": []}\n',
        b'{"text": "a"}\n{"tokens": ["a"]}\n', b'{"text": 1}\n', b"{", b'{"tokens": [' + b"1," * 5000 + b"1]}\n", b"[" * 3000, b'{"tokens": [{}]}', b"a b c\r\nd e f\r\n" * 9,
        "é😀ß".encode() * 100, b"\xed\xa0\x80", b"a" * 100_000, bytes(random.randrange(256) for _ in range(200)), b'{"text": "\\ud800"}\n' * 9, b'{"tokens":[1e999,-1]}',
    ])


def safetensors(random, request):
    """Bytes of a file of tensors, mostly with something wrong in its header."""
    request.kinds.append("odd model")
    shape = random.choice([[2, 3], [0], [], [2**31, 2**31], [-1], [1] * 100, [2**63 - 1, 3], [1e3], ["a"], None])
    names = ["embedding.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "decoder.weight", "x" * 300, "rnn.weight_hh_l99999999999", "__metadata__", ""]
    entry = {"dtype": random.choice(["F32", "F16", "BF16", "F64", "I64", "U8", "nope", None, 1]), "shape": shape,
             "data_offsets": random.choice([[0, 24], [24, 0], [0, 2**63], [-8, 8], [0], [], "a", [0, 1e9], [0, 23]])}
    header = {name: entry for name in random.sample(names, random.randint(0, 4))}
    if random.random() < 0.4:
        header["__metadata__"] = {"vocabulary": random.choice(['["a","b"]', '["a","a"]', "[]", "{", '["' + "a" * 3000 + '"]', "null", "[1]"]),
                                  "architecture": random.choice(["lstm", "{}", '{"cell":"lstm","layers":1e9}', "[]", "nope", '{"hidden_size":-1}']), "tokenizer": random.choice(["char", "byte", "{}", "nope"])}
    text = dump(header).encode()
    if random.random() < 0.3:
        text, _ = garble(text.decode(), random)
    size = len(text) if random.random() < 0.8 else random.choice([0, 1, len(text) + 1, 2**31, 2**63 - 1, 2**64 - 1, 100_000_001])
    return struct.pack("<Q", size) + text + b"\0" * random.choice([0, 23, 24, 100])
