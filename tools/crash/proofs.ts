// `node tools/crash/proofs.ts [kills]`: kills workers with SIGKILL while they run proofs, fifty
// times unless told otherwise, and prints what was lost or done twice.
import { proofRounds } from './proof-rounds.ts'

const kills = Number(process.argv[2] ?? 50)
const tell = (line: string): void => console.error(line)
const found = await proofRounds(
  { workers: 3, slots: 2, proofs: 30, kills, tookMs: 250, leaseMs: 2_000 },
  tell,
)
const { killed, hit, runs, lost, doubled, wrong, left, seconds, failOverMs } = found
console.log(
  `killed ${killed} (${hit} of them while a proof ran), ${runs} runs: ` +
    `lost ${lost}, doubled ${doubled}, wrong ${wrong}, left behind ${left}, ` +
    `in ${seconds.toFixed(0)} s`,
)
const sorted = failOverMs.toSorted((one, other) => one - other)
const middle = sorted[Math.floor(sorted.length / 2)]
console.log(
  `fail-over with a lease of 2 s: median ${middle?.toFixed(0) ?? '-'} ms, ` +
    `longest ${sorted.at(-1)?.toFixed(0) ?? '-'} ms`,
)
if (lost + doubled + wrong + left > 0) process.exitCode = 1
