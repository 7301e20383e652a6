import type { Pool } from 'pg'
import { z } from 'zod'
import type { Budget } from '../terms.ts'
import { Batches } from './batches.ts'
import type { AccessLog, BudgetBook, Draw, Drawn, LoggedEntry } from './books.ts'

const exhaustible = [
  'requests',
  'tokens',
  'microUsd',
  'atOnce',
] as const satisfies readonly (keyof Budget)[]

const DrawnRow: z.ZodType<Drawn> = z.discriminatedUnion('is', [
  z.object({ is: z.literal('reserved'), reservation: z.string() }),
  z.object({ is: z.literal('exhausted'), account: z.string(), what: z.enum(exhaustible) }),
  z.object({ is: z.literal('in-flight') }),
  z.object({ is: z.literal('another-request') }),
  z.object({ is: z.literal('changed') }),
])
const DrawnRows = z.array(DrawnRow)

type Settled = {
  readonly gate: string
  readonly reservation: string
  readonly tokens: number
  readonly microUsd: number
  readonly isAnswered: boolean
}

/** Something that a gateway has to have written down. */
type Written =
  | { readonly is: 'draw'; readonly draw: Draw }
  | { readonly is: 'settle'; readonly settled: Settled }
  | { readonly is: 'log'; readonly entries: readonly LoggedEntry[] }

const atOnceMax = 200

/** PostgreSQL's codes for what it was given, not for how it is: nothing of it was done. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^2[123]|^P0001|^42/.test(String(error.code))

const hereText = `select parley.gateway_write($1::jsonb, $2::jsonb, $3::jsonb) as told`

/**
 * Budgets and access log in the database, of all gateways together. What one gateway has to write
 * at a moment goes in one transaction, because the books of one gate have one writer at a
 * time and each transaction waits for the disk.
 */
export class WrittenBooks {
  readonly #pool: Pool
  readonly #batches: Batches<Written, Drawn | null>

  constructor(pool: Pool) {
    this.#pool = pool
    this.#batches = new Batches((all) => this.#write(all), isRefused, atOnceMax)
  }

  readonly budgets: BudgetBook = {
    reserve: async (draw) => {
      const drawn = await this.#batches.add({ is: 'draw', draw })
      if (drawn === null) throw new TypeError('a draw is answered')
      if (drawn.is !== 'reserved') return drawn
      return { ...drawn, reservation: `${drawn.reservation} ${draw.gate}` }
    },
    settle: async (reservation, spent) => {
      const [number = '', gate = ''] = reservation.split(' ')
      const settled = { ...spent, gate, reservation: number }
      await this.#batches.add({ is: 'settle', settled })
    },
  }

  readonly log: AccessLog = {
    append: async (entries) => {
      await this.#batches.add({ is: 'log', entries })
    },
  }

  /** Done once nothing waits to be written. */
  idle(): Promise<void> {
    return this.#batches.idle()
  }

  async #write(all: readonly Written[]): Promise<readonly (Drawn | null)[]> {
    const draws = all.flatMap((one) => (one.is === 'draw' ? [one.draw] : []))
    const settled = all.flatMap((one) => (one.is === 'settle' ? [one.settled] : []))
    const entries = all.flatMap((one) => (one.is === 'log' ? one.entries : []))
    const values = [draws, settled, entries].map((list) => JSON.stringify(list))
    const { rows } = await this.#pool.query<{ told: unknown }>({
      ...{ name: 'parley-gateway-write', text: hereText, values },
    })
    const told = DrawnRows.parse(rows[0]?.told)
    let at = 0
    return all.map((one) => (one.is === 'draw' ? (told[at++] ?? null) : null))
  }
}
