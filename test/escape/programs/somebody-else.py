import shutil
for name in ['setuid', 'setgid', 'seteuid']: refused(name, lambda: getattr(os, name)(0) or 'changed')
refused('groups', lambda: os.setgroups([0]) or 'changed')
refused('owner', lambda: os.chown('/work', 0, 0) or 'changed')
shutil.copy('/usr/bin/id', '/work/id'); os.chmod('/work/id', 0o6755)
said = subprocess.run(['/work/id', '-u'], capture_output=True, text=True).stdout.strip()
if said == '0': escaped('a program that runs as root')
for path in ['/usr/bin/su', '/usr/bin/passwd', '/usr/bin/mount', '/usr/bin/newgrp']:
    if not os.path.exists(path): continue
    child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.1)
    try:
        ids = [l for l in open(f'/proc/{child.pid}/status') if l.startswith('Uid')][0].split()[1:]
        if '0' in ids: escaped(f'{path} runs as {ids}')
    except (OSError, IndexError): pass
    child.kill()
refused('capability', lambda: call(number(126, 91), struct.pack('Ii', 0x20080522, 0), struct.pack('IIIIII', 1 << 21, 1 << 21, 0, 0, 0, 0)))
refused('uid_map', lambda: write('/proc/self/uid_map', b'0 0 1'))
