import type { Engagement, ProposalVersion } from '../../api/types.ts'
import {
  audienceWords,
  disposalWords,
  modalityWords,
  moneyOf,
  publicationWords,
  purposeWords,
  reachWords,
  visibilityWords,
} from '../../parts/engagement-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { dateOf } from '../../ui/when.tsx'
import { grouped } from '../../ui/words.ts'

type Change = ProposalVersion['changes'][number]
type Names = Engagement['names']

/** What each member of a proposal is called, by its JSON pointer. */
const members: Readonly<Record<string, string>> = {
  '/model/name': 'Name of the model',
  '/model/version': 'Version of the model',
  '/model/modalities': 'Takes and gives',
  '/model/reach': 'Reached',
  '/model/safeguards': 'Safeguards',
  '/model/contextTokens': 'Tokens of context',
  '/model/tools': 'Tools',
  '/model/isOpenWeight': 'Weights will be published',
  '/plannedReleaseAt': 'Planned release',
  '/window/opensAt': 'Window opens',
  '/window/closesAt': 'Window closes',
  '/terms/purposes': 'May be used to',
  '/terms/people': 'By whom',
  '/terms/places': 'Where',
  '/terms/promptsShownToDeveloper': 'The developer sees',
  '/terms/audiences': 'Results may go to',
  '/terms/publication': 'May be published',
  '/terms/retentionDays/transcripts': 'Days that transcripts are kept',
  '/terms/retentionDays/results': 'Days that results are kept',
  '/terms/disposal': 'Afterwards',
  '/terms/budget/requests': 'Requests at most',
  '/terms/budget/tokens': 'Tokens at most',
  '/terms/budget/microUsd': 'Money at most',
  '/terms/budget/atOnce': 'At once at most',
  '/documentSha256': 'Agreement as a document',
  '/disclosures': 'Disclosures',
  '/independence': 'Independence',
}

export const memberWord = (at: string): string => members[at] ?? at

const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/model/modalities': modalityWords,
  '/model/reach': reachWords,
  '/terms/purposes': purposeWords,
  '/terms/promptsShownToDeveloper': visibilityWords,
  '/terms/audiences': audienceWords,
  '/terms/publication': publicationWords,
  '/terms/disposal': disposalWords,
}

/** One value of a change as the tables say it; values come as JSON, empty for nothing. */
export function valueWord(at: string, json: string, names: Names): string {
  if (json === '') return 'nothing'
  const value: unknown = parsed(json)
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((one) => oneWord(at, one, names)).join(' · ')
  }
  return oneWord(at, value, names)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return json
  }
}

function oneWord(at: string, value: unknown, names: Names): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return at.endsWith('/microUsd') ? moneyOf(value) : grouped(value)
  if (typeof value !== 'string') return objectWord(value, names)
  const known = words[at]?.[value]
  if (known !== undefined) return known
  if (at.endsWith('At')) return dateOf(value)
  return lineOf(names[value] ?? value)
}

/** What has members of its own: what somebody said of itself, or a disclosure. */
function objectWord(value: object, names: Names): string {
  if ('organisation' in value && typeof value.organisation === 'string') {
    const is = 'isIndependent' in value && value.isIndependent === true
    const list = 'conflicts' in value && Array.isArray(value.conflicts) ? value.conflicts : []
    const conflicts = list.length === 0 ? 'no conflict named' : list.map(String).join('; ')
    const who = names[value.organisation] ?? value.organisation
    return lineOf(`${who}: ${is ? 'independent' : 'not independent'}, ${conflicts}`)
  }
  if ('title' in value && typeof value.title === 'string') return lineOf(value.title)
  return lineOf(JSON.stringify(value))
}

/** What a change does to what evaluators may do: a sign and words, never colour alone. */
export const allowsMarks = {
  more: { sign: '+', word: 'allows more', tone: 'text-warn' },
  less: { sign: '−', word: 'allows less', tone: 'text-good' },
} as const satisfies Record<NonNullable<Change['allows']>, unknown>
