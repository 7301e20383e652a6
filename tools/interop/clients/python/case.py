"""What a client of the intake is tried with, whatever library carries the requests.

A transport is a callable (method, path, headers, body) -> Answer; a body is bytes or, for a
transfer of unknown length, an iterator of bytes.
"""
import email.generator
import email.mime.application
import email.mime.multipart
import email.policy
import gzip
import io
import json
import os
import re
import time
import uuid
from dataclasses import dataclass

TOKEN = os.environ["INTEROP_TOKEN"]
STAFF = os.environ["INTEROP_STAFF_TOKEN"]
REVOKED = os.environ["INTEROP_REVOKED_TOKEN"]
EXPIRED = os.environ["INTEROP_EXPIRED_TOKEN"]
RECEIPT = re.compile(r"SUB-[a-z2-7]{18}")
LINK = re.compile(r'<(/v1/submissions/SUB-[a-z2-7]{18})>; rel="monitor"')


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes

    def json(self):
        return json.loads(self.body)


class Skip(Exception):
    """Why a case says nothing with this client."""


def check(holds, said):
    if not holds:
        raise AssertionError(said)


def report(**more):
    return {
        "purl": "pkg:npm/interop-python@1.0.0",
        "affected_symbol": {"file": "lib/read.js", "function": "read", "line": 8},
        "enrichment": {"cwe": "CWE-787"},
        **more,
    }


def attachment(data, kind="application/octet-stream"):
    return [{"filename": "crash", "content_type": kind, "type": "reproducer", "data": data}]


def post(send, body, token=TOKEN, kind="application/json", **headers):
    raw = body if not isinstance(body, dict) else json.dumps(body).encode()
    sent = {"Content-Type": kind}
    if token:
        sent["Authorization"] = f"Bearer {token}"
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return send("POST", "/v1/reports", sent, raw)


def accepted(answer):
    check(answer.status == 202, f"{answer.status} {answer.body[:300]!r}")
    receipt = answer.json()["receipt"]
    check(RECEIPT.fullmatch(receipt), f"receipt {receipt}")
    link = LINK.fullmatch(answer.headers.get("link", ""))
    check(link and link[1].endswith(receipt), f"Link {answer.headers.get('link')}")
    return link[1]


def problem(answer, status, kind="about:blank"):
    check(answer.status == status, f"{answer.status} instead of {status}: {answer.body[:200]!r}")
    media = answer.headers["content-type"].split(";")[0]
    check(media == "application/problem+json", media)
    told = answer.json()
    check(told["type"] == kind, told["type"])
    check(told["status"] == status and told["title"] and told["detail"], told)
    return told


def json_submit(send):
    path = accepted(post(send, report(attachments=attachment("AAEC/w=="))))
    check(send("GET", path, {}, None).status == 200, "the link does not resolve")


def multipart_by_library(send):
    """`email` ends every line its own way, so it fits attachments that are text."""
    body = email.mime.multipart.MIMEMultipart("mixed")
    for name, data, kind, more in [
        ("report", json.dumps(report()).encode(), "json", {}),
        ("attachment", b'{"id":"x"}', "json", {"filename": "osv.json"}),
    ]:
        part = email.mime.application.MIMEApplication(
            data, kind, _encoder=lambda part: None, policy=email.policy.HTTP
        )
        part.add_header("Content-Disposition", "attachment", name=name, **more)
        body.attach(part)
    written = io.BytesIO()
    policy = email.policy.HTTP.clone(cte_type="8bit")
    email.generator.BytesGenerator(written, policy=policy).flatten(body)
    content = written.getvalue().split(b"\r\n\r\n", 1)[1]
    kind = f'multipart/mixed; boundary="{body.get_boundary()}"'
    accepted(post(send, content, kind=kind))


def multipart_binary(send):
    boundary = uuid.uuid4().hex
    parts = [
        ('name="report"', "application/json", json.dumps(report()).encode()),
        ('name="attachment"; filename="crash é"', "application/octet-stream", bytes(range(256))),
    ]
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: attachment; {name}\r\n"
        f"Content-Type: {kind}\r\n\r\n".encode() + data + b"\r\n"
        for name, kind, data in parts
    )
    body += f"--{boundary}--\r\n".encode()
    accepted(post(send, body, kind=f"multipart/mixed; boundary={boundary}"))


def wrapped_base64(send):
    import base64

    wrapped = base64.encodebytes(bytes(range(256)) * 8).decode()
    check("\n" in wrapped.strip(), "nothing is wrapped")
    accepted(post(send, report(attachments=attachment(wrapped))))


def legacy_header(send):
    accepted(post(send, report(), token=None, TAP_SUBMISSION_TOKEN=TOKEN))


def headers_differ(send):
    problem(post(send, report(), TAP_SUBMISSION_TOKEN=REVOKED), 400)


def token_refused(send):
    bodies = set()
    for token in ["tap_v1_unknown", REVOKED, EXPIRED, None]:
        answer = post(send, report(), token=token)
        problem(answer, 401)
        bodies.add(answer.body)
    check(len(bodies) == 1, bodies)


def wrong_type(send):
    problem(post(send, b"a: 1", kind="application/yaml"), 415)


def too_large(send):
    padded = b'{"purl":"pkg:npm/a@1"}' + b" " * (3 * 2**20)
    problem(post(send, padded), 413)


def field_too_large(send):
    data = "A" * (2**20 + 4)
    told = problem(
        post(send, report(attachments=attachment(data))),
        413,
        "tag:akrites.dev,2026-07:problem/validation",
    )
    check(told["errors"][0]["code"] == "field_too_large", told)


def wrong_method(send):
    answer = send("PUT", "/v1/reports", {"Authorization": f"Bearer {TOKEN}"}, None)
    problem(answer, 405)
    check("POST" in answer.headers["allow"].split(", "), answer.headers["allow"])


def head(send):
    path = accepted(post(send, report()))
    answer, full = send("HEAD", path, {}, None), send("GET", path, {}, None)
    check(answer.status == 200 and answer.body == b"", answer)
    check(answer.headers["content-type"] == full.headers["content-type"], "another type")


def poll(send):
    path = accepted(post(send, report()))
    pause = 0.2
    for _ in range(40):
        answer = send("GET", path, {}, None)
        told = answer.json()
        check(answer.status == 200 and set(told) == {"receipt", "status", "at"}, told)
        if told["status"] == "done":
            return
        time.sleep(pause)
        pause = min(pause * 1.5, 3)
    raise AssertionError("not done after two minutes")


def richer_status(send):
    path = accepted(post(send, report()))
    told = send("GET", path, {"Authorization": f"Bearer {TOKEN}"}, None).json()
    check(told["outcome"] in ("waiting", "new", "duplicate", "aside") and told["next"], told)
    stranger = send("GET", path, {"Authorization": f"Bearer {REVOKED}"}, None)
    check(stranger.status == 200 and "outcome" not in stranger.json(), stranger)


def unknown_receipt(send):
    known = accepted(post(send, report()))
    other = known[:-18] + "a" * 18
    one, two = send("GET", other, {}, None), send("GET", known + "x", {}, None)
    strip = lambda told: {**told, "instance": ""}
    check(strip(problem(one, 404)) == strip(problem(two, 404)), "unknown and malformed differ")


def idempotency(send):
    key = str(uuid.uuid4())
    one = post(send, report(), Idempotency_Key=key)
    two = post(send, report(), Idempotency_Key=key)
    accepted(one)
    check((one.status, one.body) == (two.status, two.body), "another answer")
    check(one.headers["link"] == two.headers["link"], "another link")
    other = post(send, report(versions=["9"]), Idempotency_Key=key)
    check(other.status == 422, other)


def chunked(send):
    raw = json.dumps(report()).encode()
    accepted(post(send, iter([raw[:40], raw[40:]])))


def expect_continue(send):
    accepted(post(send, report(), Expect="100-continue"))
    problem(post(send, report(), token="tap_v1_unknown", Expect="100-continue"), 401)


def problems(send):
    told = problem(
        post(send, {"purl": 1}), 400, "tag:akrites.dev,2026-07:problem/malformed-json"
    )
    check("purl" in told["detail"], told)
    told = problem(
        post(send, report(notify="final")), 400, "tag:akrites.dev,2026-07:problem/validation"
    )
    check(told["errors"][0]["field"] == "email", told)
    answer = send("GET", "/v1/jobs?a~b%2Fc=1", {"Authorization": f"Bearer {STAFF}"}, None)
    told = problem(answer, 422, "urn:parley:problem:invalid")
    check(told["errors"][0]["pointer"] == "/a~0b~1c", told)


def bulk(send, kind, pack):
    name = f"{uuid.uuid4()}.ndjson"
    lines = [json.dumps(report(code_path=f"{name}:{n}")) for n in range(3)]
    sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": kind}
    body = pack("\n".join(lines).encode())
    answer = send("POST", f"/v1/reports/bulk?name={name}", sent, body)
    if answer.status in (404, 405):
        raise Skip("pending: there is no bulk endpoint")
    check(answer.status == 202, f"{answer.status} {answer.body[:300]!r}")
    where, told = answer.headers["location"], {"state": "stored"}
    for _ in range(120):
        told = send("GET", where, {"Authorization": f"Bearer {TOKEN}"}, None).json()
        if told["state"] in ("placed", "refused"):
            break
        time.sleep(0.5)
    check(told["state"] == "placed" and told["counts"]["reports"] == len(lines), told)


CASES = {
    "json": json_submit,
    "multipart-library": multipart_by_library,
    "multipart-binary": multipart_binary,
    "wrapped-base64": wrapped_base64,
    "legacy-header": legacy_header,
    "headers-differ": headers_differ,
    "token-refused": token_refused,
    "wrong-type": wrong_type,
    "body-too-large": too_large,
    "field-too-large": field_too_large,
    "wrong-method": wrong_method,
    "head": head,
    "poll-until-done": poll,
    "richer-status": richer_status,
    "unknown-receipt": unknown_receipt,
    "idempotency": idempotency,
    "chunked": chunked,
    "expect-continue": expect_continue,
    "problem-documents": problems,
    "bulk-ndjson": lambda send: bulk(send, "application/x-ndjson", lambda raw: raw),
    "bulk-gzip": lambda send: bulk(send, "application/gzip", gzip.compress),
}


def run(send, **more):
    """Prints one line a case: its name, what became of it and why, with tabs between."""
    for name, case in {**CASES, **more}.items():
        try:
            case(send)
            print(f"{name}\tpass\t", flush=True)
        except Skip as why:
            print(f"{name}\tskip\t{why}", flush=True)
        except Exception as why:
            said = " ".join(f"{type(why).__name__}: {why}".split())
            print(f"{name}\tfail\t{said[:300]}", flush=True)
