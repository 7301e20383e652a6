import { type Link, linkage } from './linkage.ts'

/** Where merging by itself and suggesting to a person begin, and what an unjudged pair counts. */
export type Bounds = {
  readonly merge: number
  readonly suggest: number
  readonly unjudged: number
}

export type Grouping = {
  /** Reports merged by themselves; every report is in exactly one group. */
  readonly merged: readonly (readonly number[])[]
  /** Merged groups joined further by the suggestions. */
  readonly suggested: readonly (readonly number[])[]
  /** For each group of `suggested`, the links that hold its merged groups together. */
  readonly suggestions: readonly Link[]
}

/** Groups reports by the judged links: first what merges by itself, then what is worth a look. */
export function group(
  count: number,
  links: readonly Link[],
  how: Bounds & { readonly mayJoin: (a: readonly number[], b: readonly number[]) => boolean },
): Grouping {
  const rules = { unjudged: how.unjudged, mayJoin: how.mayJoin }
  const at = (threshold: number): (readonly number[])[] =>
    linkage(count, links, { ...rules, threshold }).map(({ members }) => members)
  const merged = at(how.merge)
  const suggested = at(how.suggest)
  return { merged, suggested, suggestions: bridges(links, merged, suggested) }
}

/** The strongest links that connect the merged groups inside each suggested group, as a tree. */
function bridges(
  links: readonly Link[],
  merged: readonly (readonly number[])[],
  suggested: readonly (readonly number[])[],
): Link[] {
  const outer = groupNumbers(suggested)
  const joined = groupNumbers(merged)
  const root = (group: number): number => {
    let at = group
    while (roots[at] !== at && roots[at] !== undefined) at = roots[at] ?? at
    return at
  }
  const roots = merged.map((_, group) => group)
  const found: Link[] = []
  for (const link of [...links].sort(byStrength)) {
    if (outer.get(link.a) !== outer.get(link.b)) continue
    const [x, y] = [root(joined.get(link.a) ?? 0), root(joined.get(link.b) ?? 0)]
    if (x === y) continue
    roots[x] = y
    found.push(link)
  }
  return found
}

const byStrength = (x: Link, y: Link): number =>
  y.probability - x.probability || x.a - y.a || x.b - y.b

/** The group number of each report. */
export function groupNumbers(groups: readonly (readonly number[])[]): Map<number, number> {
  return new Map(groups.flatMap((members, group) => members.map((report) => [report, group])))
}
