for path in glob.glob('/sys/fs/cgroup/*') + glob.glob('/proc/*/root/sys/fs/cgroup'): escaped(path)
if [line for line in open('/proc/mounts') if ' cgroup' in line]: escaped('a cgroup is mounted')
if [line for line in open('/proc/self/cgroup') if 'parley-run' in line]: escaped('its place is told')
os.mkdir('/tmp/cgroup')
for kind, options in [(b'cgroup', b'memory'), (b'cgroup', b'release_agent=/work/x'), (b'cgroup2', None)]:
    def mount():
        if libc.mount(b'none', b'/tmp/cgroup', kind, 0, options) == -1: raise OSError(ctypes.get_errno(), 'mount')
        return kind
    refused(kind, mount)
