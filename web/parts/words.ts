import type { Band, CaseSort, EvidenceLevel, Severity, Status, Verdict } from '../api/types.ts'

/** The words for the codes of the wire, once for every page. */

type Word = {
  readonly word: string
  /** What it means, for whoever has never seen the scale. */
  readonly means: string
}

export const bandWords: Readonly<Record<Band, Word>> = {
  now: { word: 'Now', means: 'Act now, and put other work aside for it.' },
  soon: { word: 'Soon', means: 'Act at the next opportunity, before the regular maintenance.' },
  planned: { word: 'Planned', means: 'Act in the regular maintenance.' },
  later: { word: 'Later', means: 'No action is needed at present.' },
}
export const bandOrder = ['now', 'soon', 'planned', 'later'] as const

export const severityWords: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
  unknown: 'Not rated',
}
export const severityOrder = ['critical', 'high', 'medium', 'low', 'info', 'unknown'] as const

export const statusWords: Readonly<Record<Status, Word>> = {
  open: { word: 'Open', means: 'Somebody has to act.' },
  waiting: { word: 'Waiting', means: 'Held, with a reason, an owner and an end.' },
  closed: { word: 'Closed', means: 'Nothing is left to do.' },
}
export const statusOrder = ['open', 'waiting', 'closed'] as const

export const verdictWords: Readonly<Record<Verdict, Word>> = {
  open: { word: 'Not judged', means: 'Nobody said yet whether it is real.' },
  confirmed: { word: 'Confirmed', means: 'A person judged it to be real.' },
  refuted: { word: 'Refuted', means: 'A person judged it not to be a vulnerability.' },
}
export const verdictOrder = ['open', 'confirmed', 'refuted'] as const

export const evidenceWords: Readonly<Record<EvidenceLevel, Word>> = {
  E0: { word: 'Claim only', means: 'Nothing is attached with which it can be reproduced.' },
  E1: { word: 'Located', means: 'The code that a report names is there, at its version.' },
  E2: { word: 'Artifacts', means: 'A report carries a proof, a crash or steps to follow.' },
  E3: { word: 'Reproduced', means: 'Reproduced in our sandbox, every time.' },
  E4: { word: 'Fix verified', means: 'The proof fails on the fix, and so do its variants.' },
}
export const evidenceOrder = ['E4', 'E3', 'E2', 'E1', 'E0'] as const

export const sortWords: Readonly<Record<CaseSort, string>> = {
  priority: 'Most urgent first',
  newest: 'Newest report first',
  oldest: 'Oldest case first',
  reports: 'Most reports first',
  severity: 'Most severe first',
  relevance: 'Best match first',
}

const decisions: Readonly<Record<string, string>> = {
  immediate: 'Immediate',
  'out-of-cycle': 'Out of cycle',
  scheduled: 'Scheduled',
  defer: 'Defer',
}
export const decisionWord = (decision: string): string => decisions[decision] ?? decision

export const relationWords: Readonly<Record<string, string>> = {
  'same-root': 'Same root cause in another place',
  'same-fix': 'Fixed by the same patch',
  'regression-of': 'Comes back after a fix of',
  'came-back-as': 'Came back later as',
  related: 'Related to',
  'same-flaw': 'The same flaw under another label',
  'already-public': 'Already public',
  apart: 'Never the same',
}
