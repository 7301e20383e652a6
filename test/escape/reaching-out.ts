import type { Attempt } from './attempt.ts'

/** Ways to the network, to files and to other processes of the machine. */
export const reachingOut: readonly Attempt[] = [
  {
    name: 'TCP and UDP to addresses kept for documentation',
    guard: 'network namespace',
    program: 'addresses.py',
  },
  {
    name: 'name server',
    guard: 'network namespace',
    program: 'name-server.py',
  },
  {
    name: 'a server on the loopback of the machine',
    guard: 'network namespace',
    program: 'loopback.py',
  },
  {
    name: 'unix sockets of the machine, abstract and by path',
    guard: 'network and mount namespaces',
    program: 'unix-sockets.py',
  },
  {
    name: 'raw, packet, netlink and other sockets',
    guard: 'system call filter',
    isOfSharedKernel: true,
    program: 'other-sockets.py',
  },
  {
    name: 'files of people and services',
    guard: 'mount namespace',
    program: 'files.py',
  },
  {
    name: 'files that the sandbox itself has open',
    guard: 'descriptors closed, pipes only',
    program: 'open-files.py',
  },
  {
    name: 'secrets in /proc',
    guard: 'own /proc, user namespace',
    program: 'proc.py',
  },
  {
    name: 'what a sandbox beside it holds',
    guard: 'ipc, pid and mount namespaces',
    program: 'neighbour.py',
  },
  {
    name: 'cgroups of the machine, release_agent',
    guard: 'mount and cgroup namespaces, filter',
    program: 'cgroups.py',
  },
  {
    name: 'devices',
    guard: 'own /dev, no capabilities, nodev',
    program: 'devices.py',
  },
  {
    name: 'writing to the root file system',
    guard: 'read-only mounts',
    program: 'read-only-root.py',
  },
  {
    name: 'the tools of the machine for it',
    guard: 'filter, no capabilities',
    isOfSharedKernel: true,
    program: 'tools.sh',
  },
]
