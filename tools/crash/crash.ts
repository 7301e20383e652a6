// `npm run crash -- [rounds]`: kills the server, the PostgreSQL postmaster or both with SIGKILL
// while reports come in, a thousand times unless told otherwise, and prints what was lost. SIGINT
// ends it after the round that is under way.
import { crashRounds } from './crash-rounds.ts'

const rounds = Number(process.argv[2] ?? 1_000)
const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
const tell = (line: string): void => console.error(line)
const found = await crashRounds(rounds, { tell, signal: stop.signal })
const columns = ['killed', 'rounds', 'reports', 'documents', 'sent again', 'lost', 'doubled']
const rows = [...found.tallies].map(([kind, tally]) => [
  ...[kind, tally.rounds, tally.reports, tally.documents, tally.repeated],
  ...[tally.lost, tally.doubled],
])
for (const row of [columns, ...rows]) {
  console.log(row.map((cell) => String(cell).padStart(10)).join('  '))
}
const { lost, doubled } = found.end
console.log(
  `\nAt the end, with ${found.findings} findings of documents read: ${lost.length} lost, ` +
    `${doubled.length} doubled, in ${found.seconds.toFixed(0)} s.`,
)
for (const one of lost) console.log(`lost: ${one}`)
for (const one of doubled) console.log(`doubled: ${one}`)
const damage = [...found.tallies.values()].reduce((sum, one) => sum + one.lost + one.doubled, 0)
if (damage + lost.length + doubled.length > 0) process.exitCode = 1
