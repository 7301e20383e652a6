def tcp(address, family=socket.AF_INET):
    s = socket.socket(family, socket.SOCK_STREAM); s.settimeout(3); s.connect(address); return address
refused('tcp', lambda: tcp(('192.0.2.1', 80)))
refused('tcp6', lambda: tcp(('2001:db8::1', 80), socket.AF_INET6))
refused('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9)))
refused('multicast', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('224.0.0.251', 5353)))
