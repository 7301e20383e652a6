import { Pool } from 'pg'
import { asActor } from '../src/platform/db/as-actor.ts'
import type { Asked } from './case-pages.ts'
import { people } from './case-people.ts'

const linesMax = 40

/** The plan of the slowest statement that a page sends, statements inside functions included. */
export async function plansOf(superuserUrl: string, { run }: Asked): Promise<string> {
  const pool = new Pool({ connectionString: superuserUrl, max: 1 })
  const plans: string[] = []
  pool.on('connect', (client) => {
    client.on('notice', ({ message }) => {
      if (message?.startsWith('duration:')) plans.push(message)
    })
  })
  const client = await pool.connect()
  // Loaded into this session alone, so that nobody else's statements are explained.
  await client.query("load 'auto_explain'")
  await client.query('set auto_explain.log_min_duration = 0')
  await client.query('set auto_explain.log_analyze = on')
  await client.query('set auto_explain.log_nested_statements = on')
  await client.query('set client_min_messages = log')
  await client.query('set role parley_app')
  client.release()
  await asActor(pool, people[0].actor, (tx) => run(tx, 0))
  plans.length = 0
  await asActor(pool, people[0].actor, (tx) => run(tx, 1))
  await pool.end()
  const [slowest = 'no plan was told'] = plans
    .filter((plan) => !/find_cases|case_kinds/.test(plan.split('\n').slice(0, 4).join('')))
    .toSorted((x, y) => msOf(y) - msOf(x))
  return slowest.split('\n').slice(0, linesMax).join('\n')
}

const msOf = (plan: string): number => Number(/^duration: ([\d.]+) ms/.exec(plan)?.[1] ?? 0)
