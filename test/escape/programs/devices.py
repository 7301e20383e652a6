import stat
of_its_own = ['fuse', 'net/tun'] if '@tier@' == 'gvisor' else []
for name in ['mem', 'kmem', 'port', 'kvm', 'fuse', 'vda', 'sda', 'nvme0n1', 'loop-control', 'loop0', 'net/tun', 'vhost-net', 'kmsg', 'snapshot', 'uinput', 'tty0', 'console', 'mqueue']:
    if name not in of_its_own: refused(name, lambda: os.open(f'/dev/{name}', os.O_RDONLY))
for where in ['/work', '/tmp', '/dev/shm', '/dev']:
    refused(f'{where}: block', lambda: os.mknod(f'{where}/disk', stat.S_IFBLK | 0o666, os.makedev(254, 0)) or 'made')
    refused(f'{where}: memory', lambda: os.mknod(f'{where}/mem', stat.S_IFCHR | 0o666, os.makedev(1, 1)) or 'made')
