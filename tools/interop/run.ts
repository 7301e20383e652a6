// `npm run interop`: tries the intake with clients in other languages on a service of its own, has
// its ledger verified by a program that is not ours, has clients of models ask through a gateway,
// verifies proofs of compiled programs, exchanges logs of evaluations with Inspect, and has what is
// written of a model read by SPDX's own model.
// What cannot run on this machine is skipped and said; arguments name the clients to run.
import { clients, type Outcome, outcomesOf, type Told } from './client.ts'
import { spdx, spdxOutcomes } from './exports.ts'
import { FreshService } from './fresh.ts'
import { inspect, inspectOutcomes } from './inspect.ts'
import { ledgerOutcomes, ledgerVerifier } from './ledger.ts'
import { modelClients, modelOutcomes } from './models.ts'
import { compiledProofs, proofOutcomes } from './proofs.ts'

const marks = { pass: 'ok', fail: 'FAIL', skip: '-' } as const

const wanted = process.argv.slice(2)
const isWanted = ({ name }: { readonly name: string }): boolean =>
  wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part))
const chosen = clients.filter(isWanted)
const told = new Map<string, Told>()
if (chosen.length > 0 || isWanted({ name: ledgerVerifier })) await withService()
if (isWanted({ name: modelClients })) told.set(modelClients, await modelOutcomes())
if (isWanted({ name: compiledProofs })) told.set(compiledProofs, await proofOutcomes())
if (isWanted({ name: inspect })) told.set(inspect, await inspectOutcomes())
if (isWanted({ name: spdx })) told.set(spdx, await spdxOutcomes())
process.stdout.write(`${table(told)}\n`)
const failed = outcomes(told).filter(({ is }) => is === 'fail').length
const passed = outcomes(told).filter(({ is }) => is === 'pass').length
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

async function withService(): Promise<void> {
  const service = await FreshService.start()
  try {
    const target = await service.target()
    for (const client of chosen) told.set(client.name, await outcomesOf(client, target))
    if (isWanted({ name: ledgerVerifier })) {
      told.set(ledgerVerifier, await ledgerOutcomes(service.folder, target))
    }
  } finally {
    await service.stop()
  }
}

type Row = Outcome & { readonly client: string; readonly name: string }

function outcomes(of: ReadonlyMap<string, Told>): readonly Row[] {
  return [...of].flatMap(([client, found]) =>
    typeof found === 'string'
      ? []
      : [...found].map(([name, outcome]) => ({ client, name, ...outcome })),
  )
}

/** A row for each case, a column for each client, and below it why something is no pass. */
function table(of: ReadonlyMap<string, Told>): string {
  const rows = outcomes(of)
  const names = [...new Set(rows.map(({ name }) => name))]
  const columns = [...of.keys()]
  const width = Math.max(...names.map((name) => name.length), 'case'.length)
  const lineOf = (first: string, cells: readonly string[]): string =>
    [first.padEnd(width), ...cells.map((cell, at) => cell.padEnd(columns[at]?.length ?? 0))]
      .join('  ')
      .trimEnd()
  const cellOf = (name: string, client: string): string => {
    const row = rows.find((one) => one.name === name && one.client === client)
    return row === undefined ? '' : marks[row.is]
  }
  const lines = names.map((name) =>
    lineOf(
      name,
      columns.map((client) => cellOf(name, client)),
    ),
  )
  const missing = [...of].flatMap(([client, found]) =>
    typeof found === 'string' ? [`${client}: skipped, ${found}`] : [],
  )
  const reasons = rows.flatMap(({ client, name, is, why }) =>
    is === 'pass' ? [] : [`${client}, ${name}: ${is}, ${why}`],
  )
  return [lineOf('case', columns), ...lines, '', ...missing, ...reasons].join('\n')
}
