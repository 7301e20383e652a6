/** One line of a unified diff, and what it is. */
export type DiffLine = {
  readonly is: 'added' | 'removed' | 'same' | 'head' | 'place'
  readonly text: string
}

/**
 * The lines of a unified diff. Within a hunk its head says how many lines follow, so that a removed
 * line which begins with `--` is no head of a file.
 */
export function diffLines(diff: string): DiffLine[] {
  let [oldLeft, newLeft] = [0, 0]
  return diff
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((text): DiffLine => {
      const sign = text.charAt(0)
      if (oldLeft + newLeft <= 0) {
        const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text)
        if (hunk === null) return { is: sign === '\\' ? 'same' : 'head', text }
        ;[oldLeft, newLeft] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)]
        return { is: 'place', text }
      }
      if (sign === '\\') return { is: 'same', text }
      if (sign !== '+') oldLeft -= 1
      if (sign !== '-') newLeft -= 1
      return { is: sign === '+' ? 'added' : sign === '-' ? 'removed' : 'same', text }
    })
}
