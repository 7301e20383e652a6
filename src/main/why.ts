import type { Triage, TriagedCase } from '#features/exchange/triage.ts'
import { compare, type Priority } from '#features/priority/priority.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { oneLine } from '#platform/terminal/visible.ts'

/** Answers why one of two cases stands above the other, in one sentence. */
export function whyAbove(
  triage: Triage,
  priorities: ReadonlyMap<string, Priority>,
  names: readonly [string, string],
): Result<string> {
  const [one, other] = [find(triage, names[0]), find(triage, names[1])]
  if (!one.ok) return one
  if (!other.ok) return other
  const [x, y] = [priorities.get(one.value.id), priorities.get(other.value.id)]
  if (!x || !y || x === y) {
    return no({ code: 'bad-usage', why: `"${names[0]}" and "${names[1]}" are the same case` })
  }
  const { above, because } = compare(x, y)
  const [upper, lower] =
    above === one.value.id ? [one.value, other.value] : [other.value, one.value]
  return yes(oneLine(`${titled(upper)} stands above ${titled(lower)}: ${because}`))
}

const titled = ({ rank, title }: TriagedCase): string => `#${rank} "${title}"`

/** A case by its rank, its id, a public identifier, or a part of its title that only it has. */
function find({ cases }: Triage, name: string): Result<TriagedCase> {
  const low = name.trim().toLowerCase()
  const exact = cases.find(
    ({ rank, id, aliases }) =>
      `${rank}` === low.replace(/^#/, '') ||
      id === low ||
      aliases.some((alias) => alias.toLowerCase() === low),
  )
  if (exact) return yes(exact)
  const titled = cases.filter(({ title }) => title.toLowerCase().includes(low))
  const [only, second] = titled
  if (only && !second) return yes(only)
  const count = titled.length === 0 ? 'no case goes' : `${titled.length} cases go`
  const why = `${count} by "${name}"; give a rank, an id or an identifier such as a CVE`
  return no({ code: 'not-found', why: oneLine(why) })
}
