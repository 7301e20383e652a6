import { sql } from 'kysely'
import type { Side } from '#features/engagement/engagement.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { actorIn, type Tx } from '#platform/db/as-actor.ts'
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

/** Everything that was said of a run, in its order. */
export async function wordsOf(
  tx: Tx,
  keys: PurposeKeys,
  run: HeldRun,
): Promise<readonly RunWord[]> {
  const { rows } = await sql<Row>`
    select number, at, side, person_id as person, task, epoch, body from parley.run_word
    where run_no = ${run.no} order by number`.execute(tx)
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
export async function holdWords(tx: Tx, { no }: Pick<RunRow, 'no'>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${wordLock}::int, ${no}::int)`.execute(tx)
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
