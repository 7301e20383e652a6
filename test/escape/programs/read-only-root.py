for folder in ['/', '/usr', '/usr/bin', '/usr/local', '/etc', '/dev', '/dev/pts', '/bin', '/lib', '/parley', '/parley/in', '/parley/programs', '/proc', '/proc/sys']:
    refused(folder, lambda: open(f'{folder}/parley-was-here', 'w').name)
    refused(f'{folder}: folder', lambda: os.mkdir(f'{folder}/parley-was-here') or 'made')
    refused(f'{folder}: link', lambda: os.symlink('/root', f'{folder}/parley-was-here') or 'made')
for path in ['/usr/bin/env', '/etc/passwd', '/bin/sh', '/parley/programs/launch']:
    refused(path, lambda: open(path, 'r+b'))
    refused(f'{path}: removed', lambda: os.unlink(path) or 'removed')
    refused(f'{path}: linked', lambda: os.link(path, '/work/linked') or 'linked')
    refused(f'{path}: touched', lambda: os.utime(path) or 'touched')
