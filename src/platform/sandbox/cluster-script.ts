import { join } from 'node:path'
import { collectOne, fd, goWord, inside, launch, quoted, unpackBy } from './inner-script.ts'
import type { SandboxRun } from './sandbox.ts'

/** How the script ends when the cluster did not do what it was called for. */
export const lostCode = 9

/** Where the launcher reports to, until the command has ended. */
const reportAt = '/parley/report'

/**
 * What a run in a pod is, for the `sh` of the worker: one call of the cluster after the other, each
 * of which runs a script in the pod, with the pipes of the run as its input and outputs. Nothing of
 * a call is left when the next begins, so that ending every process of the pod after the command
 * ends nothing that is still needed. `call` is the client and its words up to the command.
 */
export function clusterScript(run: SandboxRun, folder: string, call: readonly string[]): string {
  const way = (name: string): string => quoted(join(folder, 'io', name))
  const client = call.map(quoted).join(' ')
  const within = (script: readonly string[]): string =>
    [client, '/bin/sh', '-c', quoted(script.join('\n'))].join(' ')
  const bound = (script: readonly string[]): string =>
    [client, `${inside.programs}/bound`, '/bin/sh', '-c', quoted(script.join('\n'))].join(' ')
  // A shell of the pod ends well or is killed; anything else is what the client says of itself.
  const orLost = `|| { code=$?; [ "$code" -gt 128 ] || exit ${lostCode}; }`
  return [
    `exec ${fd.report}>${way('report')} ${fd.feed}<${way('feed')} ${fd.state}>${way('state')}`,
    `exec ${fd.orders}<${way('orders')} >${way('stdout')} 2>${way('stderr')} </dev/null`,
    `${bound(probing)} >&${fd.report} ${closed} ${orLost}`,
    ...awaiting,
    ...(run.state === null
      ? []
      : [
          `${bound(unpacking)} <&${fd.feed} >&${fd.report} ${closed} 2>/dev/null`,
          `case $? in ${unpackedCode}) ;; 1) exit ${lostCode} ;; *) exit 0 ;; esac`,
        ]),
    `printf 'started 0\\n' >&${fd.report}`,
    `${bound(running(run))} ${closed} ${orLost}`,
    `${within(ending(run))} >&${fd.report} ${closed} ${orLost}`,
    ...(run.keepState === null
      ? []
      : [
          `if ${within(packing)} >&${fd.state} ${closed} 2>/dev/null; then`,
          `  printf 'packed 0\\n' >&${fd.report}`,
          'fi',
        ]),
    'exit 0',
    '',
  ].join('\n')
}

/** What a call is not to keep open. */
const closed = `${fd.report}>&- ${fd.feed}<&- ${fd.state}>&- ${fd.orders}<&-`

const begins = ['export LC_ALL=C HOME=/tmp']

const awaiting = [`read -r go <&${fd.orders} || exit 0`, `[ "$go" = ${goWord} ] || exit 0`]

const probing = [`exec ${inside.programs}/probe ${fd.report}>&1 >/dev/null`]

/** A script that has reported why not ends as all others do. */
const unpackedCode = 10
const unpacking = [
  ...begins,
  `exec ${fd.feed}<&0 ${fd.report}>&1`,
  // The folder itself is root's, and stays as it is; what else tar says is a failure.
  'unpacked() {',
  '  told=$(tar "$@" 2>&1)',
  '  code=$?; [ $code = 2 ] || return $code',
  `  rest=$(printf '%s\\n' "$told" | while IFS= read -r line; do`,
  `    case $line in 'tar: .: Cannot '* | 'tar: Exiting with failure status '*) ;;`,
  `    *) printf '%s\\n' "$line" ;; esac`,
  '  done)',
  `  [ -n "$told" ] && [ -z "$rest" ] || { printf '%s\\n' "$rest"; return 1; }`,
  '}',
  unpackBy('unpacked'),
  `exit ${unpackedCode}`,
]

const running = (run: SandboxRun): string[] => [
  ...begins,
  `exec ${fd.report}>${reportAt}`,
  'cd /work || exit 0',
  launch(run),
  'exit 0',
]

/** Ends what the command left running; what is read then is changed by nobody any more. */
const ending = (run: SandboxRun): string[] => [
  ...begins,
  'kill -9 -1 2>/dev/null',
  `exec ${fd.report}>&1`,
  `head -c 4096 ${reportAt}`,
  ...run.collect.map((path, index) => collectOne(path, index, run.limits.outputBytes)),
  'exit 0',
]

const packing = [...begins, 'exec tar -cf - -C /work .']
