refused('add_key', lambda: call(number(248, 217), b'user', b'parley', b'x', 1, -3))
refused('keyctl', lambda: call(number(250, 219), 0, -3, 1))
refused('keyctl: user', lambda: call(number(250, 219), 0, -4, 1))
refused('request_key', lambda: call(number(249, 218), b'user', b'parley', 0, -3))
