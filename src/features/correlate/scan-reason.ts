import type { Evidence } from './evidence.ts'
import type { Reason } from './explain.ts'
import { type ScanRule, scanRuleOf } from './scan-rule.ts'
import { type Seen, seenOf } from './scan-seen.ts'
import { className } from './weakness.ts'

/** Says why a rule for scanner results holds between two of them, with what to look for. */
export function scanReasons(x: Evidence, y: Evidence): Reason[] {
  const [a, b] = [seenOf(x), seenOf(y)]
  const rule = scanRuleOf(a, b)
  return rule ? [reasonOf(rule, a, b), ...against(a, b)] : []
}

type Says = readonly [text: string, marks: readonly string[]]

function reasonOf(rule: ScanRule, a: Seen, b: Seen): Reason {
  const [text, marks] = identifierSays(rule, a, b) ?? crashSays(rule, a) ?? placeSays(rule, a, b)
  return { says: text, marks: marks.filter(Boolean), supports: true }
}

function identifierSays(rule: ScanRule, a: Seen, b: Seen): Says | null {
  const alias = a.evidence.aliases.find((found) => b.evidence.aliases.includes(found)) ?? ''
  const component = a.evidence.packages[0] ?? ''
  const other = b.evidence.packages[0] ?? ''
  if (rule === 'same-identifier-and-component') {
    return [`Both list ${alias} in "${component}"`, [alias, component]]
  }
  if (rule === 'same-listed-identifier') {
    return [`Both list ${alias}, in "${component}" and in "${other}"`, [alias, component, other]]
  }
  return rule === 'same-identifier' ? [`Both name ${alias}; little else agrees`, [alias]] : null
}

function crashSays(rule: ScanRule, a: Seen): Says | null {
  const frames = a.crash?.split('\n').slice(1) ?? []
  const fault = a.evidence.crash?.frames.find(
    (frame) => frame.function.toLowerCase() === a.fault?.function,
  )
  const name = fault?.function ?? ''
  if (rule === 'same-crash') {
    return [`Both crash the same way, through ${frames.join(', ')}`, frames]
  }
  if (rule === 'same-fault') {
    return [`Both crash in ${name} at line ${fault?.line ?? '?'} of ${fault?.file ?? '?'}`, [name]]
  }
  return rule === 'similar-crash'
    ? [`Both crash in ${name}, and through nearly the same functions`, [name, ...frames]]
    : null
}

function placeSays(rule: ScanRule, a: Seen, b: Seen): Says {
  const file = a.place?.file ?? ''
  const name = [...a.functions].find((found) => b.functions.has(found)) ?? ''
  const kind = spoken([...a.weakness.classes].find((found) => b.weakness.classes.has(found)))
  const told = a.evidence.rule ?? ''
  const lines = `line ${a.place?.line ?? '?'} and line ${b.place?.line ?? '?'}`
  const at = `line ${a.place?.line ?? '?'} of ${file}`
  const says: Readonly<Partial<Record<ScanRule, Says>>> = {
    'identical-result': ['Both say exactly the same about the same place', [file]],
    'same-file-function-and-class': [
      `Both report ${kind} in ${name} of ${file} (${lines})`,
      [name, file],
    ],
    'same-rule-line-and-text': [`Rule ${told} says the same of ${at}`, [told, file]],
    'same-rule-and-line': [`Rule ${told} found both at ${at}`, [told, file]],
    'same-rule-and-text': [`Rule ${told} says the same of ${file}`, [told, file]],
    'same-line-and-text': [`Both say the same of ${at}, by different rules`, [file]],
    'same-endpoint-and-class': [`Both report ${kind} at ${a.endpoint ?? ''}`, [a.endpoint ?? '']],
    'same-function-and-class': [
      `Both report ${kind} in ${name} of ${file}, but at ${lines}`,
      [name, file],
    ],
  }
  if (rule === 'perhaps-same-place') {
    const other = b.place?.file ?? ''
    return [`Perhaps one file: ${file} and ${other}, ${lines}`, [file, other]]
  }
  return says[rule] ?? [`Both report ${kind} in ${file}, ${lines}`, [file]]
}

function against(a: Seen, b: Seen): Reason[] {
  const [mine, theirs] = [a.evidence.packages[0], b.evidence.packages[0]]
  if (!mine || !theirs || [...a.components].some((name) => b.components.has(name))) return []
  const says = `They name different components: "${mine}" and "${theirs}"`
  return [{ says, marks: [mine, theirs], supports: false }]
}

const spoken = (kind: number | undefined): string =>
  kind === undefined
    ? 'a flaw'
    : className(kind)
        .replace(/([A-Z])/g, ' $1')
        .toLowerCase()
