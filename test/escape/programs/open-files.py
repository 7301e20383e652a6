for fd in sorted(int(n) for n in os.listdir('/proc/self/fd')):
    try: target = os.readlink(f'/proc/self/fd/{fd}')
    except OSError: continue
    if fd > 2: escaped(f'{fd} is open: {target}')
for pid in [n for n in os.listdir('/proc') if n.isdigit()]:
    for fd in (os.listdir(f'/proc/{pid}/fd') if os.access(f'/proc/{pid}/fd', os.R_OK) else []):
        path = f'/proc/{pid}/fd/{fd}'
        try:
            os.listdir(path + '/..'); target = os.readlink(path)
            if not target.startswith('/proc/'): escaped(f'{path} is a way to {target}')
        except OSError: pass
refused('programs', lambda: open('/parley/programs/run', 'a'))
for path in glob.glob('/parley/programs/*'): refused(path, lambda: os.chmod(path, 0o777))
