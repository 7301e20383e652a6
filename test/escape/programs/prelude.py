import ctypes, errno, fcntl, glob, os, socket, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
print('tried', flush=True)
def escaped(what): print('ESCAPED', what, flush=True)
def call(number, *args):
    ctypes.set_errno(0)
    got = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    if got == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return got
def refused(what, attempt):
    try: escaped(f'{what}: {attempt()!r}')
    except (OSError, ValueError) as error: print(what, type(error).__name__, error, flush=True)
def write(path, text):
    file = os.open(path, os.O_WRONLY)
    os.write(file, text)
    return 'written'
ARM = os.uname().machine == 'aarch64'
def number(x64, arm64): return arm64 if ARM else x64
