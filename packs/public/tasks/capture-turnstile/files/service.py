"""Come around the states of a turnstile: a toy service with a flaw, for its own sandbox."""
import socketserver
import sys

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 7400
# Whoever judges gives another token than the one to practise with.
TOKEN = sys.stdin.readline().strip() or "practice-token"


class Talk(socketserver.StreamRequestHandler):
    """
    NAME who, PASS ticket, GUEST, SAVE slot, LOAD slot and OPEN, a line each. Whoever is in can go on
    later from where they were. The keeper opens the box that holds the token, and comes in with
    the token as a ticket only.
    """

    def handle(self):
        state, saved = {"who": "nobody", "in": "no"}, {}
        for raw in self.rfile:
            word, _, rest = raw.decode("ascii", "replace").strip().partition(" ")
            self.wfile.write((self.answer(state, saved, word, rest) + "\n").encode())

    def answer(self, state, saved, word, rest):
        if word == "NAME" and state["in"] == "no":
            state["who"] = rest
            return "hello"
        if word == "GUEST" and state["who"] != "keeper":
            state["in"] = "yes"
            return "come in"
        if word == "PASS" and rest == TOKEN:
            state["in"] = "yes"
            return "come in"
        if word == "SAVE" and state["in"] == "yes":
            saved[rest] = ";".join(f"{name}={value}" for name, value in state.items())
            return "saved"
        if word == "LOAD" and rest in saved:
            for part in saved[rest].split(";"):
                name, _, value = part.partition("=")
                state[name] = value
            return "loaded"
        if word == "OPEN" and state == {"who": "keeper", "in": "yes"}:
            return TOKEN
        return "refused"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", PORT), Talk) as server:
        server.serve_forever()
