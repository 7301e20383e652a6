for flag in [0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000, 0x80, 0x10020000]:
    refused(f'unshare {flag:x}', lambda: call(number(272, 97), flag))
for flag in [0x10000000, 0x20000, 0x40000000, 0x20000000, 0x8000000, 0x4000000, 0x2000000]:
    def clone():
        got = call(number(56, 220), flag | 17, 0, 0, 0, 0)
        if got == 0: os._exit(0)
        return got
    refused(f'clone {flag:x}', clone)
refused('clone3', lambda: call(435, struct.pack('QQQQQQQQ', 0x10000000, 0, 0, 0, 17, 0, 0, 0), 64) or os._exit(0))
for name in os.listdir('/proc/1/ns'):
    refused(f'setns {name}', lambda: call(number(308, 268), os.open(f'/proc/1/ns/{name}', os.O_RDONLY), 0))
