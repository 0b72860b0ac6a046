"""Values that a JSON schema allows, and documents that are spoilt on purpose.

Part of fuzz_requests.py. Everything is drawn from the random.Random that is handed in, so a seed repeats it.
"""

import copy
import json

INTEGERS = [0, 1, 2, 3, 4, 8, -1, 100, 101, 4096, 2**31 - 1, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30]
NUMBERS = [0.0, -0.0, 0.5, 1.0, 1.5, -1.0, 1e-300, 5e-324, 1e38, 3.5e38, 1.7976931348623157e308, -1e308, 0.1, 0.999999999999]
STRINGS = [
    "", " ", "a", "the quick brown fox jumps over the lazy dog", "\u0000", "\ud800", "e\u0301", "\u202e", "\U0001f600", "\ufeff",
    "../../etc/passwd", "%2e%2e%2f", "null", "NaN", "-1", "<script>alert(1)</script>", "${jndi:ldap://127.0.0.1/a}", "'; --",
    "{{7*7}}", "\r\nX-Injected: 1", "a\tb\nc", "x" * 1000,
]
LITERALS = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "0x10", "01", "+1", ".5", "1.", "1" * 400, "'a'", "undefined", "tru", ""]


class Raw:
    """A piece of text that stands in the document as it is, JSON or not."""

    def __init__(self, text):
        self.text = text


def dump(value):
    """JSON, in which Raw is written as it is, and a list of pairs within Pairs as an object that may repeat its names."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Pairs):
        return "{" + ",".join(json.dumps(name) + ":" + dump(item) for name, item in value) + "}"
    if isinstance(value, dict):
        return "{" + ",".join(json.dumps(str(name)) + ":" + dump(item) for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    return json.dumps(value)


class Pairs(list):
    """An object's fields, the same name twice among them."""


class Schemas:
    """Draws values of the schemas of one OpenAPI document."""

    def __init__(self, document):
        self.document = document

    def resolve(self, schema):
        while "$ref" in schema:
            target = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            schema = target
        return schema

    def draw(self, schema, random, depth=0):
        """A value that the schema allows."""
        schema = self.resolve(schema)
        for choice in ("oneOf", "anyOf"):
            if choice in schema:
                return self.draw(random.choice(schema[choice]), random, depth)
        if "enum" in schema:
            return random.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        types = schema.get("type", "object" if "properties" in schema else None)
        kind = random.choice(types) if isinstance(types, list) else types
        if kind not in ("object", "array") and "example" in schema and random.random() < 0.5:
            return copy.deepcopy(schema["example"])
        return getattr(self, f"_{kind}", self._anything)(schema, random, depth)

    def _object(self, schema, random, depth):
        properties = schema.get("properties", {})
        required = set(schema.get("required", []))
        share = 0.35 if depth < 4 else 0.0
        value = {
            name: self.draw(of, random, depth + 1)
            for name, of in properties.items()
            if name in required or random.random() < share
        }
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            for i in range(random.randrange(3)):
                value[f"key{i}"] = self.draw(extra, random, depth + 1)
        return value

    def _array(self, schema, random, depth):
        least = schema.get("minItems", 0)
        count = random.randint(least, min(schema.get("maxItems", least + 3), least + 3))
        return [self.draw(schema.get("items", {}), random, depth + 1) for _ in range(count)]

    def _integer(self, schema, random, depth):
        return _number(schema, random, INTEGERS, random.randint(1, 8))

    def _number(self, schema, random, depth):
        return _number(schema, random, NUMBERS, round(random.random(), 3))

    def _string(self, schema, random, depth):
        if "pattern" in schema:
            return schema.get("example", "a")
        text = random.choice(STRINGS[:10]) if random.random() < 0.3 else "the cat sat on the mat "[: random.randint(1, 23)]
        least, most = schema.get("minLength", 0), schema.get("maxLength", 1 << 30)
        return (text + "a" * least)[:most]

    def _boolean(self, schema, random, depth):
        return random.random() < 0.5

    def _null(self, schema, random, depth):
        return None

    def _anything(self, schema, random, depth):
        return random.choice([None, True, 1, 0.5, "a", [], {}, ["a", "b"], [1, 2], {"a": 1}])


def _number(schema, random, edges, ordinary):
    least, most = schema.get("minimum"), schema.get("maximum")
    fitting = [n for n in edges if (least is None or n >= least) and (most is None or n <= most)]
    if fitting and random.random() < 0.3:
        return random.choice(fitting)
    return min(max(ordinary, least if least is not None else ordinary), most if most is not None else ordinary)


def places(value, path=()):
    """The path of each value within a document, itself included."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, path + (key,))


def replaced(value, path, change):
    """The document with change applied to the value at the path."""
    if not path:
        return change(value)
    value = dict(value) if isinstance(value, dict) else list(value)
    value[path[0]] = replaced(value[path[0]], path[1:], change)
    return value


def spoil(value, random):
    """The document with something wrong at one place, as text, and what it is."""
    spots = list(places(value))
    path = random.choice(spots)
    if len(path) < 1 and len(spots) > 1 and random.random() < 0.8:
        path = random.choice(spots[1:])
    kind = random.choice(list(SPOILS))
    return dump(replaced(value, path, lambda found: SPOILS[kind](found, random))), kind


def _other_type(found, random):
    others = [None, True, 7, 0.25, "text", [], {}, [1], {"a": 1}, [[]], "1", [None]]
    return random.choice([other for other in others if type(other) is not type(found)])


def _deep(found, random):
    depth = random.choice([10, 600, 1001, 20_000])
    opening, closing = random.choice([("[", "]"), ('{"a":', "}")])
    return Raw(opening * depth + "1" + closing * depth)


def _missing(found, random):
    if isinstance(found, dict) and found:
        gone = random.choice(list(found))
        return {name: item for name, item in found.items() if name != gone}
    return None


def _extra(found, random):
    if isinstance(found, dict):
        return found | {random.choice(["x", "", "__proto__", "class", "@type", "a.b[0]", "x" * 5000, "\ud83d", "\u0000"]): 1}
    return [found, found]


def _twice(found, random):
    if isinstance(found, dict) and found:
        name = random.choice(list(found))
        return Pairs([*found.items(), (name, found[name])])
    return Pairs([("a", 1), ("a", 2)])


def _many(found, random):
    return random.choice([[found] * 300, [[1]] * 5000, {f"k{i}": i for i in range(2000)}])


SPOILS = {
    "wrong type": _other_type,
    "null": lambda found, random: None,
    "edge of integers": lambda found, random: random.choice(INTEGERS),
    "edge of numbers": lambda found, random: random.choice(NUMBERS),
    "no JSON number": lambda found, random: Raw(random.choice(LITERALS)),
    "odd string": lambda found, random: random.choice(STRINGS),
    "long string": lambda found, random: random.choice(["a", "the ", "é", "\U0001f600"]) * random.choice([100, 5000, 100_000]),
    "deep nesting": _deep,
    "missing field": _missing,
    "extra field": _extra,
    "duplicate key": _twice,
    "many values": _many,
}


def garble(text, random):
    """The bytes of a document that is none, and what is wrong with them."""
    data = text.encode("utf-8", "surrogatepass")
    at = random.randint(0, len(data))
    kind, result = random.choice([
        ("cut off", data[:at]),
        ("invalid UTF-8", data[:at] + random.choice([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x82"]) + data[at:]),
        ("NUL", data[:at] + b"\x00" + data[at:]),
        ("byte order mark", b"\xef\xbb\xbf" + data),
        ("UTF-16", text.encode("utf-16", "surrogatepass")),
        ("more behind it", data + random.choice([b"x", b"{}", b",", b"]", b"\x00"])),
        ("comments", b"/* a */" + data + b"// b"),
        ("nothing", b""),
        ("another value", random.choice([b"null", b"[]", b'""', b"1", b"true", b"{}", b"{", b'"', b"-", b"nul"])),
        ("random bytes", bytes(random.randrange(256) for _ in range(random.choice([1, 20, 3000])))),
    ])
    return result, kind
