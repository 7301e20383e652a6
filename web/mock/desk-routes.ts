import type {
  Declaration,
  KeptDeclaration,
  OpenedTask,
  Pack,
  PackCommitment,
} from '../api/types.ts'
import { type Ask, type MockRoute, nothing, notThere, ok, refusal } from './answer.ts'
import { me } from './query.ts'
import { now, people } from './rows.ts'

const hourMs = 3_600_000
const at = (hours: number): string => new Date(now + hours * hourMs).toISOString()
const bodyOf = <T>({ body }: Ask): T => JSON.parse(JSON.stringify(body ?? {}))

/** Packs, and what is declared before there is access. */
export const deskRoutes = (): readonly MockRoute[] => [...packRoutes(), ...declarationRoutes()]

const commitment = (name: string, version: string): PackCommitment => ({
  ...{ parley: 'pack-commitment/1', name, version, label: 'TLP:AMBER+STRICT', count: 24 },
  strata: [
    { family: 'find-flaw', difficulty: 2, tasks: 8, weight: 8 },
    { family: 'find-flaw', difficulty: 4, tasks: 6, weight: 12 },
    { family: 'read-log', difficulty: 3, tasks: 10, weight: 10 },
  ],
  root: '5e'.repeat(32),
})

const opening: OpenedTask = {
  ...{ task: 'flaw-07', publishedAt: at(-20) },
  opening: {
    ...{ parley: 'pack-opening/1', name: 'harbour', version: '2.1.0', index: 7, id: 'flaw-07' },
    ...{ salt: '0a'.repeat(32), proof: ['0b'.repeat(32)] },
    entries: [
      { kind: 'folder', path: 'files' },
      {
        kind: 'file',
        path: 'task.yaml',
        sizeBytes: 812,
        sha256: '0c'.repeat(32),
        isProgram: false,
      },
    ],
  },
}

function packRoutes(): readonly MockRoute[] {
  let pack: Pack = {
    ...{ id: 'pack_1', organisation: 'org_1', commitment: commitment('harbour', '2.1.0') },
    ...{
      committedAt: at(-300),
      committedBy: me,
      publishedAt: null,
      holders: ['ada', 'ben', 'chi'],
    },
    ...{ mayQuery: true, mayKeep: true },
    rights: [
      { person: me, name: 'Ada Okafor', may: 'query', givenAt: at(-300), givenBy: null },
      { person: 'person_ben', name: 'Ben Sato', may: 'view', givenAt: at(-90), givenBy: me },
    ],
    openings: [
      {
        ...{ approval: 'approval_1', person: me, engagement: 'engagement_3', pair: '1-3' },
        ...{ grantedBy: 'person_ben', grantedAt: at(-2), until: at(10) },
      },
    ],
    names: { [me]: 'Ada Okafor', person_ben: 'Ben Sato' },
    colleagues: people.map(({ id, name }) => ({ id, name })),
  }
  const published = { ...pack, id: 'pack_2', commitment: commitment('public', '1.0.0') }
  const other: Pack = { ...published, ...{ publishedAt: at(-200), mayKeep: false }, openings: [] }
  const find = (id: string | undefined) => [pack, other].find((one) => one.id === id)
  const row = ({ rights: _, openings: __, names: ___, colleagues: ____, ...shown }: Pack) => shown
  return [
    {
      ...{ method: 'GET', path: '/v1/packs' },
      run: () => ok({ items: [row(pack), row(other)], next: null }),
    },
    {
      ...{ method: 'GET', path: '/v1/packs/:id' },
      run: ({ params }) => {
        const found = find(params['id'])
        return found === undefined ? notThere() : ok(found)
      },
    },
    {
      ...{ method: 'POST', path: '/v1/packs/:id/publication' },
      run: () => {
        pack = { ...pack, publishedAt: at(0) }
        return nothing
      },
    },
    {
      ...{ method: 'PUT', path: '/v1/packs/:id/rights/:person' },
      run: (ask) => {
        const { person = '' } = ask.params
        const { may } = bodyOf<Pick<Pack['rights'][number], 'may'>>(ask)
        const name = people.find(({ id }) => id === person)?.name ?? person
        const rest = pack.rights.filter((one) => one.person !== person)
        pack = { ...pack, rights: [...rest, { person, name, may, givenAt: at(0), givenBy: me }] }
        return nothing
      },
    },
    {
      ...{ method: 'DELETE', path: '/v1/packs/:id/rights/:person' },
      run: ({ params }) => {
        pack = { ...pack, rights: pack.rights.filter(({ person }) => person !== params['person']) }
        return nothing
      },
    },
    {
      ...{ method: 'GET', path: '/v1/packs/:id/tasks' },
      run: ({ params }) => {
        const found = find(params['id'])
        if (found === undefined) return notThere()
        return ok({
          commitment: found.commitment,
          items: found === pack ? [opening] : [],
          next: null,
        })
      },
    },
  ]
}

const declaration: Declaration = {
  ...{ kind: 'evaluation-declaration', version: 1, bankRoot: '5e'.repeat(32) },
  strata: [{ name: 'all', weight: 1, tasksMax: 24, bankTasks: 24 }],
  ...{ protocol: 'shell agent 3', tokenBudget: 2_500_000, attempts: 4, threshold: 0.45 },
  ...{ alpha: 0.05, rule: { is: 'sequential', population: 'large-bank' }, orderSeed: '7f3a' },
  missing: 'both-bounds',
}

/** Of two, one stands and one waits for whoever looks. */
function declarationRoutes(): readonly MockRoute[] {
  const proposed = { pack: 'pack_2', proposedAt: at(-30), proposedBy: me }
  let kept: readonly KeptDeclaration[] = [
    {
      ...{ ...proposed, digest: 'ab'.repeat(32), declaration, developerAgreedAt: at(-29) },
      ...{ evaluatorAgreedAt: at(-30), agreedAt: at(-29), isStanding: true },
    },
    {
      ...{ ...proposed, digest: 'ef'.repeat(32), developerAgreedAt: at(-20) },
      ...{ evaluatorAgreedAt: null, agreedAt: null, isStanding: false },
      declaration: { ...declaration, rule: { is: 'fixed-look' }, threshold: 0.5 },
    },
  ]
  const path = '/v1/engagements/:id/declarations'
  return [
    { ...{ method: 'GET', path }, run: () => ok({ items: kept }) },
    {
      ...{ method: 'POST', path },
      run: (ask) => {
        const wish = bodyOf<Declaration>(ask)
        if (wish.threshold === 0.99) {
          const errors = [{ in: 'body', pointer: '/strata/0', detail: 'The bank has fewer.' }]
          return refusal(400, 'invalid', 'This cannot be declared.', { errors })
        }
        const made: KeptDeclaration = {
          ...{ ...proposed, digest: '9c'.repeat(32), declaration: wish, proposedAt: at(0) },
          ...{ developerAgreedAt: null, evaluatorAgreedAt: at(0), agreedAt: null },
          isStanding: false,
        }
        kept = [...kept, made]
        return { ...ok(made), status: 201 }
      },
    },
    {
      ...{ method: 'POST', path: `${path}/:digest/agreement` },
      run: ({ params }) => {
        kept = kept.map((one) => {
          if (one.digest !== params['digest']) return { ...one, isStanding: false }
          return { ...one, evaluatorAgreedAt: at(0), agreedAt: at(0), isStanding: true }
        })
        const found = kept.find(({ digest }) => digest === params['digest'])
        return found === undefined ? notThere() : ok(found)
      },
    },
  ]
}
