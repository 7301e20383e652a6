import { cweNumber, cweNumbersIn, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { oneLine, paragraphs, titleFrom } from '#formats/advisory/prose.ts'
import { isCvssVector } from '#formats/advisory/severity.ts'
import type { Finding, Proof, Standing, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, isObject, type Reader } from '#formats/json/reader.ts'
import type { AddressFinder } from './address.ts'
import { allTextsIn, type Bag, bagOf, elementAt, textsIn } from './bag.ts'
import { componentsOf } from './component.ts'
import { endpointsOf, exchangesOf } from './exchange.ts'
import { formattedMessage, type Message, messageOf } from './message.ts'
import { type Places, placesOf } from './place.ts'
import { cweInBag, cweInTags, driverOf, type RuleFacts, type RuleFinder } from './rule.ts'
import { gradeOf, isNoFinding, type OverrideFinder } from './severity.ts'
import { crashIn } from './stack.ts'
import type { TaxonReader } from './taxon.ts'

/** What the results of one run share. */
export type RunScope = {
  readonly run: Reader
  readonly tool: Tool | undefined
  readonly findRule: RuleFinder
  readonly addresses: AddressFinder
  readonly cweOf: TaxonReader
  readonly overrides: OverrideFinder
  /** The repository that was scanned, if the run says. */
  readonly repository: { readonly url: string; readonly revision?: string } | undefined
}

/** One result (section 3.27) as a finding; null when it says that there is nothing to find. */
export function findingOf(result: Reader, scope: RunScope): Finding | null {
  const rule = scope.findRule(result)
  if (isNoFinding(result)) return null
  const sources = [...(rule ? [rule.reader] : []), driverOf(scope.run)]
  const own = messageOf(result, 'message', sources)
  const message = own.text || own.markdown ? own : formattedMessage(result, sources)
  const places = placesOf(result, scope.run, scope.addresses)
  const bag = bagOf(result)
  const id = result.textish('ruleId') ?? result.object('rule').textish('id') ?? rule?.id
  const known = { result, rule, message, bag, places, id, scope }
  return present<Finding>({
    at: { pointer: result.pointer },
    ...prose(known),
    ...identity(known),
    ...gradeOf(result, { overrides: scope.overrides, rule, bag }),
    cvss: distinct(
      allTextsIn(bag)
        .concat(rule ? allTextsIn(rule.bag) : [])
        .filter(isCvssVector),
    ),
    cwe: weaknesses(known),
    components: componentsOf(known),
    locations: places.locations,
    endpoints: distinct([...places.endpoints, ...endpointsOf(result, scope.run)]),
    symbols: distinct([...places.symbols, ...textsIn(bag, 'function', 'functionname', 'symbols')]),
    crash: crashIn([message.markdown, message.text]),
    proofs: [...exchangesOf(result, scope.run), ...attachedProofs(result, scope)],
    references: referencesOf(known),
    fix: fixOf(result, scope.addresses),
    fingerprints: fingerprintsOf(result),
    standing: standingOf(result),
    original: result.value,
  })
}

/** A result with all that was read for it. */
export type KnownResult = {
  readonly result: Reader
  readonly rule: RuleFacts | null
  readonly message: Message
  readonly bag: Bag
  readonly places: Places
  readonly id: string | undefined
  readonly scope: RunScope
}

function prose({ result, rule, message, id }: KnownResult): { title: string; details?: string } {
  const text = message.text ?? message.markdown
  const candidates = [isTemplate(rule?.title) ? undefined : rule?.title, text, rule?.name]
  const title = [...candidates, rule?.description].reduce<string | undefined>(
    (found, candidate) => found ?? titleFrom(candidate),
    undefined,
  )
  if (title === undefined && id === undefined) {
    const why = 'a result needs a message or a rule; this one has neither'
    result.problem({ code: 'missing-field', why })
  }
  const line = oneLine(title ?? id ?? 'Result without message')
  const bodies = [message.markdown ?? message.text, rule?.description]
  const details = bodies.find((body) => body !== undefined && bare(body) !== bare(line))
  return details === undefined ? { title: line } : { title: line, details }
}

const bare = (text: string): string => oneLine(text).replace(/\.$/, '')

/** Some converters leave their placeholders in descriptions of rules. */
const isTemplate = (text: string | undefined): boolean =>
  text !== undefined && /\{\d+\}|<Replace key=/.test(text)

function identity({ result, rule, id, bag, scope }: KnownResult) {
  const name = rule?.name ?? titleFrom(rule?.title)
  return {
    tool: scope.tool,
    nativeId: result.text('guid'),
    rule: id === undefined ? undefined : { id, ...(name && name !== id && { name }) },
    aliases: publicIds(
      [id, rule?.id, rule?.name, ...textsIn(bag, ...aliasNames), ...ruleAliases(rule)].flatMap(
        idsIn,
      ),
    ),
  }
}

const aliasNames = [
  'cve',
  'cves',
  'cveid',
  'cveids',
  'vulnerabilityid',
  'ghsa',
  'ghsaid',
  'aliases',
]

const ruleAliases = (rule: RuleFacts | null): string[] =>
  rule ? [...textsIn(rule.bag, ...aliasNames), ...rule.tags] : []

const publicForm =
  /\b(?:(?:CVE|RUSTSEC|PYSEC|GO|OSV|MAL)-\d{4}-\d{1,19}|GHSA(?:-[0-9a-z]{4}){3})\b/gi

const idsIn = (text: string | undefined): string[] => text?.match(publicForm) ?? []

/** Weaknesses as the result says, then as its rule says; prose only where nothing else does. */
function weaknesses({ result, rule, bag, message, id, scope }: KnownResult): number[] {
  const taxa = result.objects('taxa').flatMap((one) => scope.cweOf(one) ?? [])
  const named = /^cwe[-_ ]?\d/i.test(id ?? '') ? [cweNumber(id ?? '') ?? 0] : []
  const own = [...taxa, ...cweInBag(bag), ...cweInTags(textsIn(bag, 'tags', 'issuetags')), ...named]
  const found = [...own, ...(rule?.cwe ?? [])].filter((number) => number > 0)
  if (found.length > 0) return [...new Set(found)]
  const words = [rule?.id, rule?.name, rule?.title, rule?.description, rule?.helpUri, message.text]
  const address = /cwe\.mitre\.org\/data\/definitions\/(\d{1,5})/i.exec(words.join('\n'))?.[1]
  const inProse = cweNumbersIn(words.join('\n'))
  return inProse.length > 0 || !address ? inProse : [Number(address)]
}

function referencesOf({ result, rule, scope }: KnownResult): string[] {
  const items = isArray(result.raw('workItemUris')) ? result.texts('workItemUris') : []
  const found = [result.text('hostedViewerUri'), rule?.helpUri, ...items, scope.repository?.url]
  return distinct(found).filter((address) => /^https?:\/\//i.test(address))
}

/** Proposed fixes (section 3.55) in words: their description, else what they would insert. */
function fixOf(result: Reader, addresses: AddressFinder): string | undefined {
  return paragraphs(
    result.objects('fixes').map((fix) => {
      const said = messageOf(fix, 'description', [])
      return said.text ?? said.markdown ?? changesOf(fix, addresses)
    }),
  )
}

function changesOf(fix: Reader, addresses: AddressFinder): string | undefined {
  const changes = fix.objects('artifactChanges').concat(fix.objects('fileChanges'))
  return paragraphs(
    changes.map((change) => {
      const key = change.has('fileLocation') ? 'fileLocation' : 'artifactLocation'
      const address = addresses(change.object(key))
      const inserted = change
        .objects('replacements')
        .flatMap((one) => one.object('insertedContent').text('text') ?? [])
      const file = address?.is === 'file' ? `${address.file}:\n` : ''
      return inserted.length === 0 ? undefined : file + inserted.join('\n')
    }),
  )
}

/** Both kinds of fingerprints (sections 3.27.16, 3.27.17); nested values get a path for a name. */
function fingerprintsOf(result: Reader): Record<string, string> | undefined {
  const found: [string, string][] = []
  for (const key of ['partialFingerprints', 'fingerprints']) {
    if (isObject(result.raw(key))) gather(result.raw(key), '', found)
  }
  const contribution = result.raw('toolFingerprintContribution')
  if (typeof contribution === 'string') found.push(['toolFingerprintContribution', contribution])
  const correlation = result.text('correlationGuid')
  if (correlation !== undefined) found.push(['correlationGuid', correlation])
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function gather(value: unknown, path: string, into: [string, string][]): void {
  if (typeof value === 'string' || typeof value === 'number') into.push([path, String(value)])
  else if (isObject(value)) {
    for (const [name, inner] of Object.entries(value)) {
      gather(inner, path === '' ? name : `${path}/${name}`, into)
    }
  }
}

/**
 * Section 3.27.23: a result is suppressed when it has suppressions of which none is still under
 * review or rejected; section 3.27.24: an absent one was there in the baseline only.
 */
function standingOf(result: Reader): Standing | undefined {
  const suppressions = result.objects('suppressions')
  const old = isArray(result.raw('suppressionStates')) ? result.texts('suppressionStates') : []
  const isOpen = suppressions.some((one) => {
    const status = one.text('status') ?? one.text('state')
    return status === 'underReview' || status === 'rejected'
  })
  if (!isOpen && suppressions.length + old.length > 0) {
    const [first] = suppressions.flatMap((one) => one.text('justification') ?? [])
    const kinds = distinct([...suppressions.map((one) => one.text('kind')), ...old])
    return {
      is: 'suppressed',
      why: first ?? `suppressed: ${kinds.join(', ') || 'no reason given'}`,
    }
  }
  if (result.text('baselineState') !== 'absent') return undefined
  return { is: 'fixed', why: 'absent from this run, present in its baseline' }
}

/** Attached files (section 3.21) whose contents the log itself holds. */
function attachedProofs(result: Reader, { run }: RunScope): Proof[] {
  return result.objects('attachments').flatMap((attachment) => {
    const index = attachment.object('artifactLocation').number('index')
    const artifact = elementAt(run, 'artifacts', index)
    const text = artifact?.object('contents').text('text')
    return text === undefined ? [] : [{ text }]
  })
}
