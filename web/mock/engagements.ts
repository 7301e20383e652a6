import { decide, decideOffer } from '#features/engagement/deciding.ts'
import type { Act, Engagement as Kept, Side } from '#features/engagement/engagement.ts'
import { presentEngagement, presentFace } from '#features/engagement/present-engagement.ts'
import type { Proposal } from '#features/engagement/proposal.ts'
import { commonLabel } from '#features/label/label.ts'
import type { Engagement, EngagementEvent, EngagementRow } from '../api/types.ts'
import { me } from './query.ts'
import { people } from './rows.ts'

/** Engagements of the mock, by the rules of the service itself, in memory. */

const ownOrganisation = 'org_1'
export const evaluators = [
  { id: 'org_oak', name: 'Oak Institute' },
  { id: 'org_ash', name: 'Ash Evaluations' },
] as const
const evaluatorPeople = [
  { id: 'person_ben00001', name: 'Ben Lindqvist' },
  { id: 'person_chi00001', name: 'Chiara Romano' },
] as const
const developer = { id: 'org_larch', name: 'Larch Lab' }

export const names: ReadonlyMap<string, string> = new Map([
  ...[developer, ...evaluators].map(({ id, name }) => [id, name] as const),
  [ownOrganisation, 'Harbour CERT'],
  ...[...people.slice(0, 1), ...evaluatorPeople].map(({ id, name }) => [id, name] as const),
])
const label = { ...commonLabel, tlp: 'amber+strict' } as const

type Document = Engagement['documents'][number] & { readonly text: string }
type Slot = { kept: Kept; readonly documents: Document[]; readonly events: EngagementEvent[] }

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const proposalAt = (now: number, { opensMs, closesMs }: { opensMs: number; closesMs: number }) => {
  const closesAt = new Date(now + closesMs)
  return {
    model: {
      ...{ name: 'Larch', version: '4 preview 2', modalities: ['text', 'image'] },
      ...{ reach: 'endpoint', safeguards: ['All safeguards on', 'Refusals off'] },
      ...{ contextTokens: 400_000, tools: ['shell', 'python'], isOpenWeight: false },
    },
    plannedReleaseAt: closesAt,
    window: { opensAt: new Date(now + opensMs), closesAt },
    terms: {
      ...{ purposes: ['capability-evaluation', 'elicitation'], people: [evaluatorPeople[0].id] },
      ...{ places: ['Oak Institute, room 4'], promptsShownToDeveloper: 'digests' },
      ...{ audiences: ['authority'], publication: 'verdict', disposal: 'destroy' },
      retentionDays: { transcripts: 30, results: 365 },
      budget: { requests: 20_000, tokens: 100_000_000, microUsd: 2_500_000_000, atOnce: 16 },
    },
    ...{ documentSha256: null, disclosures: [], independence: [] },
  } as const satisfies Proposal
}

export class Engagements {
  readonly slots = new Map<string, Slot>()
  #next = 1

  /** One of each kind that a page has to draw. */
  constructor(now: number) {
    const oak = { developer: ownOrganisation, evaluator: evaluators[0].id }
    const offered = this.offer(oak, proposalAt(now, { opensMs: 2 * dayMs, closesMs: 20 * dayMs }))
    this.#counter(offered, now)
    const open = { opensMs: -3 * dayMs, closesMs: 5 * hourMs }
    this.#agreed(oak, { ...proposalAt(now, open) }, now - 4 * dayMs)
    const theirs = { developer: developer.id, evaluator: ownOrganisation }
    this.#agreed(theirs, proposalAt(now, { opensMs: dayMs, closesMs: 9 * dayMs }), now)
    const left = this.#agreed(oak, proposalAt(now, open), now - 4 * dayMs)
    this.say(left, { kind: 'end' }, { side: 'developer', now: now - dayMs })
  }

  offer(parties: { developer: string; evaluator: string }, proposal: Proposal, at = Date.now()) {
    const id = `engagement_${this.#next++}`
    const offered = decideOffer({ id, ...parties }, proposal, new Date(at))
    if (!offered.ok) return offered
    this.slots.set(id, { kept: offered.value, documents: [], events: [] })
    this.record(id, { action: 'engagement.offer', side: 'developer', at })
    return { ok: true, value: id } as const
  }

  #idOf(offered: ReturnType<Engagements['offer']>): string {
    if (!offered.ok) throw new Error(offered.refusal.why)
    return offered.value
  }

  #counter(offered: ReturnType<Engagements['offer']>, now: number): string {
    const id = this.#idOf(offered)
    const found = this.slots.get(id)?.kept
    const proposal = found?.versions.at(-1)?.proposal
    if (found === undefined || proposal === undefined) throw new Error('it was offered')
    const declaredAt = new Date(now)
    const own = { organisation: found.evaluator, isIndependent: true, conflicts: [], declaredAt }
    const terms = {
      ...{ ...proposal.terms, audiences: [], people: evaluatorPeople.map(({ id }) => id) },
      budget: { ...proposal.terms.budget, tokens: 250_000_000 },
    }
    const act = { kind: 'counter', proposal: { ...proposal, terms, independence: [own] } } as const
    this.say(id, act, { side: 'evaluator', now })
    return id
  }

  #agreed(parties: { developer: string; evaluator: string }, proposal: Proposal, at: number) {
    const id = this.#counter(this.offer(parties, proposal, at), at)
    const digest = this.slots.get(id)?.kept.versions.at(-1)?.digest ?? ''
    this.say(id, { kind: 'accept', digest }, { side: 'developer', now: at })
    return id
  }

  say(id: string, act: Act, { side, now }: { readonly side: Side; readonly now: number }) {
    const slot = this.slots.get(id)
    if (slot === undefined) return null
    const said = decide(slot.kept, act, { side, now: new Date(now) })
    if (said.ok) {
      slot.kept = said.value
      const fields = { act: act.kind, state: said.value.state }
      this.record(id, { action: 'engagement.act', side, at: now, fields })
    }
    return said
  }

  record(id: string, entry: Entry): void {
    const slot = this.slots.get(id)
    if (slot === undefined) return
    const { action, side, at = Date.now(), kind = 'engagement', fields = {} } = entry
    const { developer: shows, evaluator } = slot.kept
    const organisation = side === 'developer' ? shows : evaluator
    const isOwn = organisation === ownOrganisation
    const who = isOwn ? people.find((one) => one.id === me) : evaluatorPeople[0]
    slot.events.unshift({
      ...{ at: new Date(at).toISOString(), action, kind, record: id, organisation },
      ...{ person: who ?? null, fields },
    })
  }

  rows(): EngagementRow[] {
    return [...this.slots.values()].map(({ kept }) => presentFace(kept, besideOf(kept))).reverse()
  }

  counts() {
    const all = [...this.slots.values()].map(({ kept }) => kept)
    return {
      offered: all.length,
      agreed: all.filter((one) => 'agreed' in one).length,
      ended: all.filter((one) => 'closed' in one).length,
      released: all.filter(({ release }) => release.releasedAt !== null).length,
    }
  }

  whole(id: string): Engagement | undefined {
    const slot = this.slots.get(id)
    if (slot === undefined) return undefined
    const documents = slot.documents.map(({ text: _, ...shown }) => shown)
    return { ...presentEngagement(slot.kept, besideOf(slot.kept)), documents }
  }
}

type Entry = {
  readonly action: string
  readonly side: Side
  readonly at?: number
  readonly kind?: string
  readonly fields?: Readonly<Record<string, string>>
}

export const sideOf = ({ developer: shows }: Pick<Kept, 'developer'>): Side =>
  shows === ownOrganisation ? 'developer' : 'evaluator'

const besideOf = (kept: Kept) => ({ side: sideOf(kept), names, label, now: new Date() })
