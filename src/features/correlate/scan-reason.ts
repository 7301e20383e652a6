import type { Evidence } from './evidence.ts'
import type { Reason } from './explain.ts'
import { type ScanRule, scanRuleOf } from './scan.ts'
import { type Seen, seenOf } from './scan-seen.ts'
import { className } from './weakness.ts'

/** Says why a rule for scanner results holds between two of them, with what to look for. */
export function scanReasons(x: Evidence, y: Evidence): Reason[] {
  const [a, b] = [seenOf(x), seenOf(y)]
  const rule = scanRuleOf(a, b)
  return rule ? [reasonOf(rule, a, b), ...against(a, b)] : []
}

function reasonOf(rule: ScanRule, a: Seen, b: Seen): Reason {
  const place = a.evidence.locations[0]
  const file = place?.file ?? ''
  const shared = {
    name: [...a.functions].find((found) => b.functions.has(found)) ?? '',
    kind: spoken([...a.classes].find((found) => b.classes.has(found))),
    alias: a.evidence.aliases.find((found) => b.evidence.aliases.includes(found)) ?? '',
    component: a.evidence.packages[0] ?? '',
    frames: a.crash?.split('\n').slice(1) ?? [],
  }
  const lines = `line ${a.line ?? '?'} and line ${b.line ?? '?'}`
  const says: Readonly<Record<ScanRule, readonly [string, readonly string[]]>> = {
    'identical-result': ['Both say exactly the same about the same place', []],
    'same-identifier-and-component': [
      `Both list ${shared.alias} in "${shared.component}"`,
      [shared.alias, shared.component],
    ],
    'same-crash': [`Both crash the same way, through ${shared.frames.join(', ')}`, shared.frames],
    'same-file-function-and-class': [
      `Both report ${shared.kind} in ${shared.name} of ${file} (${lines})`,
      [shared.name, file],
    ],
    'same-line-and-class': [`Both report ${shared.kind} in ${file}, ${lines}`, [file]],
    'similar-crash': ['The crashes run through nearly the same functions', shared.frames],
    'same-endpoint-and-class': [
      `Both report ${shared.kind} at ${a.endpoint ?? ''}`,
      [a.endpoint ?? ''],
    ],
    'near-lines-and-class': [`Both report ${shared.kind} in ${file}, ${lines}`, [file]],
    'same-function-and-class': [
      `Both report ${shared.kind} in ${shared.name} of ${file}, but at ${lines}`,
      [shared.name, file],
    ],
    'same-identifier': [`Both name ${shared.alias}; little else agrees`, [shared.alias]],
  }
  const [text, marks] = says[rule]
  return { says: text, marks: marks.filter(Boolean), supports: true }
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
