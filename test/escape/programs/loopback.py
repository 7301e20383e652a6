refused('loopback', lambda: socket.create_connection(('127.0.0.1', @port@), 3))
refused('any', lambda: socket.create_connection(('0.0.0.0', @port@), 3))
