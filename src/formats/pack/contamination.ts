/** A task whose canary was found in a text. */
export type Contamination = { readonly id: string; readonly canary: string; readonly at: number }

/**
 * The tasks whose canaries stand in a text that a model wrote or read, with the place where each
 * stands first. A canary is told whatever its case is and however its digits are parted, since
 * models say texts again from memory.
 */
export function contaminationsIn(
  text: string,
  tasks: readonly { readonly id: string; readonly canary: string }[],
): readonly Contamination[] {
  const digits: string[] = []
  const places: number[] = []
  for (const { 0: run, index } of text.matchAll(digitRuns)) {
    // A break keeps digits of words that lie apart from making up a canary.
    if (index - (places.at(-1) ?? index) > partedMax) {
      digits.push('|')
      places.push(index)
    }
    for (let at = 0; at < run.length; at++) {
      digits.push((run[at] ?? '').toLowerCase())
      places.push(index + at)
    }
  }
  const joined = digits.join('')
  return tasks.flatMap(({ id, canary }) => {
    const found = joined.indexOf(canary.replaceAll('-', '').toLowerCase())
    return found < 0 ? [] : [{ id, canary, at: places[found] ?? 0 }]
  })
}

const digitRuns = /[0-9a-f]+/gi
/** Between two digits of a canary stands a hyphen, a blank or an escape, not a sentence. */
const partedMax = 4
