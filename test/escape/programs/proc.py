for path in ['/proc/kcore', '/proc/kmsg', '/proc/kpagecount', '/proc/vmallocinfo', '/proc/slabinfo', '/proc/timer_list', '/proc/1/mem']:
    refused(path, lambda: open(path, 'rb').read(1))
for path in ['/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname', '/proc/sys/kernel/modprobe', '/proc/sys/vm/drop_caches', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/user/max_user_namespaces', '/proc/irq/0/smp_affinity']:
    refused(path, lambda: os.open(path, os.O_WRONLY))
for path in ['/proc/keys', '/proc/key-users']:
    if os.path.exists(path) and open(path).read(): escaped(f'{path} tells of keys')
if any(line.split()[0].strip('0') for line in open('/proc/kallsyms')) if os.path.exists('/proc/kallsyms') else False: escaped('addresses of the kernel')
pids = [int(n) for n in os.listdir('/proc') if n.isdigit()]
if len(pids) > 12 or (@worker@ > 1000 and @worker@ in pids): escaped(f'processes of the machine: {pids}')
for pid in pids:
    try:
        if '@secret@' in open(f'/proc/{pid}/environ').read(): escaped('the environment of the worker')
    except OSError: pass
if @worker@ > 1000: refused('kill', lambda: os.kill(@worker@, 0))
