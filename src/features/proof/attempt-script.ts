import type { Oracle, Run } from '#formats/proof/bundle.ts'

/** One word of a shell, whatever it holds. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

/** Where sanitizers leave their reports, below the target's folder. */
export const reportsFolder = '.parley/reports'

const head = `set -u\ncd /work\nrm -rf -- .parley\nmkdir -p ${reportsFolder}\n`

/** Puts a canary where the target must not read, or clears the place that it must not write. */
export function canaryScript(oracle: Oracle, canary: string): string {
  if (oracle.kind === 'canary-written') return `rm -rf -- ${quoted(oracle.path)}\n`
  if (oracle.kind !== 'canary-read') return ''
  const place = quoted(oracle.path)
  return [
    `if [ -f ${canary} ]; then`,
    `  mkdir -p -- "$(dirname -- ${place})"`,
    `  rm -f -- ${place}`,
    `  cat ${canary} > ${place}`,
    'fi\n',
  ].join('\n')
}

/** What an oracle looks at once the attempt is over; empty when that is its output alone. */
export function assertionScript(oracle: Oracle, command: readonly string[] | null): string {
  if (oracle.kind === 'canary-written') {
    const copy = `head -c 65536 -- ${quoted(oracle.path)} > .parley/written 2>/dev/null`
    return `${copy} || rm -f .parley/written\n`
  }
  if (command === null) return ''
  const words = command.map(quoted).join(' ')
  return `PARLEY_EXIT=$code ${words} </dev/null >&2\necho $? > .parley/assertion\n`
}

/** A command in place of the shell, or, where something is looked at afterwards, below it. */
export function commandScript(before: string, after: string): string {
  const run = after === '' ? 'exec "$@"\n' : `"$@"\ncode=$?\n${after}exit $code\n`
  return `${head}${before}${run}`
}

export type ServiceScript = {
  readonly run: Extract<Run, { kind: 'service' }>
  readonly steps: number
  readonly before: string
  readonly after: string
}

const pollMs = 50
/** How long one answer may take, and how many bytes of it are kept. */
const answerSeconds = 10
const answerBytesMax = 2 ** 20

/**
 * Starts the service, waits for its port, sends the requests one after another over connections of
 * their own, and ends it. It needs bash, for its connections, and coreutils; nothing of it can
 * reach further than the sandbox's own loopback.
 */
export function serviceScript({ run, steps, before, after }: ServiceScript): string {
  const tries = Math.max(1, Math.ceil(run.readyWithinMs / pollMs))
  return `${head}${before}
port=${run.port}
"$@" </dev/null &
service=$!
ended() {
  wait "$service" 2>/dev/null
  code=$?
  echo "ended $code" > .parley/service
}
tries=0
until (exec 3<>/dev/tcp/127.0.0.1/$port) 2>/dev/null; do
  if ! kill -0 "$service" 2>/dev/null; then ended; exit 98; fi
  tries=$((tries + 1))
  if [ "$tries" -ge ${tries} ]; then
    echo late > .parley/service
    kill -KILL "$service" 2>/dev/null
    exit 97
  fi
  sleep ${(pollMs / 1000).toFixed(2)}
done
echo ready > .parley/service
code=0
step=1
while [ "$step" -le ${steps} ]; do
  (
    exec 3<>/dev/tcp/127.0.0.1/$port || exit 1
    cat "/parley/in/request-$step" >&3
    timeout ${answerSeconds} cat <&3 | head -c ${answerBytesMax} > ".parley/answer-$step"
  ) 2>/dev/null
  step=$((step + 1))
done
if [ ! -s ".parley/answer-${steps}" ]; then
  waited=0
  while kill -0 "$service" 2>/dev/null && [ "$waited" -lt 20 ]; do
    sleep 0.10
    waited=$((waited + 1))
  done
fi
if kill -0 "$service" 2>/dev/null; then
  kill -TERM "$service" 2>/dev/null
  sleep 0.02
  kill -KILL "$service" 2>/dev/null
  wait "$service" 2>/dev/null
else
  ended
fi
${after}exit 0
`
}
