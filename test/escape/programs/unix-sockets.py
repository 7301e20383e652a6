def unix(at): s = socket.socket(socket.AF_UNIX); s.connect(at); return at
refused('abstract', lambda: unix('\0@abstractName@'))
for path in ['@socketPath@', '/run/docker.sock', '/var/run/docker.sock', '/run/containerd/containerd.sock', '/run/dbus/system_bus_socket', '/run/systemd/private']:
    refused(path, lambda: unix(path))
