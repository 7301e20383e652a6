import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { countOutcomes, type OutcomeCounts } from '../outcome.ts'
import type { Sample } from '../sample.ts'

/** How far a run is. */
export type RunStatus = {
  readonly state: 'running' | 'complete' | 'stopped' | 'halted' | 'ended'
  readonly why: string | null
  readonly at: string
  readonly planned: number
  readonly finished: number
  readonly inFlight: number
  readonly outcomes: OutcomeCounts
  readonly tokens: number
  readonly microUsd: number
  readonly answers: number
  readonly retries: number
  /** How many requests the model is asked at once at most, for now. */
  readonly requestsAtOnce: number
}

/** Counts what happens in a run. */
export class RunCounts {
  inFlight = 0
  tokens = 0
  microUsd = 0
  answers = 0
  retries = 0
  readonly #planned: number
  readonly #outcomes: Record<Outcome, number> = { ...countOutcomes([]) }
  #finished = 0

  constructor(planned: number) {
    this.#planned = planned
  }

  take({ outcome }: Pick<Sample, 'outcome'>): void {
    this.#outcomes[outcome]++
    this.#finished++
  }

  status(now: Pick<RunStatus, 'state' | 'why' | 'at' | 'requestsAtOnce'>): RunStatus {
    const { inFlight, tokens, microUsd, answers, retries } = this
    return {
      ...now,
      ...{ planned: this.#planned, finished: this.#finished, inFlight },
      ...{ outcomes: { ...this.#outcomes }, tokens, microUsd, answers, retries },
    }
  }
}

/** One line for a person. */
export function statusText(status: RunStatus): string {
  const { planned, finished, inFlight, outcomes, tokens, requestsAtOnce, retries } = status
  const ways = Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${outcome} ${count}`)
  const parts = [
    `${finished} of ${planned} attempts finished, ${inFlight} in flight`,
    ...(ways.length > 0 ? [ways.join(', ')] : []),
    `${tokens} tokens, up to ${requestsAtOnce} requests at once`,
    ...(retries > 0 ? [`${retries} retries`] : []),
  ]
  return parts.join('; ')
}

/** Writes `status.json`, whole or not at all. */
export async function writeStatus(folder: string, status: RunStatus): Promise<void> {
  const draft = join(folder, 'status.json.part')
  await writeFile(draft, `${JSON.stringify(status, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, join(folder, 'status.json'))
}
