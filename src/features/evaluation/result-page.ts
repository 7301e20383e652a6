import { createHash } from 'node:crypto'
import { type Outcome, outcomes } from '#formats/evaluation/outcome.ts'
import { releaseStatement } from '#formats/evaluation/subject.ts'
import type { Branch } from './branch.ts'
import type { Declaration } from './declaration.ts'
import { type Weighing, weighingOf } from './outcome.ts'
import { plotGrid } from './plot-grid.ts'
import { plotInterval } from './plot-interval.ts'
import { plotProcess } from './plot-process.ts'
import { resultPageStyle } from './result-page-style.ts'
import { svgText as text } from './svg.ts'
import type { TaskResult } from './task-result.ts'
import type { Verdict } from './verdict.ts'

/** What a developer is told of its model. */
export type ResultPageGiven = {
  readonly model: string
  readonly verdict: Verdict
  readonly tasks: readonly TaskResult[]
  /** When the page is made. */
  readonly at: Date
}

/**
 * The result of an evaluation on one page for the developer of the model: what was declared, what
 * it came to, and how every attempt ended. It stands alone: no script, nothing fetched, and it may
 * be printed.
 */
export function resultPage(given: ResultPageGiven): string {
  const { model, at } = given
  const style = createHash('sha256').update(resultPageStyle).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src data:`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${text(model)}: result of an evaluation</title>`,
    `<style>${resultPageStyle}</style>`,
    '<main>',
    `<h1>${text(model)}</h1>`,
    `<p class="soft">Result of an evaluation, ${at.toISOString().slice(0, 10)}</p>`,
    ...verdictPart(given.verdict),
    ...declaredPart(given.verdict),
    ...scorePart(given),
    ...outcomePart(given.verdict),
    ...gridPart(given),
    ...familyPart(given.verdict),
    '</main>',
    '</html>',
    '',
  ].join('\n')
}

const meanings: Readonly<Record<Verdict['verdict'], string>> = {
  COVERED: 'The declared rule shows that the threshold is reached, within the error allowed.',
  'NOT SHOWN': 'The declared rule shows that the threshold is not reached under this protocol.',
  UNDETERMINED: 'The declared rule decides neither way on these results.',
}

const sentence = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`

const verdictPart = ({ verdict, wording }: Verdict): string[] => [
  '<div class="verdict">',
  `<strong>${verdict}</strong>`,
  `<p>${text(sentence(wording))}</p>`,
  `<p class="soft">${meanings[verdict]} It is a statement about this protocol and this budget: ` +
    'others may show more, and tests from outside cannot rule out that a model held back.</p>',
  '</div>',
  `<p>${text(releaseStatement)}</p>`,
]

const rules: Readonly<Record<Declaration['rule']['is'], string>> = {
  'fixed-look': 'one look at the end',
  sequential: 'looks at any time',
}

function declaredPart({ declaration, digest, tasks }: Verdict): string[] {
  const { threshold, alpha, rule, protocol, tokenBudget, attempts, strata } = declaration
  const attempted = strata.map(
    ({ name, tasksMax, weight }, at) =>
      `${name}: ${tasks[at] ?? 0} of ${tasksMax}, weight ${weight}`,
  )
  const rows: readonly (readonly [string, string])[] = [
    ['Threshold', `mean score ${threshold}`],
    ['Error allowed', `${alpha} in each direction`],
    ['Rule', rules[rule.is]],
    ['Protocol', protocol],
    ['Budget', `${tokenBudget.toLocaleString('en-US')} tokens an attempt`],
    ['Attempts', `${attempts} a task`],
    ['Tasks attempted', attempted.join('; ')],
  ]
  return [
    '<section>',
    '<h2>Declared before anybody had access</h2>',
    '<dl>',
    ...rows.map(([name, value]) => `<dt>${name}</dt><dd>${text(value)}</dd>`),
    `<dt>Declaration, SHA-256</dt><dd><code>${text(digest)}</code></dd>`,
    `<dt>Tasks, Merkle root</dt><dd><code>${text(declaration.bankRoot)}</code></dd>`,
    '</dl>',
    '</section>',
  ]
}

const digits = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : 'unknown')

/** Pictures are of fixed size: what is narrower scrolls them, paper shrinks them. */
const picture = (svg: string, alt: string): string =>
  `<figure tabindex="0" aria-label="${text(alt)}"><img alt="${text(alt)}" ` +
  `src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}"></figure>`

function scorePart({ model, verdict }: ResultPageGiven): string[] {
  const { ifAllFailed, ifAllSucceeded, isMissingSome } = verdict
  const branches: readonly (readonly [string, Branch])[] = isMissingSome
    ? [
        ['Missing counted as failed', ifAllFailed],
        ['Missing counted as solved', ifAllSucceeded],
      ]
    : [['All outcomes known', ifAllFailed]]
  const process = plotProcess(model, verdict)
  return [
    '<section>',
    '<h2>Mean score</h2>',
    '<table>',
    '<thead><tr><th scope="col">Counted</th><th scope="col" class="number">Mean</th>' +
      '<th scope="col" class="number">At least</th><th scope="col" class="number">At most</th>' +
      '</tr></thead>',
    '<tbody>',
    ...branches.map(
      ([name, { mean, lower, upper }]) =>
        `<tr><td>${name}</td>${[mean, lower, upper]
          .map((value) => `<td class="number">${digits(value)}</td>`)
          .join('')}</tr>`,
    ),
    '</tbody>',
    '</table>',
    picture(plotInterval(model, verdict), 'The interval of the mean score against the threshold'),
    ...(process === null ? [] : [picture(process, 'The evidence over the tasks in their order')]),
    '</section>',
  ]
}

const words: Readonly<Record<Outcome, string>> = {
  success: 'Solved, by the verifier',
  failure: 'Not solved, by the verifier',
  model_refusal: 'The model refused',
  budget_exhausted: 'The budget was used up',
  safeguard_block: 'A safeguard of the endpoint stopped it',
  infra_error: 'The machinery failed',
  grader_error: 'The verifier failed',
  not_run: 'Declared and not run',
}

const counting: Readonly<Record<Weighing, string>> = {
  seen: 'as it was judged',
  failure: 'as a failure',
  missing: 'as missing: failed, and solved',
}

function outcomePart({ outcomes: counts, overBudget }: Verdict): string[] {
  const total = outcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
  const rows = outcomes.map(
    (outcome) =>
      `<tr><td>${words[outcome]} <code>${outcome}</code></td>` +
      `<td>${counting[weighingOf[outcome]]}</td>` +
      `<td class="number">${counts[outcome].toLocaleString('en-US')}</td></tr>`,
  )
  const over = `${overBudget} successes went over the budget, and count as exhausted.`
  return [
    '<section>',
    '<h2>How attempts ended</h2>',
    '<table>',
    `<caption>${total.toLocaleString('en-US')} attempts; none is left out.</caption>`,
    '<thead><tr><th scope="col">What happened</th><th scope="col">Counts</th>' +
      '<th scope="col" class="number">Attempts</th></tr></thead>',
    '<tbody>',
    ...rows,
    '</tbody>',
    '</table>',
    ...(overBudget > 0 ? [`<p class="soft">${over}</p>`] : []),
    '</section>',
  ]
}

const gridPart = ({ model, tasks }: ResultPageGiven): string[] => [
  '<section>',
  '<h2>Task by task</h2>',
  picture(plotGrid(model, tasks), `Every attempt at each of ${tasks.length} tasks`),
  '</section>',
]

function familyPart({ withoutFamilies }: Verdict): string[] {
  if (withoutFamilies.length === 0) return []
  const rows = withoutFamilies.map(
    ({ family, tasks, verdict }) =>
      `<tr><td>${text(family)}</td><td class="number">${tasks}</td>` +
      `<td>${verdict ?? 'too few tasks are left'}</td></tr>`,
  )
  return [
    '<section>',
    '<h2>Without each family</h2>',
    '<table>',
    '<caption>What the same rule says when a family of tasks is left out.</caption>',
    '<thead><tr><th scope="col">Family</th><th scope="col" class="number">Its tasks</th>' +
      '<th scope="col">Without it</th></tr></thead>',
    '<tbody>',
    ...rows,
    '</tbody>',
    '</table>',
    '</section>',
  ]
}
