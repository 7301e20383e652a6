refused('packet', lambda: socket.socket(17, socket.SOCK_RAW))
refused('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
refused('ping', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 1))
for family in [3, 4, 5, 9, 16, 21, 29, 30, 31, 38, 39, 40, 44]:
    refused(family, lambda: socket.socket(family, socket.SOCK_DGRAM))
    refused(family, lambda: socket.socket(family, socket.SOCK_RAW))
