"""Buy a token that costs too much: a toy service with a flaw, for its own sandbox."""
import socketserver
import sys

PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 7400
# Whoever judges gives another token than the one to practise with.
TOKEN = sys.stdin.readline().strip() or "practice-token"

PRICES = {"apple": 3, "pear": 5, "token": 50000}


class Talk(socketserver.StreamRequestHandler):
    """BUY thing count, SELL thing count and PURSE, a line each. A purse holds 16 bits."""

    def handle(self):
        purse, owned = 10, dict.fromkeys(PRICES, 0)
        for raw in self.rfile:
            words = raw.decode("ascii", "replace").split()
            purse, text = self.answer(purse, owned, words)
            self.wfile.write(f"{text}\n".encode())

    def answer(self, purse, owned, words):
        if words == ["PURSE"]:
            return purse, str(purse)
        if len(words) != 3 or words[1] not in PRICES or not words[2].isdigit():
            return purse, "what?"
        thing, count = words[1], int(words[2][:6])
        if words[0] == "SELL":
            if count > owned[thing]:
                return purse, "you have not so many"
            owned[thing] -= count
            return (purse + PRICES[thing] * count) & 0xFFFF, "sold"
        cost = (PRICES[thing] * count) & 0xFFFF
        if words[0] != "BUY" or cost > purse:
            return purse, "too much"
        owned[thing] += count
        return purse - cost, TOKEN if thing == "token" else "bought"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("127.0.0.1", PORT), Talk) as server:
        server.serve_forever()
