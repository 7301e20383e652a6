import { counted, countSentence, grouped, outcomeOf, outcomeOrder } from '../words.ts'
import type { Omission } from './document.ts'
import { type Child, el } from './dom.ts'
import type { Chosen } from './facets.ts'
import { outcomeMark, outcomeWord } from './marks-view.ts'
import type { Model } from './model.ts'
import { problemList } from './other-views.ts'

type Links = {
  readonly toView: (view: 'suggestions' | 'files' | 'set-aside') => string
  readonly toChosen: (chosen: Chosen) => string
}

/** What stands beside the queue while no case is open: the result as a whole. */
export function queueOverview({ head }: Model, links: Links): HTMLElement {
  const { counts } = head
  return el(
    'div',
    { class: 'case' },
    el('h2', { tabindex: -1 }, countSentence(counts)),
    head.rows.length === 0 ? nothingFound(links) : decisionTable(head.rows, links),
    el(
      'ul',
      { class: 'questions' },
      head.rows.length > 0 &&
        el(
          'li',
          {},
          counts.merged > 0
            ? `${counted(counts.merged, 'report')} joined another's case. Every finder is credited.`
            : 'No two reports were merged.',
        ),
      counts.suggestions > 0 &&
        el(
          'li',
          {},
          el('a', { href: links.toView('suggestions') }, counted(counts.suggestions, 'pair')),
          ' may be one vulnerability. A person decides.',
        ),
      counts.setAside > 0 &&
        el(
          'li',
          {},
          el('a', { href: links.toView('set-aside') }, counted(counts.setAside, 'report')),
          ' set aside: already known, or taken back by the document itself.',
        ),
      counts.problems > 0 &&
        el(
          'li',
          {},
          el('a', { href: links.toView('files') }, counted(counts.problems, 'problem')),
          ' while reading. What was good is here.',
        ),
    ),
    head.rows.length > 0 &&
      el(
        'p',
        { class: 'quiet keys-hint' },
        'Choose a case to read it. ',
        keys('j', 'k'),
        ' move, ',
        keys('enter'),
        ' reads, ',
        keys('/'),
        ' filters, ',
        keys('?'),
        ' lists all keys.',
      ),
    head.without.length > 0 && el('p', { class: 'quiet' }, leftOut(head.without)),
    el('p', { class: 'quiet' }, `Written by Parley ${head.parley}. This page asks no network.`),
  )
}

const keys = (...names: string[]): Child =>
  names.map((name, at) => [at > 0 && ' ', el('kbd', {}, name)])

const omissions: Readonly<Record<Omission, string>> = {
  originals: 'original records',
  'long-texts': 'the ends of long texts',
  'later-cases': 'the cases after those listed',
}

const leftOut = (without: readonly Omission[]): string =>
  `Left out to keep this page small: ${without.map((what) => omissions[what]).join(', ')}. ` +
  'The JSON output has them.'

const nothingFound = (links: Links): Child =>
  el(
    'p',
    {},
    el('a', { href: links.toView('files') }, 'The list of files'),
    ' says what each was taken for and what was wrong with it. To begin, give ',
    el('code', {}, 'parley triage'),
    ' what scanners and reporters sent: files, folders or archives, in any format it knows.',
  )

/** How the cases divide, as a table whose bars are drawn to one scale from zero. */
function decisionTable(rows: Model['head']['rows'], links: Links): HTMLElement {
  const tally = new Map(outcomeOrder.map((outcome) => [outcome, 0]))
  for (const { deployer } of rows) tally.set(deployer, (tally.get(deployer) ?? 0) + 1)
  const most = Math.max(1, ...tally.values())
  return el(
    'table',
    { class: 'decisions' },
    el('caption', { class: 'spoken' }, 'Cases by decision'),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ['Decision', 'Cases', 'What to do'].map((name) => el('th', { scope: 'col' }, name)),
      ),
    ),
    el(
      'tbody',
      {},
      [...tally].map(([outcome, count]) => {
        const bar = el('span', { class: 'bar', 'aria-hidden': 'true' })
        bar.style.width = `${(count / most) * 100}%`
        const word = [outcomeMark(outcome), outcomeWord(outcome)]
        return el(
          'tr',
          {},
          el(
            'th',
            { scope: 'row' },
            count > 0 ? el('a', { href: links.toChosen({ decision: [outcome] }) }, word) : word,
          ),
          el('td', { class: 'number' }, grouped(count), el('span', { class: 'track' }, bar)),
          el('td', {}, outcomeOf(outcome).means),
        )
      }),
    ),
  )
}

export const suggestionsOverview = ({ suggestions }: Model): HTMLElement =>
  el(
    'div',
    { class: 'case' },
    el('h2', { tabindex: -1 }, 'Pairs for a person to decide'),
    suggestions.length === 0
      ? el(
          'p',
          {},
          'There are none: each pair of reports was clearly one vulnerability or clearly two.',
        )
      : el(
          'p',
          {},
          'Each pair may be one vulnerability, but not surely enough for Parley to merge it. ',
          'The likeliest come first. ',
          keys('n', 'p'),
          ' go from one to the next.',
        ),
  )

export function filesOverview({ files }: Model): HTMLElement {
  const problems = files
    .flatMap((file) => file.problems.map((problem) => ({ ...problem, file: file.name })))
    .sort((a, b) => Number(b.lost) - Number(a.lost))
  const lost = problems.filter((problem) => problem.lost).length
  return el(
    'div',
    { class: 'case' },
    el('h2', { tabindex: -1 }, `${counted(files.length, 'file')} read`),
    problems.length === 0
      ? el('p', {}, 'Nothing was wrong with any of them.')
      : [
          el(
            'p',
            {},
            lost === 0
              ? 'Nothing was lost: each problem cost only what the table says.'
              : `${counted(lost, 'problem')} lost something of the input.`,
          ),
          problemList(problems),
        ],
  )
}

export const asideOverview = ({ head }: Model): HTMLElement =>
  el(
    'div',
    { class: 'case' },
    el('h2', { tabindex: -1 }, 'Set aside'),
    el(
      'p',
      {},
      head.asides.length === 0
        ? 'Nothing was set aside. '
        : `${counted(head.asides.length, 'report')} are in no case. Each says why. `,
      'A report is set aside when the file given with ',
      el('code', { class: 'option' }, '--baseline'),
      ' holds it already, or when its own document takes it back, for example as suppressed ',
      'or as not affected.',
    ),
  )
