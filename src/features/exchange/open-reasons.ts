import type { Reason } from '#features/correlate/explain.ts'

/**
 * Of each report with a sealed part all that it says openly, in small letters, by its number. A
 * report without one is not here: what it says may be quoted.
 */
export type OpenTexts = ReadonlyMap<number, string>

type Stored = { readonly no: number; readonly openText: string | null }

export const openTextsOf = (reports: readonly Stored[]): OpenTexts =>
  new Map(
    reports.flatMap(({ no, openText }) => (openText === null ? [] : [[no, openText] as const])),
  )

/** The words of the sentences that reasons are made of; see features/correlate/explain.ts. */
const ofSentences = new Set(
  (
    'a about also and are at both carry components crash crashes describe different fixed flaw ' +
    'from functions in is kind kinds line lines mentions name of on one other point rare rarest ' +
    'reports run same say stands the they through title titles use version versions which words'
  ).split(' '),
)

/**
 * The reasons that quote nothing but what two reports say openly. Reasons stand where everybody
 * reads them who reads cases, sealed parts do not, and a word that both have would give one away.
 */
export function openReasons(
  reasons: readonly Reason[],
  [a, b]: readonly [number, number],
  texts: OpenTexts,
): readonly Reason[] {
  const open = [texts.get(a), texts.get(b)].filter((text) => text !== undefined)
  if (open.length === 0) return reasons
  return reasons.filter((reason) =>
    wordsOf(reason).every((word) => open.every((text) => text.includes(word))),
  )
}

function wordsOf({ says, marks }: Reason): string[] {
  const said = says.replace(/ \(the rarest stands in \d+ reports\)$/, '')
  const all = `${said}\n${marks.join('\n')}`.toLowerCase()
  return (all.match(/[^\s"“”(),;]+/g) ?? [])
    .map((word) => word.replace(/[.:]+$/, '').replace(/^l(?=\d+$)/, ''))
    .filter((word) => word !== '' && !ofSentences.has(word))
}
