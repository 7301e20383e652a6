"""Make a toy web server tell its token: a toy service with a flaw, for its own sandbox."""
import socketserver
import sys

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 7400
# Whoever judges gives another token than the one to practise with.
TOKEN = sys.stdin.readline().strip() or "practice-token"

PAGES = {"/public/index": "Welcome.", "/public/help": "Ask nicely.", "/private/token": TOKEN}


def opened(text):
    """Turns %xx into what it stands for."""
    parts = text.split("%")
    return parts[0] + "".join(chr(int(one[:2], 16)) + one[2:] for one in parts[1:])


def plain(path):
    found = []
    for part in path.split("/"):
        if part == "..":
            found = found[:-1]
        elif part:
            found.append(part)
    return "/" + "/".join(found)


class Talk(socketserver.StreamRequestHandler):
    """GET of pages below /public; all others are nobody's."""

    def handle(self):
        words = self.rfile.readline(2000).decode("latin-1").split()
        if len(words) != 3 or words[0] != "GET":
            self.say(400, "no request")
            return
        try:
            path = plain(opened(words[1]))
            if not path.startswith("/public/"):
                self.say(403, "not for you")
                return
            path = plain(opened(path))
        except ValueError:
            self.say(400, "no path")
            return
        self.say(200, PAGES[path]) if path in PAGES else self.say(404, "no such page")

    def say(self, code, text):
        self.wfile.write(f"HTTP/1.0 {code} -\r\n\r\n{text}\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", PORT), Talk) as server:
        server.serve_forever()
