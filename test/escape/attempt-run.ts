// Tries everything against one tier, within the bounds that `bounded.ts` puts around this process,
// and writes what came of it, a line of JSON for each.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import { type Attempt, type AttemptEnd, commandOf } from './attempt.ts'
import { attempts } from './attempts.ts'
import { makeWorld, type World } from './outside.ts'
import { limits, never, runOf, textOf } from './sandboxes.ts'
import { isTier, type Tried } from './tried.ts'

const [, , tier = '', ...names] = process.argv
if (!isTier(tier)) throw new Error(`unknown tier ${tier}`)
const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`)
const opened = await openSandbox(tier, {}, never)
if (!opened.ok) {
  say({ refused: opened.refusal })
  process.exit(0)
}
const { sandbox, isolation } = opened.value
say({ isolation })
const folder = mkdtempSync(join(tmpdir(), 'world-'))
const world = await makeWorld(folder, tier)
const leaving = new AbortController()
const neighbour = sandbox.run(neighbourRun(world.outside.secret), leaving.signal)
for (const attempt of attempts.filter(({ name }) => names.includes(name))) {
  say(await tryOnce(sandbox, attempt, world).catch((error: unknown) => notTried(attempt, error)))
}
leaving.abort()
const beside = await neighbour
const how = beside.ok
  ? `${beside.value.ending.kind}: ${textOf(beside.value.stdout)}`
  : beside.refusal.why
say({ neighbour: how })
await world.close()

/** Another run at the same time, with the secret in all places that a run has. */
function neighbourRun(secret: string) {
  const program = [
    'import ctypes, os, time',
    'libc = ctypes.CDLL(None)',
    'libc.shmget(0x50415259, 4096, 0o1666)',
    'for place in ["/work", "/tmp", "/dev/shm"]:',
    '  open(place + "/secret", "w").write(os.environ["SECRET"])',
    'print("waits", flush=True)',
    'time.sleep(3000)',
  ].join('\n')
  return runOf('', {
    ...{ command: ['python3', '-c', program, 'neighbour'], environment: { SECRET: secret } },
    limits: { ...limits, wallMs: 3_600_000 },
  })
}

/** What went wrong with one attempt is told of that one, and the others are made all the same. */
const notTried = ({ name, guard }: Attempt, error: unknown): Tried => ({
  ...{ name, guard, end: { kind: 'stopped' }, tookMs: 0, said: '' },
  wrong: [`it was not tried: ${error instanceof Error ? error.stack : error}`],
})

async function tryOnce(
  within: Sandbox,
  attempt: Attempt,
  { outside, harm }: World,
): Promise<Tried> {
  const state = attempt.state ? join(folder, 'state.tar') : null
  if (state !== null && attempt.state) writeFileSync(state, attempt.state())
  const began = performance.now()
  const outcome = await within.run(
    runOf('', {
      ...{ command: commandOf(attempt, outside), state, keepState: join(folder, 'kept.tar') },
      limits: { ...limits, ...attempt.limits },
    }),
    never,
  )
  const end: AttemptEnd = outcome.ok
    ? outcome.value.ending
    : { kind: 'refused', code: outcome.refusal.code }
  const said = outcome.ok ? textOf(outcome.value.stdout) : outcome.refusal.why
  const escapes = [...said.matchAll(/^ESCAPED.*$/gm)].map(String)
  const wrong = [
    ...escapes,
    ...harm(),
    ...(outcome.ok && !said.includes('tried') ? ['it was not tried'] : []),
    ...(attempt.ends === undefined || attempt.ends(end) ? [] : [`it ended otherwise`]),
  ]
  const errors = outcome.ok ? textOf(outcome.value.stderr) : ''
  return {
    ...{ name: attempt.name, guard: attempt.guard, end, wrong, tookMs: performance.now() - began },
    said: `${said}\n${errors}`.slice(0, 6000),
  }
}
