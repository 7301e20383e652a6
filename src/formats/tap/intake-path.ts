/**
 * One more step of a path within a report as the contract writes it: `affected_symbol.file`,
 * `versions[0]`, `attachments[2].data`.
 */
export function pathTo(base: string, step: string | number): string {
  if (typeof step === 'number') return `${base}[${step}]`
  return base === '' ? shown(step) : `${base}.${shown(step)}`
}

const shownMax = 64

/** A name that may come from outside, short and in plain ASCII, fit for an answer and for a log. */
const shown = (name: string): string => {
  const plain = name.slice(0, shownMax).replace(/[^\x20-\x7e]/g, '?')
  return name.length > shownMax ? `${plain}...` : plain
}
