import { evidenceWords, outcomeOf } from '../words.ts'
import type { Row } from './document.ts'
import { type Child, el } from './dom.ts'

/** The mark beside a decision: the fuller, the more urgent. The word always stands near it. */
export const outcomeMark = (deployer: string): HTMLElement =>
  el('span', { class: `mark level-${outcomeOf(deployer).level}`, 'aria-hidden': 'true' })

export const outcomeWord = (deployer: string): HTMLElement =>
  el('span', { class: `word level-${outcomeOf(deployer).level}` }, outcomeOf(deployer).word)

export const severityWord = (severity: string): HTMLElement =>
  el('span', { class: `word severity-${severity}` }, severity)

/** What is said of a case in the second line of the list: what is rarest first. */
export function rowWords(row: Row): Child {
  const words = [
    row.reports > 1 ? `${row.reports} reports` : null,
    row.isInInventory ? 'in inventory' : null,
    row.suggestions > 0 ? 'suggestion' : null,
    row.isPublic ? 'public' : null,
    evidenceWords[row.evidence].short,
  ].filter((word) => word !== null)
  return [
    outcomeWord(row.deployer),
    row.isExploited && [' · ', el('span', { class: 'word danger' }, 'exploited')],
    ` · ${words.join(' · ')}`,
  ]
}
