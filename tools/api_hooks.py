"""Hooks of schemathesis for the fuzz with a token: real cases instead of made-up ids, so that bodies reach the engine.

Three calls in four go to a case of the running desk, by id or by name; they carry the version it has now, and half of
the actions are ones it takes now with every field that they ask for. The rest stays as schemathesis drew it.
"""

import atexit
import collections
import json
import os
import random
import urllib.request
import uuid

import schemathesis

BASE, TOKEN = os.environ["FUZZ_BASE"], os.environ["TOKEN"]
draw = random.Random(os.environ.get("SEED", ""))
answers = collections.Counter()


def get(path):
    request = urllib.request.Request(BASE + path, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer), answer.headers.get("ETag")


cases = get("/api/v1/cases?state=all")[0]["items"]
if not cases:
    raise SystemExit("api_hooks: the desk has no cases")


# Ours among them: whoever ends it ends the test.
tokens = {item["id"] for item in get("/api/v1/tokens")[0]["items"]}


def text(kind):
    long = "The old token still works. \u202e<script>alert(1)</script> '\"`{{7*7}}\n" * draw.choice([1, 40])
    return long if kind == "long" else long[: draw.choice([1, 20, 300])]


def value(field):
    """Something the field may take, mostly."""
    kind = field.get("kind")
    choices = (kind or {}).get("choice") if isinstance(kind, dict) else None
    choices = choices or field.get("choices")
    if choices:
        picked = draw.choice(choices)
        return picked.get("value") if isinstance(picked, dict) else picked
    if "reference" in str(kind):
        return draw.choice(cases)["name"]
    return text("long" if "long" in str(kind) else "short")


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("token") in tokens:
        case.path_parameters["token"] = str(uuid.uuid4())
    if "/cases/{id}" not in case.operation.path or draw.random() < 0.25:
        return
    known = draw.choice(cases)
    parts = case.path_parameters
    parts["id"] = draw.choice([known["id"], known["name"]])
    whole, tag = get(f"/api/v1/cases/{known['id']}")
    if "attachment" in parts and whole["attachments"]:
        parts["attachment"] = draw.choice(whole["attachments"])["id"]
    if "action" not in parts:
        return
    case.headers = dict(case.headers or {})
    if draw.random() < 0.9:
        case.headers["If-Match"] = tag
        case.headers.pop("Idempotency-Key", None)
    if whole["actions"] and draw.random() < 0.7:
        action = draw.choice(whole["actions"])
        parts["action"] = action["name"]
        if draw.random() < 0.7:
            case.body = {field["name"]: value(field) for field in action["fields"]}


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.operation.method.upper()} {case.operation.path} {response.status_code}"] += 1


@atexit.register
def tell():
    for line, times in sorted(answers.items()):
        print(f"{times:6} {line}")
