import type { z } from 'zod'
import type { Label } from '#features/label/label.ts'
import { shownLabel } from '#features/label/shown.ts'
import { type Access, accessAt, actsBy, actsIn, type Engagement, type Side } from './engagement.ts'
import type { EngagementListWire, EngagementWire, ProposalWire } from './engagement.wire.ts'
import type { Proposal } from './proposal.ts'
import { changesBetween } from './proposal-changes.ts'
import type { Terms } from './terms.ts'

/** What is shown of an engagement beside it. */
export type Beside = {
  readonly side: Side
  readonly names: ReadonlyMap<string, string>
  readonly label: Label
  readonly now: Date
}

type FaceWire = z.infer<typeof EngagementListWire>['items'][number]
type WholeWire = z.infer<typeof EngagementWire>

const instant = (moment: Date): string => moment.toISOString()
const instantOr = (moment: Date | null): string | null => moment?.toISOString() ?? null

/** An engagement in a list. */
export function presentFace(engagement: Engagement, beside: Beside): FaceWire {
  const { id, state, developer, evaluator, release } = engagement
  const named = (one: string) => ({ id: one, name: beside.names.get(one) ?? one })
  const { name, version } = latestOf(engagement).proposal.model
  return {
    ...{ id, state, side: beside.side, model: { name, version } },
    ...{ developer: named(developer), evaluator: named(evaluator) },
    plannedReleaseAt: instant(release.plannedAt),
    releasedAt: instantOr(release.releasedAt),
    access: presentAccess(engagement, accessAt(engagement, beside.now)),
    waitsFor: waitsFor(engagement),
    label: shownLabel(beside.label),
  }
}

function latestOf({ versions }: Engagement) {
  const latest = versions.at(-1)
  if (latest === undefined) throw new TypeError('an engagement has a first version')
  return latest
}

function presentAccess(engagement: Engagement, access: Access): FaceWire['access'] {
  switch (access.is) {
    case 'none':
      return { is: 'none' }
    case 'over': {
      const why = 'closed' in engagement ? engagement.closed.why : null
      return { is: 'over', endedAt: instant(access.endedAt), why }
    }
    default:
      return { is: access.is, opensAt: instant(access.opensAt), endsAt: instant(access.endsAt) }
  }
}

/** Whose word an offer waits for; nothing else waits for anybody. */
function waitsFor(engagement: Engagement): Side | null {
  if (engagement.state !== 'offered') return null
  return engagement.acceptedBy.includes('developer') ? 'evaluator' : 'developer'
}

const presentTerms = (
  terms: Terms,
): z.infer<typeof EngagementWire>['versions'][number]['proposal']['terms'] => ({
  purposes: [...terms.purposes],
  people: [...terms.people],
  places: [...terms.places],
  promptsShownToDeveloper: terms.promptsShownToDeveloper,
  audiences: [...terms.audiences],
  publication: terms.publication,
  retentionDays: terms.retentionDays,
  disposal: terms.disposal,
  budget: terms.budget,
})

const presentProposal = (proposal: Proposal): z.infer<typeof ProposalWire> => ({
  model: {
    ...proposal.model,
    modalities: [...proposal.model.modalities],
    safeguards: [...proposal.model.safeguards],
    tools: [...proposal.model.tools],
  },
  plannedReleaseAt: instant(proposal.plannedReleaseAt),
  window: {
    opensAt: instant(proposal.window.opensAt),
    closesAt: instant(proposal.window.closesAt),
  },
  terms: presentTerms(proposal.terms),
  documentSha256: proposal.documentSha256,
  disclosures: proposal.disclosures.map((one) => ({ ...one })),
  independence: proposal.independence.map((one) => ({
    ...{ organisation: one.organisation, isIndependent: one.isIndependent },
    ...{ conflicts: [...one.conflicts], declaredAt: instant(one.declaredAt) },
  })),
})

/** What one side may say in this state. */
const mayDo = ({ state }: Engagement, side: Side): string[] => {
  const can: readonly string[] = actsIn[state]
  return Object.entries(actsBy).flatMap(([kind, by]) =>
    can.includes(kind) && by.some((one) => one === side) ? [kind] : [],
  )
}

/** An engagement with every version of it. */
export function presentEngagement(
  engagement: Engagement,
  beside: Beside,
): Omit<WholeWire, 'documents'> {
  const { versions } = engagement
  const agreed = 'agreed' in engagement ? engagement.agreed : null
  return {
    ...presentFace(engagement, beside),
    digest: latestOf(engagement).digest,
    acceptedBy: engagement.state === 'offered' ? [...engagement.acceptedBy] : [],
    agreed: agreed && {
      ...{ at: instant(agreed.agreedAt), digest: agreed.digest, terms: presentTerms(agreed.terms) },
      endsWithRelease: agreed.window.endsWithRelease,
    },
    pausedAt: engagement.state === 'agreed' ? instantOr(engagement.pausedAt) : null,
    settled:
      engagement.state === 'settled'
        ? {
            ...{ at: instant(engagement.settledAt), how: engagement.how },
            proofSha256: engagement.proofSha256,
          }
        : null,
    versions: versions.map(({ number, digest, by, at, isNarrowing, proposal }, place) => {
      const before = versions[place - 1]
      const changes = before === undefined ? [] : changesBetween(before.proposal, proposal)
      return {
        ...{ number, digest, by, at: instant(at), isNarrowing },
        ...{ proposal: presentProposal(proposal), changes: changes.map((one) => ({ ...one })) },
      }
    }),
    mayDo: mayDo(engagement, beside.side),
    names: Object.fromEntries(beside.names),
  }
}
