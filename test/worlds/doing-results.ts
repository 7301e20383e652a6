import { bodyOf, sampleOf, transcriptOf } from '../engagement/evaluation-world.ts'
import { declaredRoot, idOf, type Sides } from './doing-evaluation.ts'
import type { Step } from './history.ts'
import { reportCall } from './incoming.ts'
import { jsonOf, type World } from './world.ts'

/** The newest run of an engagement. */
async function runOf({ owner }: World, of: string): Promise<string | undefined> {
  const { rows } = await owner.query<{ id: string }>(
    'select id from parley.evaluation_run where engagement_id = $1 order by no desc limit 1',
    [of],
  )
  return rows[0]?.id
}

/** A sample ends; it is reviewed and disputed, and shows a technique and a flaw. */
export async function sample(world: World, step: Step, of: Sides): Promise<void> {
  const run = await runOf(world, of.id)
  if (run === undefined) return
  const { picks, text } = step
  const { evaluator, developer } = of
  const key = { task: `task-${1 + (picks[1] % 3)}`, epoch: 1 + (picks[2] % 2) }
  const now = new Date(world.at.ms).toISOString()
  const transcript = transcriptOf(2, 'said', now)
  const isSolved = picks[0] % 2 === 0
  const ended = { outcome: isSolved ? 'success' : 'failure', reward: isSolved ? 1 : 0 } as const
  const at = `/v1/runs/${run}`
  const own = `${at}/samples/${key.task}/${key.epoch}`
  const made = sampleOf(transcript, { ...key, ...ended, startedAt: now, endedAt: now })
  await world.ask(evaluator, {
    ...{ method: 'PUT', path: own, body: bodyOf(made, transcript) },
    headers: { 'content-type': 'application/x-ndjson' },
  })
  const other = { task: 'task-4', family: 'web', difficulty: 2, epoch: key.epoch }
  const beside = sampleOf(transcript, { ...other, ...ended, startedAt: now, endedAt: now })
  await world.ask(evaluator, {
    ...{ method: 'PUT', path: `${at}/samples/task-4/${key.epoch}` },
    ...{ body: bodyOf(beside, transcript), headers: { 'content-type': 'application/x-ndjson' } },
  })
  const opinion = { kind: 'opinion', sample: key, model: 'larch', confidence: 3, note: text }
  await world.ask(evaluator, { method: 'POST', path: `${at}/reviews`, body: opinion })
  const claim = { sample: key, claim: text }
  const disputed = await world.ask(developer, {
    ...{ method: 'POST', path: `${at}/disputes`, body: claim },
  })
  const answer = { kind: 'answer', answer: { is: 'stands' }, reason: text }
  const dispute = `${at}/disputes/${idOf(jsonOf(disputed))}`
  await world.ask(evaluator, { method: 'POST', path: dispute, body: answer })
  const technique = {
    ...{ title: text.trim(), summary: text, attack: ['T1552.003'], atlas: [], conditions: [] },
    ...{ evidence: [], seen: [{ run, ...key }] },
  }
  const shown = { engagement: of.id, technique }
  await world.ask(evaluator, { method: 'POST', path: '/v1/techniques', body: shown })
  const { body, headers } = reportCall(step)
  const once = { ...headers, 'idempotency-key': `flaw-${picks.join('-')}` }
  await world.ask(evaluator, { method: 'POST', path: `${own}/flaws`, body, headers: once })
  await world.ask(developer, { method: 'GET', path: `${at}/flaws` })
}

/** A run is closed and judged; now and then a policy comes, or all that is held goes. */
export async function result(world: World, { picks, isSecret }: Step, of: Sides): Promise<void> {
  const run = await runOf(world, of.id)
  if (run === undefined) return
  const { evaluator, developer } = of
  const at = `/v1/runs/${run}`
  const engagement = `/v1/engagements/${of.id}`
  const post = (who: Sides['evaluator'], path: string, body: object = {}) =>
    world.ask(who, { method: 'POST', path, body })
  await world.ask(evaluator, { method: 'POST', path: `${at}/closing` })
  await post(evaluator, `${at}/verdict`)
  await post(developer, `${at}/response`, { text: 'Mine' })
  // A policy is one for all that is evaluated: it is read against verdicts of both kinds.
  if (!isSecret && picks[0] % 2 === 0) await publish(world, of.id, picks[1])
  await world.ask(developer, { method: 'GET', path: `${engagement}/hand-back` })
  if (picks[2] % 3 !== 0) return
  await post(developer, `${engagement}/acts`, { kind: 'end' })
  await world.ask(evaluator, { method: 'POST', path: `${engagement}/disposal` })
  await world.ask(evaluator, { method: 'POST', path: `${engagement}/settlement` })
}

/** The next policy, by one who administers and is cleared for nothing that is secret. */
async function publish(world: World, engagement: string, pick: number): Promise<void> {
  const packRoot = await declaredRoot(world, engagement)
  const { rows } = await world.owner.query<{ next: number }>(
    'select coalesce(max(number), 0) + 1 as next from parley.classification_policy',
  )
  const inForceSince = new Date(world.at.ms).toISOString()
  const parameters = [
    ...[{ capability: 'cyber', threshold: (1 + (pick % 9)) / 10, alpha: 0.05, packRoot }],
  ].map((one) => ({ ...one, tokenBudget: 100_000 }))
  const policy = { kind: 'classification-policy', version: 1, number: rows[0]?.next, inForceSince }
  const body = { policy: { ...policy, parameters } }
  await world.askInPerson('vera', { method: 'POST', path: '/v1/policies', body })
}
