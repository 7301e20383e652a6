import type { Attempt } from './attempt.ts'

/** Calls of the kernel that no proof needs. */
export const kernelCalls: readonly Attempt[] = [
  {
    name: 'keyrings',
    guard: 'system call filter',
    program: 'keyrings.py',
  },
  {
    name: 'tracing and looking into processes',
    guard: 'system call filter',
    isOfSharedKernel: true,
    program: 'tracing.py',
  },
  {
    name: 'the clock',
    guard: 'filter, no capabilities',
    program: 'clock.py',
  },
  {
    name: 'namespaces of its own',
    guard: 'system call filter',
    isOfSharedKernel: true,
    program: 'namespaces.py',
  },
  {
    name: 'mounts',
    guard: 'filter, no capabilities',
    program: 'mounts.py',
  },
  {
    name: 'large parts of the kernel',
    guard: 'system call filter',
    isOfSharedKernel: true,
    program: 'large-parts.py',
  },
  {
    name: 'what only an administrator does',
    guard: 'filter, no capabilities',
    program: 'administrator.py',
  },
  {
    name: 'becoming somebody else',
    guard: 'no new privileges, one user mapped, nosuid',
    program: 'somebody-else.py',
  },
  {
    name: 'typing into the terminal that started it',
    guard: 'new session, filter',
    program: 'terminal.py',
  },
  {
    name: 'the calls of other architectures',
    guard: 'system call filter',
    isOfSharedKernel: true,
    program: 'architectures.py',
    ends: (end) => end.kind === 'exit' || (end.kind === 'signal' && end.signal === 'SIGSYS'),
  },
]
