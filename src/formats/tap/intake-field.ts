import { domainToASCII } from 'node:url'
import { enrichmentBytes, enrichmentBytesMax, enrichmentDepthMax } from './enrichment.ts'
import type { AffectedSymbol, Notify, TapSubmission } from './intake.ts'
import { pathTo } from './intake-path.ts'
import type { ViolationCode } from './intake-problem.ts'
import type { ListField, SentReport, TextField } from './sent-report.ts'
import { type Fault, judgeText, type TextRule } from './text-rule.ts'

/** Everything of a submission but its package, its files and what is derived from them. */
export type Fields = Omit<
  TapSubmission,
  'purl' | 'software' | 'ecosystem' | 'versions' | 'attachments' | 'record' | 'document'
>

/** Judges the fields that stand for themselves; the package is `judgePackage`'s. */
export function judgeFields(fault: Fault, report: SentReport): Fields {
  const { texts, symbol, enrichment } = report
  const one = (field: TextField, rule: FormRule): string | undefined => {
    const text = texts[field]
    if (text !== undefined) judgeForm(fault, field, { text, ...rule })
    return text
  }
  const list = (field: ListField, rule: FormRule): readonly string[] =>
    judgeList(fault, field, { texts: report.lists[field] ?? [], ...rule })
  const email = one('email', emailRule)
  return {
    ...named('codePath', one('code_path', codePathRule)),
    ...(judgeSymbol(fault, symbol) && { affectedSymbol: symbolOf(symbol) }),
    references: list('references', referenceRule),
    upstreamIds: list('upstream_ids', upstreamIdRule),
    ...named('introducedCommit', one('introduced_commit', commitRule)?.toLowerCase()),
    ...named('fixedCommit', one('fixed_commit', commitRule)?.toLowerCase()),
    ...named('packageRepoUrl', one('package_repo_url', repositoryRule)),
    ...named('discoveryMethod', one('discovery_method', methodRule)),
    ...named('discoveryTooling', one('discovery_tooling', toolingRule)),
    ...named('email', email),
    notify: judgeNotify(fault, texts.notify, email),
    ...named('enrichment', enrichment && judgeEnrichment(fault, enrichment)),
  }
}

/** A member that is there or not, never undefined. */
const named = <K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } => {
  const found: { [P in K]?: V } = {}
  if (value !== undefined) found[name] = value
  return found
}

/** A rule for a text that has a form of its own, with the code that a text of another gets. */
type FormRule = TextRule & {
  readonly form?: (text: string) => boolean
  readonly code?: ViolationCode
  readonly reason?: string
}

function judgeForm(fault: Fault, field: string, rule: FormRule & { readonly text: string }): void {
  const { text, form, code, reason = '' } = rule
  if (!judgeText(fault, { field }, rule) || form === undefined || code === undefined) return
  if (!form(text)) fault({ code, field, reason })
}

const itemsMax = 16

/** A list over its limit hides what is wrong with its entries. */
function judgeList(
  fault: Fault,
  field: ListField,
  { texts, ...rule }: FormRule & { readonly texts: readonly string[] },
): readonly string[] {
  if (texts.length > itemsMax) {
    fault({ code: 'too_many_items', field, reason: `at most ${itemsMax} entries` })
    return []
  }
  for (const [index, text] of texts.entries()) {
    judgeForm(fault, pathTo(field, index), { text, ...rule })
  }
  return [...new Set(texts)]
}

const codePathRule: FormRule = { bytesMax: 1024, says: 'word' }
const methodRule: FormRule = { bytesMax: 32, says: 'word' }
const toolingRule: FormRule = { bytesMax: 128, says: 'word' }

/** An absolute URL with a host, without the repairs that browsers make. */
function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[^\s/\\?#][^\s\\]*$/i.test(text)) return false
  const url = URL.parse(text)
  return url !== null && url.hostname !== ''
}

const referenceRule: FormRule = {
  bytesMax: 512,
  form: isWebAddress,
  code: 'invalid_reference',
  reason: 'must be an absolute http or https URL',
}

const repositoryRule: FormRule = {
  bytesMax: 512,
  form: isWebAddress,
  code: 'invalid_repo_url',
  reason: 'must be the http or https URL of a git repository, not a purl',
}

/** In the capitals and small letters that the databases themselves write. */
const upstreamIdForms = [
  /^CVE-\d{4}-\d{4,}$/,
  /^GHSA(-[0-9a-z]{4}){3}$/,
  /^(OSV|GO|RUSTSEC|PYSEC)-[0-9A-Za-z][0-9A-Za-z._:-]*$/,
]

const upstreamIdRule: FormRule = {
  bytesMax: 128,
  form: (text) => upstreamIdForms.some((form) => form.test(text)),
  code: 'invalid_upstream_id',
  reason: 'must be a CVE, GHSA, OSV, GO, RUSTSEC or PYSEC identifier',
}

/** The length belongs to the form of a commit: one that is too long is no commit. */
const commitRule: FormRule = {
  bytesMax: Number.POSITIVE_INFINITY,
  form: (text) => /^[0-9a-f]{7,64}$/i.test(text),
  code: 'invalid_commit',
  reason: 'must be 7 to 64 hexadecimal digits',
}

const emailRule: FormRule = {
  bytesMax: 256,
  form: isMailbox,
  code: 'invalid_email',
  reason: 'must be one mailbox, such as lab@example.org',
}

const localPart = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const localPartMax = 64
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** A mailbox of the form that is in use (RFC 5321 section 4.1.2), its domain as people write it. */
function isMailbox(text: string): boolean {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, Math.max(0, at))
  if (local.length > localPartMax || !localPart.test(local)) return false
  const domain = text.slice(at + 1)
  if (/[\s/\\:?#@%[\]]/.test(domain)) return false
  const parts = domainToASCII(domain).toLowerCase().split('.')
  return parts.every((part) => label.test(part)) && !/^\d+$/.test(parts.at(-1) ?? '')
}

const fileRule: FormRule = { bytesMax: 512, says: 'word' }
/** Operators are functions too, and their names are signs only. */
const functionRule: FormRule = { bytesMax: 256, says: 'something' }

/** Whether there is a symbol at all; an object without members says as much as none. */
function judgeSymbol(fault: Fault, symbol: SentReport['symbol']): boolean {
  const { file, function: name, line } = symbol
  if (file !== undefined) judgeForm(fault, 'affected_symbol.file', { text: file, ...fileRule })
  if (name !== undefined) {
    judgeForm(fault, 'affected_symbol.function', { text: name, ...functionRule })
  }
  if (line !== undefined && !(Number.isSafeInteger(line) && line >= 0)) {
    const field = 'affected_symbol.line'
    fault({ code: 'invalid_symbol_line', field, reason: 'must be an integer from 0' })
  }
  return Object.keys(symbol).length > 0
}

/** Minus zero, which JSON can write, is zero. */
const symbolOf = (symbol: SentReport['symbol']): AffectedSymbol =>
  symbol.line === 0 ? { ...symbol, line: 0 } : symbol

const notifications: ReadonlySet<string> = new Set<Notify>([
  ...(['off', 'final', 'milestones', 'all'] as const),
])
const isNotify = (text: string): text is Notify => notifications.has(text)

/** Whoever gives an address hears of milestones, unless something else is said. */
function judgeNotify(fault: Fault, sent: string | undefined, email: string | undefined): Notify {
  if (sent === undefined) return email === undefined ? 'off' : 'milestones'
  if (!isNotify(sent)) {
    const reason = 'must be off, final, milestones or all'
    const rule = { text: sent, bytesMax: Number.POSITIVE_INFINITY }
    if (judgeText(fault, { field: 'notify' }, rule)) {
      fault({ code: 'invalid_notify', field: 'notify', reason })
    }
    return 'off'
  }
  if (sent !== 'off' && email === undefined) {
    fault({ code: 'missing_field', field: 'email', reason: 'notify needs an address' })
  }
  return sent
}

function judgeEnrichment(
  fault: Fault,
  { value, look }: NonNullable<SentReport['enrichment']>,
): TapSubmission['enrichment'] {
  const field = 'enrichment'
  if (look.hasControl) {
    const reason = 'must hold no control character in its keys and texts, tab or line break'
    fault({ code: 'control_characters', field, reason })
  }
  if (look.isTooDeep) {
    const reason = `must nest at most ${enrichmentDepthMax} deep`
    fault({ code: 'structure_too_deep', field, reason })
  } else if (enrichmentBytes(value) > enrichmentBytesMax) {
    const reason = `must be at most ${enrichmentBytesMax} bytes of JSON`
    fault({ code: 'field_too_large', field, reason })
  }
  return value
}
