"""The standard library of Python."""
import http.client
import os
import urllib.error
import urllib.parse
import urllib.request

import case

URL = os.environ["INTEROP_URL"]


def send(method, path, headers, body):
    request = urllib.request.Request(URL + path, data=body, headers=headers, method=method)
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        named = {name.lower(): value for name, value in answer.headers.items()}
        return case.Answer(answer.status, named, answer.read())


def keep_alive(_):
    """urllib opens a connection a request; http.client below it keeps one."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(URL).netloc, timeout=30)
    connection.connect()
    used = connection.sock
    for _ in range(3):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        case.check(connection.sock is used, "another connection")
    connection.close()


case.run(send, **{"keep-alive": keep_alive})
