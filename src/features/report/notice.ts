import type { Notify } from '#formats/tap/intake.ts'
import { nextOf, outcomeOf, type SubmissionFacts } from './submission.ts'

/** What may be told of a report. */
export const noticeEvents = ['placed', 'confirmed', 'refuted', 'closed', 'changed'] as const
export type NoticeEvent = (typeof noticeEvents)[number]

/** Who wants to hear of what (TAP contract, field `notify`). */
export const levelsOf: Readonly<Record<NoticeEvent, readonly Notify[]>> = {
  placed: ['milestones', 'all'],
  confirmed: ['milestones', 'all'],
  refuted: ['milestones', 'all'],
  closed: ['final', 'milestones', 'all'],
  changed: ['all'],
}

const happened: Readonly<Record<NoticeEvent, string>> = {
  placed: 'was compared with what is known',
  confirmed: 'is confirmed',
  refuted: 'is refuted',
  closed: 'is closed',
  changed: 'has changed',
}

/** What a message says: neither what the report says nor what its case is called. */
export type NoticeText = { readonly subject: string; readonly text: string }

export type NoticeFacts = {
  readonly receipt: string
  readonly event: NoticeEvent
  readonly facts: SubmissionFacts
  /** Where people reach the instance; null where that is not said. */
  readonly publicUrl: string | null
}

/** A mail travels in the clear, so it names the receipt and leaves the rest to who may look. */
export function mailOf({ receipt, event, facts, publicUrl }: NoticeFacts): NoticeText {
  const what = facts.case === null ? 'report' : 'case of the report'
  const more =
    publicUrl === null
      ? `More is told to GET /v1/submissions/${receipt} with a token of your organisation.`
      : `More is told, with a token of your organisation, at ${publicUrl}/v1/submissions/${receipt}`
  const lines = [
    `The ${what} that you handed in as ${receipt} ${happened[event]}.`,
    nextOf(facts),
    '',
    more,
    'You asked for these messages with the field "notify" of the report.',
  ]
  return { subject: `${receipt} ${happened[event]}`, text: `${lines.join('\n')}\n` }
}

/** The body of a webhook: what the submitting organisation may ask for anyway. */
export function webhookBodyOf({ receipt, event, facts }: NoticeFacts, at: Date): string {
  const { case: found } = facts
  return JSON.stringify({
    type: `report.${event}`,
    timestamp: at.toISOString(),
    data: {
      ...{ receipt, outcome: outcomeOf(facts), next: nextOf(facts) },
      case: found && {
        ...{ id: found.id, status: found.status, verdict: found.verdict },
        ...{ severity: found.severity, evidence: found.evidence, isFirst: found.isFirst },
      },
    },
  })
}

/** Takes mail addresses out of what a server said, before it is kept or logged. */
export const withoutAddresses = (words: string): string =>
  words.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '[address]')
