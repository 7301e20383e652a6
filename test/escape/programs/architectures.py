refused('x32', lambda: call(0x40000000 + 39))
refused('x32: ptrace', lambda: call(0x40000000 + 521, 0, 0, 0, 0))
import mmap
if ARM: sys.exit()
# getpid by the 32-bit gate: mov eax, 20; int 0x80; ret
code = mmap.mmap(-1, 4096, prot=7); code.write(bytes.fromhex('b814000000cd80c3'))
gate = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
escaped(f'32-bit gate: {gate()}')
