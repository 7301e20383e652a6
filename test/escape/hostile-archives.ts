import { type Attempt, type AttemptEnd, byState } from './attempt.ts'
import { type TarEntry, tarOf } from './tar.ts'

const endsWell = (end: AttemptEnd): boolean => end.kind === 'exit' && end.code === 0

/** Looks whether the archive wrote or read anything outside of its folder. */
const look = [
  'for path in ["/tmp/parley-was-here", "/etc/parley-was-here", "/usr/parley-was-here"]:',
  '  if os.path.lexists(path): escaped(path)',
].join('\n')

const archive = (
  name: string,
  entries: readonly TarEntry[],
  rest: Partial<Attempt> = {},
): Attempt => ({
  name: `archive: ${name}`,
  guard: 'unpacked inside only',
  program: look,
  state: () => tarOf(entries),
  ...rest,
})

/** Archives as no one makes them who means well; the machine itself never unpacks any. */
export const hostileArchives: readonly Attempt[] = [
  archive('paths that lead out', [
    { name: '../../../../tmp/parley-was-here', text: 'x' },
    { name: '../etc/parley-was-here', text: 'x' },
  ]),
  archive('absolute paths', [
    { name: '/tmp/parley-was-here', text: 'x' },
    { name: '/usr/parley-was-here', text: 'x' },
  ]),
  archive('through a symbolic link', [
    { name: 'out', type: '2', link: '/tmp' },
    { name: 'out/parley-was-here', text: 'x' },
  ]),
  archive('through a link to the root of the first process', [
    { name: 'out', type: '2', link: '/proc/1/root/usr' },
    { name: 'out/parley-was-here', text: 'x' },
  ]),
  archive(
    'a hard link to a file of the system',
    [{ name: 'passwd', type: '1', link: '/etc/passwd' }],
    { ends: (end) => byState(end) || endsWell(end) },
  ),
  archive('a block device', [{ name: 'disk', type: '4', device: [254, 0], mode: 0o666 }], {
    ends: byState,
    guard: 'no capabilities, nodev',
  }),
  archive(
    'the memory of the machine as a device',
    [{ name: 'mem', type: '3', device: [1, 1], mode: 0o666 }],
    { ends: byState, guard: 'no capabilities, nodev' },
  ),
  archive(
    'a program that would run as root',
    [{ name: 'rooted', text: '#!/bin/sh\nid -u\n', mode: 0o6755 }],
    {
      guard: 'no new privileges, nosuid',
      program: [
        'said = subprocess.run(["/work/rooted"], capture_output=True, text=True).stdout',
        'if said.strip() == "0": escaped("root")',
      ].join('\n'),
      ends: endsWell,
    },
  ),
  archive('a pipe where a file is expected', [{ name: 'out', type: '6' }], { ends: endsWell }),
  archive(
    '200,000 files',
    Array.from({ length: 200_000 }, (_, index) => ({ name: `f${index}` })),
    { ends: byState, guard: 'file system with a number of files' },
  ),
  archive(
    'more than the disk holds',
    Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, text: 'x'.repeat(1 << 20) })),
    { ends: byState, guard: 'file system of fixed size' },
  ),
  archive('a file that says it has 8 GB', [{ name: 'f', text: 'x', size: 8 * 2 ** 30 - 1 }], {
    ...{ ends: byState, guard: 'file system of fixed size' },
  }),
  {
    ...archive('cut off', []),
    state: () => tarOf([{ name: 'f', text: 'x' }]).subarray(0, 700),
    ends: byState,
  },
  {
    ...archive('no archive at all', []),
    state: () => crypto.getRandomValues(new Uint8Array(9000)),
    ends: byState,
  },
]
