"""What must be true of every answer, whatever was asked.

Part of fuzz_requests.py.
"""

import json
import re
import xml.etree.ElementTree

import jsonschema
import referencing
import referencing.jsonschema

DOCUMENT = "urn:api"
LEAK = re.compile(r"\b(?:java|jdk|sun|io|org|com|tools)\.[a-z]\w*\.\w+|\w+Exception\b|\bat \w+\.\w+\(|/(?:home|tmp|root|usr|var|work)/\w|(?<!server\.)[Tt]omcat")

# What HTTP itself is refused with, before it is known which operation is meant.
TRANSPORT = {"headers": {400, 412, 417}, "method": {*range(400, 500), 501}, "path": set(range(400, 500)), "id": {400, 404, 405}, "query": {400}, "key": {401}}
# A 4xx for these says that the description and the service disagree about the form of a request.
OF_FORM = {"wrong_type", "malformed_json", "missing_body", "unsupported_media_type"}

# JSON Schema calls 2.0 an integer, and knows neither the range of a double nor a depth nor half a surrogate pair.
BEYOND_SCHEMAS = ("expected an integer", "in its range", "nesting depth", "surrogate pair")


class Checks:
    """Checks answers against the document."""

    def __init__(self, document):
        resource = referencing.jsonschema.DRAFT202012.create_resource(document)
        self.document = document
        self.registry = referencing.Registry().with_resource(DOCUMENT, resource)
        self.validators = {}

    def errors(self, pointer, value):
        """What the schema at that place of the document finds wrong with a value, as one line; or None."""
        validator = self.validators.get(pointer)
        if validator is None:
            validator = jsonschema.Draft202012Validator({"$ref": f"{DOCUMENT}#{pointer}"}, registry=self.registry)
            self.validators[pointer] = validator
        error = jsonschema.exceptions.best_match(validator.iter_errors(value)) if not validator.is_valid(value) else None
        return None if error is None else f"{error.json_path}: {error.message[:200]}"

    def faults(self, operation, request, answer):
        """What is wrong with an answer, a line each."""
        found = []
        status, responses = answer.status, operation.description["responses"]
        kinds = {kind.split(":")[0] for kind in request.kinds}
        declared = {int(s) for s in responses if s.isdigit()}
        allowed = declared | set().union(*(TRANSPORT.get(kind, set()) for kind in kinds))
        if "headers" in kinds and any(n == "Transfer-Encoding" for n, _ in request.headers):
            allowed.add(501)  # RFC 9112, 6.1: a coding that the server does not know
        if status >= 500 and status not in allowed:
            found.append(f"status {status}")
        elif status not in allowed and not (request.method != operation.method.upper() and status < 300):
            found.append(f"status {status} is not declared")
        if "x-injected" in answer.headers:
            found.append("a value of the request has become a header")
        if "x-request-id" not in answer.headers:
            found.append("no x-request-id")
        if request.method == "HEAD":
            return found
        if status >= 400:
            found += self._problem(answer)
        elif 200 <= status < 300 and request.method == operation.method.upper() and not kinds & {"path", "id"}:
            found += self._success(operation, responses, answer)
        return found + self._agreement(operation, request, answer, kinds)

    def _problem(self, answer):
        if answer.type != "application/problem+json":
            return [f"an error as {answer.type or 'no type'}"]
        try:
            problem = answer.json()
        except ValueError:
            return ["a problem that is not JSON"]
        error = self.errors("/components/schemas/Problem", problem)
        if error or set(problem) != {"type", "title", "status", "detail", "instance", "error"}:
            return [f"a problem unlike its schema: {error}"]
        found = []
        if not problem["detail"].strip() or not problem["error"]["code"].strip():
            found.append("a problem without detail or code")
        if problem["status"] != answer.status:
            found.append(f"a problem of status {problem['status']} with status {answer.status}")
        leak = LEAK.search(problem["detail"])
        if leak:
            found.append(f"a detail from inside: {leak.group()}")
        return found

    def _success(self, operation, responses, answer):
        declared = responses.get(str(answer.status), {}).get("content", {})
        if answer.status == 204 or not declared:
            return []
        media = next((m for m in declared if m.split(";")[0] == answer.type), "*/*" if "*/*" in declared else None)
        if media is None:
            return [f"content type {answer.type} is not declared for {answer.status}"]
        if answer.type == "application/json":
            try:
                value = json.loads(answer.body, parse_constant=lambda name: 1 / 0)
            except (ValueError, ZeroDivisionError):
                return ["an answer that is not JSON"]
            place = "/".join(p.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for p in
                             ["", "paths", operation.path, operation.method, "responses", str(answer.status), "content", media, "schema"])
            error = self.errors(place, value)
            return [f"unlike its schema: {error}"] if error else []
        if answer.type == "image/svg+xml":
            try:
                xml.etree.ElementTree.fromstring(answer.body)
            except xml.etree.ElementTree.ParseError as error:
                return [f"a figure that is not XML: {error}"]
        return []

    def _agreement(self, operation, request, answer, kinds):
        """Description and service must agree on which bodies are of the right form."""
        if request.header("Content-Type") != "application/json" or request.method != operation.method.upper():
            return []
        if kinds & {"headers", "path", "id", "key", "Content-Type", "Accept"} or not operation.content():
            return []
        try:
            names = []
            value = json.loads(
                request.body.decode(json.detect_encoding(request.body)),  # UTF-8, 16 or 32, told apart by the first bytes
                parse_constant=lambda name: 1 / 0,
                object_pairs_hook=lambda pairs: names.append(len(pairs) != len(dict(pairs))) or dict(pairs),
            )
            if any(names):
                raise ValueError("a name twice")
            place = "/".join(p.replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for p in
                             ["", "paths", operation.path, operation.method, "requestBody", "content", operation.content()[0], "schema"])
            error = self.errors(place, value)
        except (ValueError, ZeroDivisionError, RecursionError) as broken:
            error = f"not JSON, {broken}"
        if error and answer.status < 300:
            return [f"accepted what its description refuses: {error}"]
        if not error and answer.status in (400, 415) and answer.type == "application/problem+json":
            problem = answer.json()
            if problem["error"]["code"] in OF_FORM and not any(text in problem["detail"] for text in BEYOND_SCHEMAS):
                return [f"refused what its description allows: {problem['error']['code']}: {problem['detail'][:200]}"]
        return []
