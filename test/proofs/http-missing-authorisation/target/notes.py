"""Serves the notes of those who are signed in; a proxy in front of it says who that is."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

NOTES = {
    "1": {"owner": "ada", "text": "buy a lamp"},
    "2": {"owner": "grace", "text": "the surprise party"},
}


def answer(target, user):
    """Status and text for whoever asks for a path."""
    parts = urlsplit(target).path.strip("/").split("/")
    if user is None:
        return 401, "sign in first"
    if len(parts) != 2 or parts[0] != "notes":
        return 404, "no such page"
    note = NOTES.get(parts[1])
    if note is None:
        return 404, "no such note"
    return 200, note["text"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, text = answer(self.path, self.headers.get("X-User"))
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8087), Handler).serve_forever()
