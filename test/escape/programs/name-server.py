refused('getaddrinfo', lambda: socket.getaddrinfo('example.com', 80))
refused('dns', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.53', 53)))
