import { cpus, totalmem } from 'node:os'

/** The machine a figure was measured on, in one line. */
export function machineText(): string {
  const [first] = cpus()
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`
  return `${cpus().length} x ${first?.model.trim() ?? 'CPU'}, ${memory}, Node ${process.version}`
}

/** Prints one figure: what, how much, of what size, against what. */
export function figure(
  what: string,
  value: string,
  more: { readonly size: string; readonly limit?: string },
): void {
  const limit = more.limit === undefined ? '' : `  (limit or peer: ${more.limit})`
  console.log(`${what.padEnd(44)} ${value.padStart(14)}  ${more.size}${limit}`)
}
