// `node bench/verdict.ts [samples]`: having the rule worked out on a large run over HTTP, and again
// after each of some disputes. Needs PARLEY_TEST_DATABASE. The limits are 10 s and 300 MB.
import { sql } from 'kysely'
import { verdictRoutes } from '../src/features/evaluation/verdict.routes.ts'
import { asActor, systemActor } from '../src/platform/db/as-actor.ts'
import { ResultsWorld } from '../test/engagement/results-world.ts'
import { figure, machineText } from './machine.ts'

const samples = Number(process.argv[2] ?? 20_000)
const verdicts = 10
const size = `${samples} samples`

await using world = await ResultsWorld.open(verdictRoutes)
const { run } = await world.run([], { tasksMax: samples })
await asActor(world.pool, systemActor, (tx) =>
  sql`insert into parley.evaluation_sample (run_no, task, epoch, family, difficulty, stratum,
      outcome, reward, tokens, events, size_bytes, digest, handed_at)
    select r.no, 'task-' || n, 1, 'family-' || n % 7, 1, 'all',
      case when n % 3 = 0 then 'failure' else 'success' end, (n % 3 <> 0)::int, 10, 0, 0,
      lpad(n::text, 64, '0'), now()
    from parley.evaluation_run r, generate_series(1, ${samples}::int) n
    where r.id = ${run}`.execute(tx),
)

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`
let peak = 0
const watching = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 5)

async function asked(call: string): Promise<number> {
  const begun = performance.now()
  const told = await world.desk.as('eve', call, call.startsWith('POST') ? { body: {} } : {})
  if (told.status !== 200) throw new Error(`${call}: ${told.status} ${told.text.slice(0, 500)}`)
  return (performance.now() - begun) / 1_000
}
const seconds = (time: number): string => `${time.toFixed(2)} s`

console.log(machineText())
const before = process.memoryUsage.rss()
figure('first verdict', seconds(await asked(`POST /v1/runs/${run}/verdict`)), {
  ...{ size, limit: '10 s' },
})
for (let at = 1; at < verdicts; at += 1) {
  // What a dispute comes to: other results.
  await world.desk.alter(`update parley.evaluation_sample set outcome = 'failure', reward = 0
    where task = 'task-${at * 3 + 1}'`)
  const time = await asked(`POST /v1/runs/${run}/verdict`)
  if (at === verdicts - 1) figure(`verdict ${verdicts}`, seconds(time), { size, limit: '10 s' })
}
const listing = await asked(`GET /v1/runs/${run}/verdict`)
figure('list of them', seconds(listing), { size: `${verdicts} verdicts`, limit: '10 s' })
clearInterval(watching)
figure('peak RSS of the service', megabytes(peak), {
  size: `${size}; ${megabytes(before)} before`,
  limit: '300 MB',
})
