"""Make a note keeper tell its token: a toy service with a flaw, for its own sandbox."""
import socketserver
import sys

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 7400
# Whoever judges gives another token than the one to practise with.
TOKEN = sys.stdin.readline().strip() or "practice-token"


class Talk(socketserver.StreamRequestHandler):
    """PUT name text, GET name, LIST and BYE, a line each. The note `token` is nobody's."""

    def handle(self):
        notes = {"token": TOKEN, "hello": "A first note."}
        for raw in self.rfile:
            words = raw.decode("utf-8", "replace").rstrip("\r\n").split(" ", 2)
            self.wfile.write((self.answer(notes, words) + "\n").encode())

    def answer(self, notes, words):
        if words[0] == "LIST":
            return " ".join(name for name in notes if name != "token")
        if words[0] == "PUT" and len(words) == 3:
            notes[words[1]] = words[2]
            return "kept"
        if words[0] == "GET" and len(words) > 1:
            if words[1] == "token":
                return "refused"
            return notes.get(words[1].lower().strip("."), "none")
        return "what?"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", PORT), Talk) as server:
        server.serve_forever()
