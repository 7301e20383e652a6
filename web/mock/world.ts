import { permissionsOf } from '#features/org/role.ts'
import type { Case, CaseRow, Import, SavedView, Session, Suggestion, Token } from '../api/types.ts'
import { detailOf } from './detail.ts'
import { me, ordered } from './query.ts'
import { idOf, noOf, people, rowOf } from './rows.ts'

export type WorldWish = {
  readonly cases?: number
  readonly isSignedIn?: boolean
  readonly role?: Session['role']
}

type Listener = (topic: string, ref: string) => void

/** Everything the mock knows, in memory; a new one is the same every time. */
export class World {
  readonly rows: CaseRow[]
  readonly views: SavedView[] = []
  readonly imports: Import[] = []
  readonly tokens: Token[] = []
  suggestions: Suggestion[] | null = null
  isSignedIn: boolean
  readonly role: Session['role']
  /** What brings a change back, by the id of its event. */
  readonly undos = new Map<string, () => CaseRow>()
  readonly #details = new Map<string, Case>()
  readonly #listeners = new Set<Listener>()
  #nextEvent = 1_000_000
  #nextId = 1

  constructor({ cases = 10_000, isSignedIn = true, role = 'coordinator' }: WorldWish = {}) {
    this.rows = ordered(
      Array.from({ length: cases }, (_, at) => rowOf(at + 1)),
      'priority',
    )
    this.isSignedIn = isSignedIn
    this.role = role
  }

  get session(): Session {
    return {
      person: { id: me, name: people[0].name },
      organisation: { id: 'org_1', name: 'Harbour CERT' },
      role: this.role,
      permissions: [...permissionsOf(this.role)],
      held: null,
      memberships: [],
      expiresAt: '2026-11-21T12:00:00.000Z',
      instance: {
        name: 'Parley at Harbour CERT',
        version: '0.1.0',
        isEmpty: this.rows.length === 0,
      },
    }
  }

  get nextEvent(): string {
    return `event_${this.#nextEvent++}`
  }

  idOf(kind: string): string {
    return `${kind}_${this.#nextId++}`
  }

  row(id: string): CaseRow | undefined {
    return this.rows.find((row) => row.id === id)
  }

  detail(id: string): Case | undefined {
    const known = this.#details.get(id)
    if (known) return known
    const row = this.row(id)
    if (row === undefined) return undefined
    const made = detailOf(row)
    this.#details.set(id, made)
    return made
  }

  /** Puts a changed case back into both the list and the detail. */
  save(changed: Case): void {
    this.quietly(changed)
    this.tell('case', changed.id)
  }

  /** As `save`, but nobody hears of it. */
  quietly(changed: Case): void {
    this.#details.set(changed.id, changed)
    const at = this.rows.findIndex(({ id }) => id === changed.id)
    if (at >= 0) this.rows[at] = rowPart(changed)
  }

  /** A case without reports is in no list; its id still leads to where they went. */
  remove(gone: Case): void {
    this.#details.set(gone.id, gone)
    const at = this.rows.findIndex(({ id }) => id === gone.id)
    if (at >= 0) this.rows.splice(at, 1)
    this.tell('case', gone.id)
  }

  add(made: Case): void {
    this.rows.unshift(rowPart(made))
    this.save(made)
  }

  nextNo(): number {
    return this.rows.reduce((most, row) => Math.max(most, noOf(row)), 0) + 1
  }

  newId = (): string => idOf(this.nextNo())

  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(topic: string, ref: string): void {
    for (const listener of this.#listeners) listener(topic, ref)
  }
}

/** The members of a case that stand in a row of the queue. */
function rowPart(of: Case): CaseRow {
  const { id, title, severity, band, decision, status, verdict, evidence, assignee } = of
  const { packages, aliases, reports, finders, isExploited, isPublic, suggestions } = of
  const { firstReportedAt, lastReportedAt, goneAt, version, label } = of
  return {
    ...{ id, title, severity, band, decision, status, verdict, evidence, assignee },
    ...{ packages, aliases, reports, finders, isExploited, isPublic, suggestions },
    ...{ firstReportedAt, lastReportedAt, goneAt, version, label },
  }
}
