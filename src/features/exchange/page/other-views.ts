import type { FileRead, SetAside, Suggestion } from '../triage.ts'
import { counted, grouped, percent } from '../words.ts'
import { marksOf, reasonList } from './compare-view.ts'
import { type Child, el } from './dom.ts'
import type { Model } from './model.ts'
import { reportsView } from './report-view.ts'
import { inline, line, titleLine } from './text.ts'

/** A pair that a person decides on: both reports, and what speaks for and against. */
export function suggestionView(
  suggestion: Suggestion,
  model: Model,
  linkToCase: (id: string) => string,
): HTMLElement {
  const sides = model.sidesOf(suggestion)
  return el(
    'div',
    { class: 'case compare' },
    el('h2', { tabindex: -1 }, 'One vulnerability or two?'),
    el(
      'ul',
      { class: 'questions' },
      sides.map(({ found }) =>
        el(
          'li',
          {},
          `Number ${grouped(found.rank)}, `,
          el('a', { href: linkToCase(found.id) }, titleLine(found.title, 160)),
        ),
      ),
    ),
    el(
      'p',
      {},
      'Parley did not merge them: its estimate that they are one vulnerability is ',
      el('strong', {}, percent(suggestion.probability)),
      ', too little to decide without a person.',
    ),
    reasonList(suggestion.because),
    howToDecide(),
    reportsView(
      sides.map(({ report }) => report),
      marksOf(suggestion.because),
    ),
  )
}

const howToDecide = (): Child =>
  el(
    'details',
    {},
    el('summary', {}, 'How to decide'),
    el(
      'p',
      {},
      'They are one vulnerability if they have the same root cause and the same fix: the patch ',
      'for one of them ends the other too. Look at the code that both name, and ask whether one ',
      'change would close both.',
    ),
    el(
      'p',
      {},
      'If they are one, work on them as one case and credit every finder of both. If they are ',
      'two, leave them apart. This page is a record and changes nothing: both stay in the queue.',
    ),
  )

/** One document that was read: what it held and what was wrong with it. */
export function fileView(file: FileRead, linkToCases: string): HTMLElement {
  const { name, format, findings, problems, sha256 } = file
  return el(
    'div',
    { class: 'case' },
    el('h2', { tabindex: -1, dir: 'auto' }, titleLine(name)),
    el(
      'dl',
      { class: 'facts' },
      el(
        'div',
        {},
        el('dt', {}, 'Read as'),
        el('dd', {}, format ? line(format) : 'no known format'),
      ),
      el(
        'div',
        {},
        el('dt', {}, 'Held'),
        el(
          'dd',
          {},
          counted(findings, 'finding'),
          findings > 0 && [', ', el('a', { href: linkToCases }, 'show their cases')],
        ),
      ),
      el('div', {}, el('dt', {}, 'SHA-256'), el('dd', {}, el('code', {}, sha256))),
    ),
    problems.length === 0
      ? el('p', {}, 'Nothing was wrong with it.')
      : problemList(problems.map((problem) => ({ ...problem, file: null }))),
  )
}

type Shown = FileRead['problems'][number] & { readonly file: string | null }

/** More than these are counted, not listed: the JSON output has them all. */
const problemsMax = 500

/** Each problem with its place on one side and what it means on the other. */
export const problemList = (problems: readonly Shown[]): HTMLElement =>
  el(
    'section',
    { class: 'block' },
    el('h3', { class: 'block-title' }, counted(problems.length, 'problem')),
    el('ul', { class: 'problems' }, problems.slice(0, problemsMax).map(problemItem)),
    problems.length > problemsMax &&
      el('p', { class: 'quiet' }, `and ${grouped(problems.length - problemsMax)} more`),
  )

const problemItem = ({ file, at, why, lost, hint, code }: Shown): HTMLElement =>
  el(
    'li',
    {},
    el(
      'div',
      {},
      file !== null && el('strong', {}, line(file, 160)),
      ' ',
      at ? el('code', {}, line(at)) : file === null && 'The whole file',
    ),
    el(
      'div',
      {},
      lost ? el('span', { class: 'word warn' }, 'Lost: ') : 'Kept: ',
      line(why, 600),
      '. ',
      hint ? `${line(hint, 600)} ` : null,
      el('span', { class: 'quiet' }, line(code)),
    ),
  )

/** A report that is in no case, and why. */
export const asideView = ({ report, why }: SetAside): HTMLElement =>
  el(
    'div',
    { class: 'case' },
    el('h2', { tabindex: -1, dir: 'auto' }, inline(titleLine(report.finding.title))),
    el('p', {}, 'Set aside: ', line(why, 600)),
    el(
      'section',
      { class: 'block' },
      el('h3', { class: 'block-title' }, 'The report'),
      reportsView([report], [], report.finding.title),
    ),
  )
