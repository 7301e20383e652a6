import assert from 'node:assert/strict'
import { test } from 'node:test'
import { no, type Result, yes } from '#kernel/result.ts'
import type {
  Ending,
  IsolationFacts,
  Output,
  Sandbox,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
} from '#platform/sandbox/sandbox.ts'

const isolation: IsolationFacts = {
  tier: 'namespaces',
  by: 'a script',
  kernel: 'none',
  namespaces: ['net'],
  seccomp: true,
  noNewPrivileges: true,
  capabilities: '0',
  uid: 1000,
  cgroup: { version: 2, controllers: ['memory'] },
  egress: { denied: true, how: 'ENETUNREACH' },
}

/** What a scripted run says; what is left out is empty. */
export type Scripted = {
  readonly ending?: Ending
  readonly stdout?: string
  readonly stderr?: string
  readonly collected?: Readonly<Record<string, string | Uint8Array>>
  readonly startedAt?: Date
  readonly kept?: boolean
}

const outputOf = (text: string | Uint8Array): Output => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return { bytes, total: bytes.length }
}

export const outcomeOf = (said: Scripted): SandboxOutcome => ({
  ending: said.ending ?? { kind: 'exit', code: 0 },
  stdout: outputOf(said.stdout ?? ''),
  stderr: outputOf(said.stderr ?? ''),
  collected: Object.entries(said.collected ?? {}).map(([name, text]) => ({
    name,
    output: outputOf(text),
  })),
  startedAt: said.startedAt ?? new Date('2026-01-01T00:00:00Z'),
  kept: said.kept ?? true,
  startMs: 1,
  tookMs: 2,
  cpuMs: 1,
  memoryPeakBytes: 1000,
  isolation,
})

/** A sandbox that answers as a function says, and keeps what it was asked. */
export class ScriptedSandbox implements Sandbox {
  readonly tier = 'namespaces'
  readonly asked: SandboxRun[] = []
  readonly #answer: (run: SandboxRun) => Scripted | SandboxRefusal

  constructor(answer: (run: SandboxRun) => Scripted | SandboxRefusal) {
    this.#answer = answer
  }

  async probe(): Promise<Result<IsolationFacts, SandboxRefusal>> {
    return yes(isolation)
  }

  async run(run: SandboxRun): Promise<Result<SandboxOutcome, SandboxRefusal>> {
    this.asked.push(run)
    const said = this.#answer(run)
    return 'why' in said ? no(said) : yes(outcomeOf(said))
  }
}

test('a scripted sandbox says what it was told to', async () => {
  const sandbox = new ScriptedSandbox(() => ({ code: 'bad-run', why: 'because' }))
  assert.deepEqual((await sandbox.probe()).ok, true)
  assert.equal(sandbox.asked.length, 0)
})
