import type { SandboxRun } from './sandbox.ts'

/** Who opens the pipes: a launcher outside, as our own user, or the script in the sandbox. */
export type OpenedBy = 'launcher' | 'inside'

/** Numbers of the files that the script speaks through. */
export const fd = { report: 3, feed: 4, state: 5, orders: 6 } as const

/** What the worker sends when what it read of the isolation holds, and when it has read the end. */
export const goWord = 'go'

/** Where the programs of ours are inside of a sandbox, and what a run was given. */
export const inside = {
  programs: '/parley/programs',
  given: '/parley/in',
  stdin: '/parley/stdin',
  ways: '/parley/io',
  /** For a root that may lack it: the Node that runs us, where others may run it. */
  tools: '/parley/tools',
} as const

/** The search path of a command that says none itself. */
export const searchPath = [
  ...['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin', inside.tools],
].join(':')

/**
 * What a sandbox does, for `sh`. The probe comes first; nothing that others wrote is touched before
 * the worker has read what it found. After the command everything that it left running is ended, so
 * that collecting and packing look at files that nobody changes any more.
 */
export function innerScript(run: SandboxRun, openedBy: OpenedBy): string {
  return [
    'exec </dev/null',
    ...(openedBy === 'inside' ? [openWays] : []),
    `export LC_ALL=C HOME=/tmp PATH=${searchPath}`,
    `${inside.programs}/probe`,
    ...awaitOrder,
    ...(run.state === null ? [] : [unpackBy('tar')]),
    'cd /work || exit 0',
    launch(run),
    'kill -9 -1 2>/dev/null',
    // What is done from here on counts no more as the command's.
    ...awaitOrder,
    ...run.collect.map((path, index) => collectOne(path, index, run.limits.outputBytes)),
    ...(run.keepState === null ? [] : [pack]),
    'exit 0',
    '',
  ].join('\n')
}

/** Opens the pipes by their names, where they cannot be handed down. */
const openWays = [
  `exec ${fd.report}>${inside.ways}/report ${fd.feed}<${inside.ways}/feed`,
  `exec ${fd.state}>${inside.ways}/state ${fd.orders}<${inside.ways}/orders`,
  `exec >${inside.ways}/stdout 2>${inside.ways}/stderr`,
].join('\n')

const awaitOrder = [`read -r go <&${fd.orders} || exit 0`, `[ "$go" = ${goWord} ] || exit 0`]

/** A frame of the report: a name, how many bytes follow, and these. */
const frame = (name: string, text: string): string =>
  `printf '${name} %d\\n%s' \${#${text}} "$${text}" >&${fd.report}`

/** Unpacks what comes from `feed` into `/work`, by these words, and reports it. */
export const unpackBy = (tar: string): string =>
  [
    `if why=$(${tar} -xf - -C /work <&${fd.feed} 2>&1); then`,
    `  printf 'unpacked 0\\n' >&${fd.report}`,
    'else',
    '  why=$(printf \'%.600s\' "$why")',
    `  ${frame('bad-state', 'why')}`,
    '  exit 0',
    'fi',
  ].join('\n')

const pack = [
  `if why=$(tar -cf - -C /work . 2>&1 >&${fd.state}); then`,
  `  printf 'packed 0\\n' >&${fd.report}`,
  'else',
  '  why=$(printf \'%.600s\' "$why")',
  `  ${frame('not-packed', 'why')}`,
  'fi',
  `exec ${fd.state}>&-`,
].join('\n')

/** All but the report, which `launch` closes when it has begun the command. */
const closedForCommand = `${fd.feed}<&- ${fd.state}>&- ${fd.orders}<&-`

/** Runs the command, from `/work`; it begins and ends with a report of its launcher. */
export function launch({ command, environment, stdin, mayTrace }: SandboxRun): string {
  const variables = Object.entries({
    ...{ PATH: searchPath, HOME: '/work', TMPDIR: '/tmp', LANG: 'C.UTF-8' },
    // The leak sanitizer traces its own process, and ends the program where it may not.
    ...(mayTrace ? {} : { LSAN_OPTIONS: 'detect_leaks=0' }),
    ...environment,
  })
  const words = command.map(quoted).join(' ')
  return [
    // What waits for the command ends well, unless the command ended it.
    '(',
    '  unset LC_ALL',
    ...variables.map(([name, value]) => `  export ${name}=${quoted(value)}`),
    `  exec ${inside.programs}/launch /bin/sh -c 'exec "$@"' sh ${words}`,
    `) <${stdin === null ? '/dev/null' : inside.stdin} ${closedForCommand} || exit 0`,
  ].join('\n')
}

/** A regular file whose folders are no links: its size, and as much of it as is kept. */
export function collectOne(path: string, index: number, keptBytes: number): string {
  const place = path.includes('/') ? `/work/${path.slice(0, path.lastIndexOf('/'))}` : '/work'
  const isIn = `[ "$(cd -P -- ${quoted(place)} 2>/dev/null && pwd -P)" = ${quoted(place)} ]`
  if (path.endsWith('/')) return collectFolder(place, isIn, { index, keptBytes })
  const file = quoted(`/work/${path}`)
  return [
    `if ${isIn} &&`,
    `  [ -f ${file} ] && [ ! -L ${file} ] && [ -r ${file} ]; then`,
    `  size=$(wc -c <${file}); kept=$((size < ${keptBytes} ? size : ${keptBytes}))`,
    `  printf 'file.${index}.%d %d\\n' "$size" "$kept" >&${fd.report}`,
    `  head -c "$kept" -- ${file} >&${fd.report}`,
    'fi',
  ].join('\n')
}

/** The regular files of a folder as one, in the order of their names. */
function collectFolder(
  place: string,
  isIn: string,
  { index, keptBytes }: { readonly index: number; readonly keptBytes: number },
): string {
  return [
    `if ${isIn}; then`,
    '  set --; all=0',
    `  for one in ${quoted(place)}/*; do`,
    '    [ -f "$one" ] && [ ! -L "$one" ] && [ -r "$one" ] || continue',
    '    set -- "$@" "$one"; all=$((all + $(wc -c <"$one")))',
    '  done',
    `  kept=$((all < ${keptBytes} ? all : ${keptBytes}))`,
    `  printf 'file.${index}.%d %d\\n' "$all" "$kept" >&${fd.report}`,
    `  [ "$kept" = 0 ] || cat -- "$@" | head -c "$kept" >&${fd.report}`,
    'fi',
  ].join('\n')
}

/** A word for `sh` that stands for itself. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`
