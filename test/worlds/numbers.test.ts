import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { isObject } from '#formats/json/reader.ts'
import { apiDocument } from '../../tools/route-table.ts'
import { doStep } from './doing.ts'
import type { Doing, Step } from './history.ts'
import { begin, seedProcess } from './randomness.ts'
import { Transcript } from './transcript.ts'
import { World } from './world.ts'

/**
 * Every number that an answer holds, by the end of its path in the document of the API. Each is of
 * the record itself, a count over what the asker may see, or, in the ledger alone, a place in it.
 */
const numbers: ReadonlySet<string> = new Set([
  // Of one record.
  ...['version', 'sizeBytes', 'ordinal', 'probability', 'attempts', 'timeout', 'alg', 'row'],
  ...['weaknesses[].id', 'findings', 'unchanged', 'refreshed', 'gone', 'aside', 'placed', 'left'],
  // Of one proof, of one run of it, or of the machine that ran it.
  ...['met', 'of', 'tookMs', 'line', 'manifest{}', 'isolation{}', 'slots'],
  // Counts over what the asker may see.
  ...['reports', 'finders', 'suggestions', 'count', 'cases', 'duplicates', 'decisions', 'open'],
  ...['decidedToday', 'submitted', 'confirmed', 'refuted', 'value', 'low', 'high', 'waiting'],
  ...['unassigned', 'arriving', 'running', 'failed', 'workers', 'ended', 'proofs'],
  // How long the oldest of them waits.
  'oldestSeconds',
  // How many proofs a worker ran, for who runs the instance, whatever their labels.
  'done',
  // Of one read-in, one agreement, or one setting that people make.
  ...['gates[].gate', 'gatesMissing[]', 'rule.days', 'tokenDays', 'versions', 'expiryHours'],
  'exportMax',
  // Of the terms of one engagement, of its versions from its first one on, and of one partner.
  ...['retentionDays.transcripts', 'retentionDays.results', 'budget.requests', 'budget.tokens'],
  ...['budget.microUsd', 'budget.atOnce', 'model.contextTokens', 'versions[].number'],
  ...['usersMax', 'rule.credentialHoursMax'],
  // Of all engagements, for everybody, where who administers the instance chose to publish that.
  ...['counts.offered', 'counts.agreed', 'counts.released'],
  // Of one pack and of what was declared of it.
  ...['difficulty', 'tasks', 'weight', 'tasksMax', 'bankTasks', 'tokenBudget', 'threshold'],
  ...['alpha', 'score', 'total', 'n', 'from', 'most', 'tasks[]', 'entries', 'policy', 'held'],
  // Of one run, counted from the first one of its engagement, and of its samples.
  ...['/v1/engagements/{id}/runs .items[].number', '/v1/engagements/{id}/runs .number', 'samples'],
  ...['/v1/runs/{id} .number', '/v1/runs/{id}/closing .number', 'runs[].number'],
  ...['finished', 'troubled', 'outcomes.success', 'outcomes.failure', 'outcomes.model_refusal'],
  ...['outcomes.budget_exhausted', 'outcomes.safeguard_block', 'outcomes.infra_error'],
  ...['outcomes.grader_error', 'outcomes.not_run', 'outcomes{}', 'looks', 'earlierLooks'],
  ...['epoch', 'afterEpoch', 'reward', 'tokens', 'input', 'output', 'tokenLimit', 'turns'],
  ...['microUsd', 'workingMs', 'waitMs', 'events', 'confidence', 'overBudget', 'destroyed'],
  // Of what the agreed rule says of it.
  ...['above[]', 'below[]', 'df', 'error', 'lower', 'mean', 'stop', 'upper', 'times'],
  ...['curve.slope', 'curve.intercept', 'horizon.p50', 'horizon.p80', 'intervals.draws'],
  ...['intervals.withoutHorizon', 'horizon.withoutTime', 'horizon.families', 'minutes'],
  'attempts[].position',
  // Of one pack, whose opened tasks go on there; of one verdict, by the instance that let it out.
  '/v1/packs/{id}/tasks .next',
  ...['/v1/crossed-verdicts .items[].number', '/v1/crossed-verdicts .number'],
  // Of the gateway of one engagement.
  ...['inputMicroUsd', 'outputMicroUsd', 'requestBytes', 'answerBytes', 'firstByteMs', 'wholeMs'],
  ...['silenceMs', 'sequence', 'endedMs', 'sentMs', 'status', 'atOnce', 'requests', 'cutStreams'],
  // Of one policy, from the first one on: each follows the latest, for who publishes it.
  'policy.number',
  // How many verdicts a policy changes, for who publishes it: over the whole instance.
  'changes{}',
  // How many people could decide, whatever they are cleared for.
  'deciders',
  // Of one person, for who audits: how much they opened, never what.
  ...['own', 'all', 'seen', 'usual'],
  // The ledger is one for all who may audit.
  'index',
])

/** Definitions of the document, by their names. */
type Schemas = Readonly<Record<string, unknown>>

/** Paths of numbers in a schema. A definition that holds itself is followed once. */
function numbersIn(schema: unknown, schemas: Schemas, path = ''): string[] {
  if (!isObject(schema)) return []
  const { $ref: ref, type, properties, items, additionalProperties: more } = schema
  if (typeof ref === 'string') {
    const name = ref.split('/').at(-1) ?? ''
    const { [name]: own, ...others } = schemas
    return numbersIn(own, others, path)
  }
  const own = [type].flat().some((one) => one === 'number' || one === 'integer') ? [path] : []
  const parts = isObject(properties) ? Object.entries(properties) : []
  const either = [schema['anyOf'], schema['oneOf'], schema['allOf']].flat()
  return [
    ...own,
    ...parts.flatMap(([name, part]) => numbersIn(part, schemas, `${path}.${name}`)),
    ...either.flatMap((part) => numbersIn(part, schemas, path)),
    ...numbersIn(items, schemas, `${path}[]`),
    ...numbersIn(more, schemas, `${path}{}`),
  ]
}

test('every number in the shape of an answer is known, and none numbers records', async () => {
  const document: unknown = JSON.parse(JSON.stringify(await apiDocument()))
  assert.ok(isObject(document) && isObject(document['paths']))
  const components = isObject(document['components']) ? document['components'] : {}
  const schemas = isObject(components['schemas']) ? components['schemas'] : {}
  const found = Object.entries(document['paths']).flatMap(([path, operations]) =>
    Object.values(isObject(operations) ? operations : {}).flatMap((operation) => {
      const responses = isObject(operation) ? operation['responses'] : null
      const fine = Object.entries(isObject(responses) ? responses : {})
      return fine
        .filter(([status]) => status < '300')
        .flatMap(([, told]) =>
          isObject(told) && isObject(told['content']) ? [told['content']] : [],
        )
        .flatMap((content) => Object.values(content))
        .flatMap((one) => numbersIn(isObject(one) ? one['schema'] : null, schemas))
        .map((at) => `${path} ${at}`)
    }),
  )
  assert.ok(found.length > 100)
  const isKnown = (at: string): boolean =>
    numbers.has(at) ||
    numbers.has(at.replace(/^.*[.\s]/, '')) ||
    [...numbers].some((one) => at.endsWith(`.${one}`))
  assert.deepEqual(
    [...new Set(found)].filter((at) => !isKnown(at)),
    [],
  )
})

let restore = (): void => undefined
before(() => {
  restore = seedProcess()
})
after(() => restore())

const step = (doing: Doing, who: Step['who'], text: string): Step => ({
  ...{ do: doing, who, text, isSecret: false, picks: [0, 0, 0] },
})

test('what is answered of a record is the same after others came', async () => {
  const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  await using world = await World.open('numbers', knowledge)
  const own = 'Heap overflow in parse_chunk of tinyframe'
  for (const one of [
    ...[step('report', 'fay', own), step('document', 'fay', own), step('work', 'vera', '')],
    ...[step('note', 'vera', own), step('title', 'vera', own)],
    ...[{ ...step('prove', 'vera', own), picks: [0, 1, 0] } as const, step('work', 'vera', '')],
  ]) {
    await doStep(world, one, 'organisations')
  }
  const { rows } = await world.owner.query<{ path: string }>(`
    select '/v1/cases/' || id as path from parley.vulnerability_case union all
    select '/v1/cases/' || id || '/export?as=markdown' from parley.vulnerability_case union all
    select '/v1/imports/' || id from parley.bulk_import union all
    select '/v1/imports/' || id || '/reports' from parley.bulk_import union all
    select '/v1/submissions/' || receipt from parley.report union all
    select '/v1/cases/' || id || '/proofs' from parley.vulnerability_case union all
    select '/v1/proofs/' || id from parley.proof union all
    select '/v1/proof-runs/' || id || '/attestation' from parley.proof_run union all
    select '/v1/attachments/' || id from parley.attachment`)
  const paths = [...rows.map(({ path }) => path), '/v1/session', '/v1/profile', '/v1/views']
  const asked = async (): Promise<readonly string[]> => {
    const said: string[] = []
    // What is taken out is marked at random, and kept by that: with the same marks each time.
    await world.owner.query('delete from parley.case_export')
    for (const path of paths) {
      begin(path)
      const answer = await world.ask('fay', { method: 'GET', path })
      const staff = await world.ask('bela', { method: 'GET', path })
      said.push(`${path}\n${new Transcript().said(answer)}\n${new Transcript().said(staff)}`)
    }
    return said
  }
  const before = await asked()
  for (let at = 0; at < 6; at++) {
    const other = `SQL injection in sort_orders of lantern ${at}`
    await doStep(world, step('report', 'max', other), 'organisations')
  }
  await doStep(world, step('work', 'vera', ''), 'organisations')
  assert.deepEqual(await asked(), before)
})
