import type { Component, Location, VersionRange } from '#formats/finding/finding.ts'
import type { TriagedReport } from '../triage.ts'
import { type Child, el } from './dom.ts'
import { code, inline, line, link, type Marks, prose, shown, titleLine } from './text.ts'
import { visible } from './visible.ts'

/** One part of a report, the same in every report so that two can stand side by side. */
type Part = {
  readonly title: string
  readonly draw: (report: TriagedReport, marks: Marks) => Child
}

const texts = (items: readonly string[] | undefined, marks: Marks): Child =>
  items && items.length > 0
    ? el(
        'ul',
        { class: 'texts' },
        items.map((item) => el('li', {}, el('bdi', {}, shown(item, marks)))),
      )
    : null

/** Evidence first, then what it concerns, then where it comes from. */
const parts: readonly Part[] = [
  {
    title: 'What it says',
    draw: ({ finding }, marks) => finding.details && prose(finding.details, marks),
  },
  { title: 'Where', draw: ({ finding }, marks) => whereOf(finding, marks) },
  {
    title: 'Crash',
    draw: ({ finding: { crash } }, marks) => crash && crashView(crash, marks),
  },
  {
    title: 'Proof',
    draw: ({ finding }, marks) => finding.proofs?.map((proof) => code(proof.text, marks)),
  },
  {
    title: 'Affected',
    draw: ({ finding }, marks) => componentList(finding.components ?? [], marks),
  },
  { title: 'Rating', draw: ({ finding }, marks) => texts(ratingsOf(finding), marks) },
  { title: 'Names', draw: ({ finding }, marks) => texts(namesOf(finding), marks) },
  {
    title: 'Fix',
    draw: ({ finding }, marks) => [
      finding.fix && prose(finding.fix, marks),
      texts(finding.fixCommits, marks),
    ],
  },
  {
    title: 'Links',
    draw: ({ finding }, marks) =>
      finding.references &&
      el(
        'ul',
        { class: 'texts' },
        finding.references.map((address) => el('li', {}, link(address, marks))),
      ),
  },
  { title: 'Comes from', draw: (report) => sourceOf(report) },
  { title: 'Original record', draw: (report) => originalOf(report) },
]

const isEmpty = (child: Child): boolean =>
  child === null ||
  child === undefined ||
  child === false ||
  child === '' ||
  (Array.isArray(child) && child.every(isEmpty))

/**
 * Reports in columns, part beside part: a part that only one of them has is said to be missing in
 * the other. One report alone has one column.
 */
export function reportsView(
  reports: readonly TriagedReport[],
  marks: Marks,
  titleAbove = '',
): HTMLElement {
  const drawn = reports.map((report) => parts.map(({ draw }) => draw(report, marks)))
  const kept = parts.map((_, at) => drawn.some((of) => !isEmpty(of[at])))
  const columns = reports.map((report, column) => {
    const article = el('article', { class: 'report' }, headOf(report, marks, titleAbove))
    parts.forEach(({ title }, at) => {
      if (!kept[at]) return
      const found = drawn[column]?.[at]
      const isMissing = isEmpty(found)
      const body = isMissing ? el('p', { class: 'quiet' }, 'Not given') : found
      const name = isMissing ? 'part missing' : 'part'
      article.append(el('section', { class: name }, el('h4', {}, title), body))
    })
    article.style.gridRow = `span ${kept.filter(Boolean).length + 1}`
    return article
  })
  return el('div', { class: reports.length > 1 ? 'pair' : 'alone' }, columns)
}

/** The title is not said again where it stands above already. */
const headOf = (
  { finding, finders, file, format }: TriagedReport,
  marks: Marks,
  titleAbove: string,
): HTMLElement =>
  el(
    'header',
    {},
    finding.title !== titleAbove &&
      el('h3', { dir: 'auto' }, inline(titleLine(finding.title), marks)),
    el(
      'p',
      { class: 'quiet' },
      'Reported by ',
      el('strong', {}, finders.map((name) => line(name, 80)).join(', ')),
      finding.tool ? ` with ${line(toolOf(finding.tool), 80)}` : null,
      ` in ${line(file, 120)} (${line(format, 40)})`,
    ),
  )

const toolOf = ({ name, version }: { name: string; version?: string }): string =>
  version ? `${name} ${version}` : name

function whereOf(finding: TriagedReport['finding'], marks: Marks): Child {
  const { locations = [], endpoints, symbols } = finding
  return [
    locations.map((location) => locationView(location, marks)),
    texts(endpoints, marks),
    symbols && symbols.length > 0
      ? el('p', {}, 'Names the code: ', el('code', {}, shown(symbols.join(', '), marks)))
      : null,
  ]
}

const roles = { flow: 'On the way: ', related: 'Related: ' } as const

function locationView(location: Location, marks: Marks): Child {
  const { file, line: from, endLine, snippet, role } = location
  const lines =
    from === undefined ? '' : endLine && endLine > from ? `:${from}–${endLine}` : `:${from}`
  const inside = location.function
    ? [' in ', el('code', {}, shown(location.function, marks))]
    : null
  return [
    el(
      'p',
      { class: 'place' },
      role ? roles[role] : null,
      el('code', {}, shown(file, marks), lines),
      inside,
    ),
    snippet && code(snippet, marks),
  ]
}

function crashView(crash: NonNullable<TriagedReport['finding']['crash']>, marks: Marks): Child {
  const { kind, access, sizeBytes, address, frames } = crash
  const what = [
    access ? `${access}${sizeBytes === undefined ? '' : ` of ${sizeBytes} bytes`}` : null,
    address ? `at ${address}` : null,
  ].filter((part) => part !== null)
  return [
    el('p', {}, el('code', {}, shown(kind, marks)), what.length > 0 ? `, ${what.join(' ')}` : null),
    el(
      'ol',
      { class: 'frames', start: 0 },
      frames.slice(0, 60).map((frame) => {
        const place = frame.file ? ` ${frame.file}${frame.line ? `:${frame.line}` : ''}` : ''
        return el('li', {}, el('code', {}, shown(frame.function + place, marks)))
      }),
    ),
    frames.length > 60
      ? el('p', { class: 'quiet' }, `and ${frames.length - 60} more frames`)
      : null,
  ]
}

/** What is affected, with the versions in words. */
export function componentList(components: readonly Component[], marks: Marks = []): Child {
  if (components.length === 0) return null
  const most = 30
  return el(
    'ul',
    { class: 'texts' },
    components
      .slice(0, most)
      .map((component) => el('li', {}, el('bdi', {}, shown(componentWords(component), marks)))),
    components.length > most ? el('li', {}, `and ${components.length - most} more`) : null,
  )
}

function componentWords(component: Component): string {
  const { name, vendor, ecosystem, version, ranges = [], versions = [] } = component
  const affected = [...ranges.map(rangeWords), ...versions.slice(0, 12)].filter(Boolean)
  return [
    vendor && vendor !== name ? `${vendor} ${name}` : name,
    version ? ` ${version}` : '',
    ecosystem ? ` (${ecosystem})` : '',
    affected.length > 0 ? `, affected: ${affected.join('; ')}` : '',
    versions.length > 12 ? ` and ${versions.length - 12} more versions` : '',
  ].join('')
}

function rangeWords({ introduced, fixed, lastAffected }: VersionRange): string {
  const from = introduced && introduced !== '0' ? `from ${introduced}` : ''
  const to = fixed ? `before ${fixed}` : lastAffected ? `up to ${lastAffected}` : ''
  return [from, to].filter(Boolean).join(' ') || 'all versions'
}

function ratingsOf(finding: TriagedReport['finding']): string[] {
  const { severity, score, cvss = [], cwe = [], ssvc = {}, epss, exploited, standing } = finding
  return [
    ...(severity ? [`Severity ${severity}`] : []),
    ...(score === undefined ? [] : [`Score ${score}`]),
    ...cvss,
    ...cwe.map((id) => `CWE-${id}`),
    ...Object.entries(ssvc).map(([point, value]) => `${point}: ${value}`),
    ...(epss === undefined ? [] : [`EPSS ${epss}`]),
    ...(exploited === undefined ? [] : [exploited ? 'Says it is exploited' : 'Says not exploited']),
    ...(standing
      ? [`The document says: ${standing.is}${standing.why ? `, ${standing.why}` : ''}`]
      : []),
  ]
}

function namesOf(finding: TriagedReport['finding']): string[] {
  const { aliases = [], related = [], nativeId, rule, fingerprints = {} } = finding
  return [
    ...aliases,
    ...related.map((id) => `related: ${id}`),
    ...(nativeId ? [`its own number: ${nativeId}`] : []),
    ...(rule ? [`rule ${rule.id}${rule.name ? `, ${rule.name}` : ''}`] : []),
    ...Object.entries(fingerprints).map(([name, value]) => `fingerprint ${name}: ${value}`),
  ]
}

const sourceOf = ({ file, at, format, id, finding }: TriagedReport): Child =>
  texts(
    [
      `${file}, at ${at}`,
      `read as ${format}`,
      ...(finding.published ? [`published ${finding.published}`] : []),
      id,
    ],
    [],
  )

/** Drawn when it is opened: most are never looked at. */
function originalOf({ finding: { original }, file, at }: TriagedReport): Child {
  if (original === undefined) {
    const where = `${line(file)} at ${line(at)}`
    return el('p', { class: 'quiet' }, `Left out to keep this page small. It is in ${where}.`)
  }
  const details = el(
    'details',
    { class: 'original' },
    el('summary', {}, 'Show the record as it was read'),
  )
  details.addEventListener('toggle', () => {
    if (!details.open || details.children.length > 1) return
    const text = typeof original === 'string' ? original : JSON.stringify(original, null, 2)
    details.append(code(visible(text)))
  })
  return details
}
