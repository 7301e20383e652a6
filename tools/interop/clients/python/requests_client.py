"""`requests`, where the Python that runs this has it."""
import os
import sys

import case

try:
    import requests
    import urllib3.fields
    import urllib3.filepost
except ImportError:
    sys.exit(77)

URL = os.environ["INTEROP_URL"]
session = requests.Session()


def send(method, path, headers, body):
    answer = session.request(method, URL + path, headers=headers, data=body, timeout=30)
    named = {name.lower(): value for name, value in answer.headers.items()}
    return case.Answer(answer.status_code, named, answer.content)


def multipart_by_library(_):
    def part(name, data, kind, filename=None):
        field = urllib3.fields.RequestField(name, data, filename)
        field.make_multipart("attachment", kind)
        return field

    import json

    body, kind = urllib3.filepost.encode_multipart_formdata(
        [
            part("report", json.dumps(case.report()), "application/json"),
            part("attachment", bytes(range(256)), "application/octet-stream", "crash é"),
        ]
    )
    kind = kind.replace("form-data", "mixed")
    case.accepted(case.post(send, body, kind=kind))


def keep_alive(_):
    for _ in range(3):
        send("GET", "/healthz", {}, None)
    pool = session.get_adapter(URL).poolmanager.connection_from_url(URL)
    before = pool.num_connections
    for _ in range(3):
        send("GET", "/healthz", {}, None)
    case.check(pool.num_connections == before, "another connection")


case.run(send, **{"multipart-library": multipart_by_library, "keep-alive": keep_alive})
