import { z } from 'zod'
import { yes } from '#kernel/result.ts'
import { type Access, open } from './access.ts'
import { jsonAnswer } from './answer.ts'
import type { Metrics } from './metrics.ts'
import { rawRoute } from './raw-route.ts'
import { type Route, route } from './route.ts'

/** Whether something that requests need is there; why not, in a sentence without secrets. */
export type Check = {
  readonly name: string
  readonly run: (
    signal: AbortSignal,
  ) => Promise<{ readonly isReady: boolean; readonly why?: string }>
}

const checkMs = 2_000

const Health = z.strictObject({ status: z.literal('alive') }).meta({ id: 'Health' })

const Readiness = z
  .strictObject({
    isReady: z.boolean(),
    checks: z.array(
      z.strictObject({ name: z.string(), isReady: z.boolean(), why: z.string().optional() }),
    ),
  })
  .meta({ id: 'Readiness' })

export type Operation<P> = {
  readonly metrics: Metrics
  readonly checks: readonly Check[]
  /** Who may read the figures; they tell how much there is, never what. */
  readonly metricsAccess: Access<P, unknown>
}

/** What those who run the server ask of it: whether it lives, whether it is ready, its figures. */
export const operationRoutes = <P>({
  metrics,
  checks,
  metricsAccess,
}: Operation<P>): readonly Route<P>[] => [
  route({
    method: 'GET',
    path: '/healthz',
    name: 'health',
    tag: 'operation',
    summary: 'Whether the process lives',
    access: open,
    isEssential: true,
    output: Health,
    problems: [],
    run: async () => yes({ status: 'alive' as const }),
  }),
  rawRoute({
    method: 'GET',
    path: '/readyz',
    name: 'readiness',
    tag: 'operation',
    summary: 'Whether requests can be answered, and if not why',
    access: open,
    isEssential: true,
    problems: [],
    takes: [],
    answers: [200, 503].map((status) => ({
      status,
      description: status === 200 ? 'Ready.' : 'Not ready.',
      mediaType: 'application/json',
      shape: Readiness,
    })),
    before: async () => yes(null),
    run: async ({ signal }) => {
      const found = await Promise.all(checks.map((check) => checked(check, signal)))
      const isReady = found.every((one) => one.isReady)
      return jsonAnswer(isReady ? 200 : 503, { isReady, checks: found })
    },
  }),
  rawRoute({
    method: 'GET',
    path: '/metrics',
    name: 'metrics',
    tag: 'operation',
    summary: 'Figures for Prometheus',
    access: metricsAccess,
    isEssential: true,
    problems: [],
    takes: [],
    answers: [{ status: 200, description: 'Text format 0.0.4.', mediaType: 'text/plain' }],
    before: async () => yes(null),
    run: async () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: metrics.text(),
    }),
  }),
]

/** A check that does not answer in time is not ready; one that throws neither. */
async function checked({ name, run }: Check, signal: AbortSignal) {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(checkMs)])
  const late = new Promise<{ isReady: false; why: string }>((resolve) => {
    bounded.addEventListener('abort', () => resolve({ isReady: false, why: 'no answer in time' }))
  })
  const failed = (): { isReady: false; why: string } => ({ isReady: false, why: 'cannot be asked' })
  const { isReady, why } = await Promise.race([run(bounded).catch(failed), late])
  return { name, isReady, ...(why === undefined ? {} : { why }) }
}
