import { sql } from 'kysely'
import type { Side } from '#features/engagement/engagement.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { type RunRow, runKeys } from './run.store.ts'
import { type RunWord, type Word, WordShape } from './run-word.ts'
import type { SampleKey } from './sample-key.ts'

/** A run that still holds what it was made of. */
export type HeldRun = Pick<RunRow, 'no' | 'id' | 'engagement'> & { readonly salt: Buffer }

type Row = {
  readonly number: number
  readonly at: Date
  readonly side: Side
  readonly person: string
  readonly task: string | null
  readonly epoch: number | null
  readonly body: Buffer
}

const placeOf = (id: string, number: number): string => `${id} word ${number}`

/** So much each side says of one run at most: what one says takes nothing of the other's up. */
const wordsMax = 5_000

/** Everything that was said of a run, in its order. */
export async function wordsOf(
  tx: Tx,
  keys: PurposeKeys,
  run: HeldRun,
): Promise<readonly RunWord[]> {
  const { rows } = await sql<Row>`
    select number, at, side, person_id as person, task, epoch, body from parley.run_word
    where run_no = ${run.no} order by number limit ${2 * wordsMax}`.execute(tx)
  return rows.map(({ number, at, side, person, task, epoch, body }) => {
    const text = unseal(runKeys(keys, run), body, placeOf(run.id, number))
    if (!text.ok) throw new TypeError(`a word of ${run.id} ${text.refusal.why}`)
    const word = WordShape.parse(JSON.parse(text.value.toString('utf8')))
    const sample = task === null || epoch === null ? null : { task, epoch }
    return { at, side, person, sample, word }
  })
}

/** Parley's own number of the lock by which words of one run are said one after the other. */
const wordLock = 728_965

/** Until the transaction ends nobody else says anything of this run. */
export async function holdWords(tx: Tx, { no: runNo }: Pick<RunRow, 'no'>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${wordLock}::int, ${runNo}::int)`.execute(tx)
}

/** Holds the words of a run for a side to say one more; refused where it said enough. */
export async function holdForWord(
  tx: Tx,
  { run, side }: { readonly run: Pick<RunRow, 'no'>; readonly side: Side },
): Promise<Result<null, Problem>> {
  await holdWords(tx, run)
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from parley.run_word
    where run_no = ${run.no} and side = ${side}`.execute(tx)
  if ((rows[0]?.count ?? 0) < wordsMax) return yes(null)
  const why = `Your side said ${wordsMax} things of this run, which is all that is kept of one.`
  return no(problem('not-in-this-state', why))
}

export type Saying = {
  readonly side: Side
  readonly sample: SampleKey | null
  readonly word: Word
  readonly now: Date
}

/** Says something of a run whose words are held. */
export async function addWord(
  tx: Tx,
  keys: PurposeKeys,
  { run, saying }: { readonly run: HeldRun; readonly saying: Saying },
): Promise<void> {
  const { side, sample, word, now } = saying
  const { person, organisation } = actorIn(tx)
  const { rows } = await sql<{ number: number }>`
    select coalesce(max(number), 0) + 1 as number from parley.run_word
    where run_no = ${run.no}`.execute(tx)
  const number = rows[0]?.number ?? 1
  const body = seal(runKeys(keys, run), JSON.stringify(word), placeOf(run.id, number))
  await sql`
    insert into parley.run_word (run_no, engagement_id, number, at, side, person_id,
      organisation_id, kind, task, epoch, body)
    values (${run.no}, ${run.engagement}, ${number}, ${now}, ${side}, ${person}, ${organisation},
      ${word.kind}, ${sample?.task ?? null}, ${sample?.epoch ?? null}, ${body})`.execute(tx)
}
