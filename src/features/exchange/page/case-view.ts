import type { Relation, TriagedCase } from '../triage.ts'
import { counted, evidenceWords, grouped, outcomeOf, percent, relationWords } from '../words.ts'
import { compareView } from './compare-view.ts'
import { type Child, el } from './dom.ts'
import { outcomeMark, outcomeWord, severityWord } from './marks-view.ts'
import type { Model } from './model.ts'
import { componentList } from './report-view.ts'
import { inline, line, long, titleLine } from './text.ts'
import { visible } from './visible.ts'

/** What a page of one case needs beside the case. */
export type CaseContext = {
  readonly model: Model
  readonly place: number
  readonly pair: readonly [string, string] | null
  readonly choosePair: (pair: readonly [string, string]) => void
  /** The address under which another case or suggestion opens. */
  readonly linkTo: (view: 'queue' | 'suggestions', key: string) => string
}

/** One case as one story: what it is, what to do, why it stands here, and what was reported. */
export function caseView(found: TriagedCase, context: CaseContext): HTMLElement {
  const { model, place } = context
  const total = model.head.rows.length
  return el(
    'div',
    { class: 'case' },
    el(
      'p',
      { class: 'quiet' },
      `Number ${grouped(found.rank)} of ${grouped(total)} in the queue, `,
      el('code', {}, found.id),
    ),
    titleOf(found.title),
    facts(found),
    openQuestions(found, context),
    section('Why it stands here', whyHere(found, place, model)),
    section(
      found.reports.length > 1 ? `The ${found.reports.length} reports` : 'The report',
      compareView(found, context),
    ),
    found.relations.length > 0 &&
      section(
        'Related',
        el(
          'ul',
          { class: 'texts' },
          found.relations.map((relation) => relationItem(relation, context)),
        ),
      ),
    section('Who found it', credit(found)),
  )
}

/** A title of any length: what is too long for a title can be opened below it. */
function titleOf(title: string): Child {
  const most = 240
  return [
    el('h2', { tabindex: -1, dir: 'auto' }, inline(titleLine(title, most))),
    title.length > most &&
      el(
        'details',
        {},
        el('summary', {}, `The whole title (${grouped(title.length)} characters)`),
        long(title, (part) => el('p', { class: 'prose' }, visible(part))),
      ),
  ]
}

const section = (title: string, ...content: Child[]): HTMLElement =>
  el('section', { class: 'block' }, el('h3', { class: 'block-title' }, title), content)

const fact = (term: string, ...content: Child[]): Child =>
  content.every((child) => !child) ? null : el('div', {}, el('dt', {}, term), el('dd', {}, content))

function facts(found: TriagedCase): HTMLElement {
  const { decision, known, evidence, inventory } = found
  const outcome = outcomeOf(decision.deployer)
  return el(
    'dl',
    { class: 'facts' },
    fact(
      'Decision',
      outcomeMark(decision.deployer),
      outcomeWord(decision.deployer),
      `. ${outcome.means} `,
      el('span', { class: 'quiet' }, `CISA's word for it: ${line(decision.coordinator)}.`),
    ),
    fact(
      'Deadline',
      `${sentence(line(decision.directive.deadline))} `,
      el(
        'span',
        { class: 'quiet' },
        `For federal agencies: BOD 26-04, row ${decision.directive.row}.`,
      ),
    ),
    fact('Severity', severityWord(found.severity)),
    fact('Evidence', `${evidence}. ${evidenceWords[evidence].means}`),
    fact('Known', knownWords(known)),
    inventory &&
      fact('Inventory', `Touches ${line(inventory.component)}. `, line(inventory.because)),
    found.components.length > 0 && fact('Affected', componentList(found.components)),
    found.cwe.length > 0 &&
      fact('Weakness', found.cwe.map(({ id, name }) => `CWE-${id} ${name}`).join('; ')),
    found.aliases.length > 0 && fact('Also called', found.aliases.map((id) => line(id)).join(', ')),
  )
}

const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`

function knownWords({ isPublic, isExploited, epss, because }: TriagedCase['known']): Child {
  const states = [
    ...(isExploited ? ['Exploited.'] : []),
    ...(isPublic ? ['Public.'] : []),
    ...(isPublic || isExploited ? [] : ['Nothing that was given knows of it.']),
  ]
  const chance = epss === undefined ? '' : ` EPSS puts exploitation in 30 days at ${percent(epss)}.`
  return [
    isExploited ? el('span', { class: 'word danger' }, states.join(' ')) : states.join(' '),
    ` ${because.map((text) => line(text)).join(' ')}${chance}`,
  ]
}

function openQuestions(found: TriagedCase, { model, linkTo }: CaseContext): Child {
  const places = model.suggestionsOf(found.id)
  if (places.length === 0) return null
  return el(
    'ul',
    { class: 'questions' },
    places.slice(0, 10).map((place) => {
      const suggestion = model.suggestions[place]
      const other = suggestion?.cases.find((id) => id !== found.id) ?? ''
      const row = model.head.rows[model.placeOf(other) ?? -1]
      if (!suggestion || !row) return null
      return el(
        'li',
        {},
        `It may be the same as number ${grouped(row.rank)}, `,
        el('a', { href: linkTo('suggestions', String(place)) }, titleLine(row.title, 120)),
        ` (${percent(suggestion.probability)}). A person decides.`,
      )
    }),
    places.length > 10 && el('li', {}, `and ${counted(places.length - 10, 'more suggestion')}`),
  )
}

function whyHere(found: TriagedCase, place: number, model: Model): Child {
  const { aboveNext, inputs, rules } = found.decision
  const above = place > 0 ? model.caseAt(place - 1)?.decision.aboveNext : undefined
  const countOf = (from: string): number => inputs.filter((input) => input.from === from).length
  return [
    aboveNext && el('p', {}, `Above number ${grouped(found.rank + 1)}: ${line(aboveNext, 600)}`),
    above &&
      el('p', {}, `What number ${grouped(found.rank - 1)} has over it: “${line(above, 600)}”`),
    el(
      'details',
      {},
      el(
        'summary',
        {},
        `${counted(inputs.length, 'input')} to the decision: ${countOf('given')} given, `,
        `${countOf('derived')} derived, ${countOf('default')} by default`,
      ),
      inputTable(inputs),
      el('p', {}, `Rules applied: ${rules.map((rule) => line(rule)).join('; ')}.`),
    ),
  ]
}

const inputTable = (inputs: TriagedCase['decision']['inputs']): HTMLElement =>
  el(
    'div',
    { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Inputs to the decision' },
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['Input', 'Value', 'How known', 'Because'].map((name) =>
            el('th', { scope: 'col' }, name),
          ),
        ),
      ),
      el(
        'tbody',
        {},
        inputs.map(({ name, value, from, because }) =>
          el(
            'tr',
            {},
            el('th', { scope: 'row' }, line(name)),
            el('td', {}, line(value)),
            el('td', { class: `from-${from}` }, from),
            el('td', {}, line(because, 600)),
          ),
        ),
      ),
    ),
  )

function relationItem({ kind, with: other, because }: Relation, context: CaseContext): HTMLElement {
  const place = context.model.placeOf(other)
  const row = place === null ? undefined : context.model.head.rows[place]
  const name = row
    ? el(
        'a',
        { href: context.linkTo('queue', row.id) },
        `number ${row.rank}, ${titleLine(row.title, 120)}`,
      )
    : line(other)
  return el('li', {}, `${relationWords[kind]}: `, name, `. ${line(because, 600)}`)
}

function credit({ finders, reports }: TriagedCase): Child {
  const numberOf = (id: string): number => reports.findIndex((report) => report.id === id) + 1
  const isOne = reports.length === 1
  return el(
    'ul',
    { class: 'texts' },
    finders.map(({ name, reports: ids }) => {
      const which = ids.map(numberOf).join(', ')
      return el(
        'li',
        {},
        el('bdi', {}, line(name, 120)),
        isOne ? null : ` (${ids.length > 1 ? 'reports' : 'report'} ${which})`,
      )
    }),
  )
}
