import type { Case, Proof, ProofQueue, ProofRow, ProofShown, ProofWorker } from '../api/types.ts'
import { type Ask, type MockRoute, nothing, notThere, ok } from './answer.ts'
import { now } from './rows.ts'
import type { World } from './world.ts'

const hourMs = 3_600_000
const ago = (ms: number): string => new Date(now - ms).toISOString()

const isolation = {
  ...{ tier: 'namespaces', by: 'bubblewrap 0.8.0', kernel: '6.1.0' },
  namespaces: ['ipc', 'mnt', 'net', 'pid', 'user'],
  ...{ seccomp: true, noNewPrivileges: true, capabilities: '0', uid: 1000 },
  cgroup: { version: 2, controllers: ['memory', 'pids'] },
  egress: { denied: true, how: 'connect: network is unreachable' },
}

/** The proofs of a case: every other one has a proof, and its id tells which case. */
export const proofRoutes = (world: World): readonly MockRoute[] => {
  const disputes = new Map<string, Proof['dispute']>()
  const proofOf = (id: string | undefined): Proof | null => {
    const found = world.detail(`case_${id?.replace(/^proof_/, '') ?? ''}`)
    return found && id ? proofIn(found, disputes.get(id) ?? null) : null
  }
  const dispute = ({ params: { id = '' }, body }: Ask, isDisputed: boolean) => {
    const why = JSON.parse(JSON.stringify(body ?? {})).why
    const by = world.session.person.name
    disputes.set(id, isDisputed ? { at: new Date(now).toISOString(), by, why: String(why) } : null)
    world.tell('proof', id)
    return nothing
  }
  return [
    {
      method: 'GET',
      path: '/v1/cases/:id/proofs',
      run: ({ params }) => {
        const id = `proof_${params['id']?.replace(/^case_/, '') ?? ''}`
        const found = proofOf(id)
        return found === null ? notThere() : ok({ items: hasProof(id) ? [rowOf(found)] : [] })
      },
    },
    {
      method: 'GET',
      path: '/v1/proofs/:id',
      run: ({ params }) => {
        const found = proofOf(params['id'])
        return found === null ? notThere() : ok(found)
      },
    },
    { method: 'POST', path: '/v1/proofs/:id/runs', run: () => ok({ run: world.idOf('run') }) },
    { method: 'PUT', path: '/v1/proofs/:id/dispute', run: (ask) => dispute(ask, true) },
    { method: 'DELETE', path: '/v1/proofs/:id/dispute', run: (ask) => dispute(ask, false) },
    ...workerRoutes(),
  ]
}

const hasProof = (id: string): boolean => /[13579]$/.test(id)

const attempt = (name: string, purpose: string, is: 'met' | 'not-met', isPatched = false) => ({
  ...{ name, purpose, isPatched, is, tookMs: 41 },
  why: is === 'met' ? 'heap-buffer-overflow in parse_header' : 'it ended with exit code 0',
  output: is === 'met' ? 'ERROR: AddressSanitizer: heap-buffer-overflow' : '',
})

const shown: ProofShown = {
  runs: { met: 3, of: 3 },
  steps: [
    { level: 'E1', isReached: true, why: 'parse_header is in src/header.c' },
    { level: 'E2', isReached: true, why: 'everything that a run needs is there' },
    { level: 'E3', isReached: true, why: '3 of 3 fresh runs showed it' },
    { level: 'E4', isReached: false, why: 'the proof still shows the flaw with the patch' },
  ],
  missing: ['a patch that fixes it: the proof still shows the flaw with the patch'],
  attempts: [
    ...[1, 2, 3].map((no) => attempt(`run ${no} of 3`, 'proof', 'met')),
    attempt('the benign control', 'benign', 'not-met'),
    attempt('the proof', 'proof', 'met', true),
  ],
  crash: {
    type: 'heap-buffer-overflow',
    frames: [
      { function: '__asan_memcpy', file: null, line: null },
      { function: 'parse_header', file: 'src/header.c', line: 42 },
      { function: 'main', file: 'src/main.c', line: 9 },
    ],
  },
  patch: {
    verdict: 'does not fix',
    why: 'the proof still shows the flaw with the patch',
    notes: ['it changes only comments'],
  },
  isolation,
}

function proofIn(found: Case, dispute: Proof['dispute']): Proof {
  return {
    id: found.id.replace(/^case_/, 'proof_'),
    ...{ title: `Shows: ${found.title}`, report: found.reportList[0]?.id ?? 'report_0' },
    ...{ case: found.id, target: found.packages[0] ?? null },
    ...{ finder: { name: 'Heron', model: null }, handedInAt: ago(5 * hourMs), sizeBytes: 20_480 },
    ...{ sha256: 'ab'.repeat(32), level: 'E3', shownIn: { met: 3, of: 3 }, state: 'done' },
    ...{ verdict: 'does not fix', dispute, destroyedAt: null, label: found.banner },
    manifest: {
      location: { file: 'src/header.c', function: 'parse_header', line: 42 },
      run: { kind: 'command', command: ['./parse', '{input}'] },
      oracle: { kind: 'sanitizer', tool: 'address', error: 'heap-buffer-overflow' },
      ...{ benign: { input: 'benign.bin' }, variants: [] },
      authorisation: { statement: 'The code is ours.', by: 'Heron Lab' },
    },
    patch: '--- a/src/header.c\n+++ b/src/header.c\n@@ -1,2 +1,2 @@\n int n;\n-f(n);\n+g(n);\n',
    runs: [
      {
        ...{ id: 'run_1', state: 'done', why: 'arrived', askedBy: null, patchOf: null },
        ...{ queuedAt: ago(5 * hourMs), startedAt: ago(4 * hourMs), endedAt: ago(4 * hourMs) },
        ...{ worker: 'bench-1', attempts: 1, level: 'E3', verdict: 'does not fix', met: 3, of: 3 },
        ...{ environment: 'cd'.repeat(32), isAttested: true, refusal: null, shown },
      },
    ],
  }
}

function rowOf({ label, manifest, patch, runs, ...row }: Proof): ProofRow {
  return row
}

/** One that works, one that cannot, and one that went away. */
function workerRoutes(): readonly MockRoute[] {
  const about = { host: 'bench', version: '0.1.0', publicKey: 'PEM', slots: 2, off: null }
  const more = { ...about, firstAt: ago(90 * hourMs), seenAt: ago(1000), isGone: false }
  const plain = { ...more, ceiling: 'restricted', compartments: [], refusal: null } as const
  let items: readonly ProofWorker[] = [
    { ...plain, id: 'worker_1', name: 'bench-1', running: 1, done: 1204, isolation },
    {
      ...{ ...plain, id: 'worker_2', name: 'bench-2', running: 0, done: 0, isolation: null },
      refusal: 'user namespaces are switched off on this machine',
    },
    {
      ...{ ...plain, id: 'worker_3', name: 'old', running: 0, done: 31, isolation },
      ...{ isGone: true, seenAt: ago(30 * hourMs) },
    },
  ]
  const queue: ProofQueue = {
    ...{ waiting: 4, running: 1, oldestSeconds: 130 },
    organisations: [{ id: 'org_1', name: 'Northlight Lab', waiting: 4, running: 1 }],
  }
  return [
    { method: 'GET', path: '/v1/workers', run: () => ok({ items }) },
    { method: 'GET', path: '/v1/proof-queue', run: () => ok(queue) },
    {
      method: 'PUT',
      path: '/v1/workers/:id',
      run: ({ params, body }) => {
        const { isOn, why } = JSON.parse(JSON.stringify(body ?? {}))
        const off = isOn ? null : { at: new Date(now).toISOString(), by: 'Ada', why: String(why) }
        items = items.map((one) => (one.id === params['id'] ? { ...one, off } : one))
        return nothing
      },
    },
  ]
}
