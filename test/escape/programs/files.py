def look(path):
    if not os.path.isdir(path): return open(path).read(9)
    names = os.listdir(path)
    if not names: raise ValueError('empty')
    return names
for path in ['/root', '/home', '/etc/shadow', '/etc/ssh', '/etc/machine-id', '/etc/ssl/private', '/var/lib', '/var/log', '/srv', '/mnt', '/opt', '/boot', '/sys', '/sys/kernel', '/run', '/proc/1/root/root', '/proc/1/cwd/root', '@secretFile@', '/proc/1/root@secretFile@', '/proc/self/root/../../root', '/work/../../root']:
    refused(path, lambda: look(path))
