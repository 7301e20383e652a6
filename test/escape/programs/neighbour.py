libc.shmget.restype = ctypes.c_int
if libc.shmget(0x50415259, 0, 0) != -1: escaped('shared memory')
refused('semaphores', lambda: open('/dev/mqueue/parley').read())
found = subprocess.run(['grep', '-rslF', '@secret@', '/work', '/tmp', '/dev/shm', '/parley/in'], capture_output=True, text=True).stdout
if found: escaped(f'files: {found}')
for path in glob.glob('/proc/[0-9]*/cmdline'):
    try:
        if 'neighbour' in open(path).read().split('def escaped')[0]: escaped('its processes')
    except OSError: pass
