import { cweNumber, cweNumbersIn } from '#formats/advisory/identifiers.ts'
import { isArray, isObject, Reader } from '#formats/json/reader.ts'
import { type Bag, bagOf, elementAt, textsIn } from './bag.ts'
import type { TaxonReader } from './taxon.ts'

/** A rule (reportingDescriptor, section 3.49) with what all its results share. */
export type RuleFacts = {
  readonly reader: Reader
  readonly id: string | undefined
  readonly name: string | undefined
  /** Its short description. */
  readonly title: string | undefined
  readonly description: string | undefined
  /** The level of its default configuration. */
  readonly level: string | undefined
  readonly bag: Bag
  readonly tags: readonly string[]
  readonly cwe: readonly number[]
  readonly help: string | undefined
  readonly helpUri: string | undefined
}

/** Finds the rule of a result; null where the log does not describe it. */
export type RuleFinder = (result: Reader) => RuleFacts | null

/** The rules of a run, from the driver and its extensions, each read when first asked for. */
export function rulesOf(run: Reader, cweOf: TaxonReader): RuleFinder {
  const components = componentsOf(run)
  const byId = new Map<string, Reader>()
  for (const rule of components.inOrder.flatMap(ruleReaders).concat(oldRules(run))) {
    for (const name of namesOf(rule)) if (!byId.has(name)) byId.set(name, rule)
  }
  const known = new Map<unknown, RuleFacts>()
  return (result) => {
    const found = byIndex(components, result) ?? byName(result, byId)
    if (found === null) return null
    const facts = known.get(found.value) ?? factsOf(found, cweOf)
    known.set(found.value, facts)
    return facts
  }
}

/** The driver; before SARIF 2.1 the tool itself. */
export function driverOf(run: Reader): Reader {
  const tool = run.object('tool')
  return tool.has('driver') ? tool.object('driver') : tool
}

const ruleKeys = ['rules', 'ruleDescriptors', 'rulesMetadata']

const ruleReaders = (component: Reader): Reader[] =>
  ruleKeys.flatMap((key) => (isArray(component.raw(key)) ? component.objects(key) : []))

/** SARIF 1 and 2.0 keep rules beside the tool, by key or as a list. */
function oldRules(run: Reader): Reader[] {
  const owner = run.has('resources') ? run.object('resources') : run
  if (isArray(owner.raw('rules'))) return owner.objects('rules')
  if (!isObject(owner.raw('rules'))) return []
  return owner.entries('rules').flatMap(([key, rule]) => {
    if (!isObject(rule.value)) return []
    return [new Reader({ key, id: key, ...rule.value }, rule.pointer, rule.problems)]
  })
}

const namesOf = (rule: Reader): string[] => [
  ...[rule.text('key'), rule.textish('id'), rule.text('guid')].flatMap((name) => name ?? []),
  ...(isArray(rule.raw('deprecatedIds')) ? rule.texts('deprecatedIds') : []),
]

/** The rule at the result's index, unless its id says that the index is wrong. */
function byIndex(components: Components, result: Reader): Reader | null {
  const reference = result.object('rule')
  const index = reference.number('index') ?? result.number('ruleIndex')
  if (index === undefined || index < 0) return null
  const component = componentOf(components, reference.object('toolComponent'))
  const found = component
    ? ruleKeys.flatMap((key) => elementAt(component, key, index) ?? [])[0]
    : undefined
  const id = idOf(result)
  const isOther = id !== undefined && found && !isSameRule(id, found.textish('id') ?? id)
  return found && !isOther ? found : null
}

/** Section 3.27.5: a result may name a part of a rule, as `CA1000/1` of `CA1000`. */
const isSameRule = (named: string, id: string): boolean =>
  named === id || named.startsWith(`${id}/`)

/** The parts of a tool that bring rules. */
type Components = {
  readonly tool: Reader
  readonly driver: Reader
  readonly inOrder: readonly Reader[]
  readonly byName: ReadonlyMap<string, Reader>
}

function componentsOf(run: Reader): Components {
  const tool = run.object('tool')
  const driver = driverOf(run)
  const inOrder = [driver, ...tool.objects('extensions')]
  const byName = new Map<string, Reader>()
  for (const component of inOrder) {
    for (const key of ['name', 'guid']) {
      const name = component.text(key)
      if (name !== undefined && !byName.has(name)) byName.set(name, component)
    }
  }
  return { tool, driver, inOrder, byName }
}

function componentOf({ tool, driver, byName }: Components, reference: Reader): Reader | null {
  const index = reference.number('index')
  if (index !== undefined && index >= 0) return elementAt(tool, 'extensions', index)
  const name = reference.text('name') ?? reference.text('guid')
  return name === undefined ? driver : (byName.get(name) ?? null)
}

const idOf = (result: Reader): string | undefined =>
  result.textish('ruleId') ?? result.object('rule').textish('id')

function byName(result: Reader, rules: ReadonlyMap<string, Reader>): Reader | null {
  const names = [result.text('ruleKey'), idOf(result), result.object('rule').text('guid')]
  for (const name of names) {
    for (let part = name ?? ''; part !== ''; part = part.slice(0, part.lastIndexOf('/'))) {
      const found = rules.get(part)
      if (found) return found
      if (!part.includes('/')) break
    }
  }
  return null
}

function factsOf(rule: Reader, cweOf: TaxonReader): RuleFacts {
  const bag = bagOf(rule)
  const tags = textsIn(bag, 'tags')
  const title = descriptionOf(rule, 'shortDescription')
  return {
    reader: rule,
    id: rule.textish('id'),
    name: typeof rule.raw('name') === 'string' ? rule.text('name') : undefined,
    title,
    description: descriptionOf(rule, 'fullDescription'),
    level: levelOf(rule),
    bag,
    tags,
    cwe: [...new Set([...relatedCwe(rule, cweOf), ...cweInBag(bag), ...cweInTags(tags)])],
    help: descriptionOf(rule, 'help'),
    helpUri: rule.text('helpUri'),
  }
}

/** A multiformat message string, which SARIF 1 writes as a mere text. */
function descriptionOf(rule: Reader, key: string): string | undefined {
  if (typeof rule.raw(key) === 'string') return rule.text(key)
  return rule.object(key).text('text') ?? rule.object(key).text('markdown')
}

function levelOf(rule: Reader): string | undefined {
  const given = rule.object('defaultConfiguration').text('level')
  const old = isObject(rule.raw('configuration')) ? rule.object('configuration') : rule
  return given ?? old.text('defaultLevel') ?? rule.text('defaultLevel')
}

/** CWE numbers that a bag names under any of the usual names. */
export const cweInBag = (bag: Bag): number[] =>
  textsIn(bag, 'cwe', 'cwes', 'cweid', 'cweids', 'cwelist').flatMap(cweInText)

const cweInText = (text: string): number[] => {
  const named = cweNumbersIn(text)
  return named.length > 0 ? named : text.split(/[,;\s]+/).flatMap((one) => cweNumber(one) ?? [])
}

/** CWE numbers in tags such as `external/cwe/cwe-079`, `CWE-79: title`, `CWE_79`. */
export const cweInTags = (tags: readonly string[]): number[] =>
  tags.flatMap((tag) => {
    const [, found] = /(?:^|[/:])(cwe[-_: ]?\d{1,5})(?![\w.])/i.exec(tag) ?? []
    return found === undefined ? [] : (cweNumber(found.replace(':', '-')) ?? [])
  })

/** Section 3.53: a rule's relationships name the taxa of which it is a kind. */
const relatedCwe = (rule: Reader, cweOf: TaxonReader): number[] =>
  rule.objects('relationships').flatMap((one) => cweOf(one.object('target')) ?? [])
