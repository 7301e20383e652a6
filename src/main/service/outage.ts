import type { Refusal } from '#kernel/refusal.ts'
import { type Problem, problem } from '#platform/http/problem.ts'

/** What PostgreSQL, its driver and the system say when they are away, full or overloaded. */
const away = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'],
  ...['57P01', '57P02', '57P03', '08000', '08003', '08006', '53300', '57014', '40001', '40P01'],
])
const full = new Set(['53100', 'ENOSPC', 'EDQUOT'])
const awayMessage = /Connection terminated|timeout exceeded when trying to connect|not queryable/

const retryAfterSeconds = '2'

type Outage = { readonly kind: 'full' | 'away'; readonly code: string; readonly says: string }

/** Also of an error that another one was thrown for. */
function outageIn(error: unknown): Outage | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : ''
    const says = cause.message || code
    if (full.has(code)) return { kind: 'full', code, says }
    if (away.has(code) || awayMessage.test(cause.message)) return { kind: 'away', code, says }
  }
  return null
}

/** What an error is answered with that is no defect: the disk is full, or the database away. */
export function outageOf(error: unknown): Problem | null {
  const outage = outageIn(error)
  if (outage === null) return null
  if (outage.kind === 'full') {
    return problem('no-space', 'The disk of this service is full; nothing of this was stored.')
  }
  return problem('saturated', 'The database is away for a moment; nothing was stored.', {
    headers: { 'retry-after': retryAfterSeconds },
  })
}

/** Classes of PostgreSQL's codes that say how a server is set up: who may connect, and do what. */
const ofSetUp = /^(28|3D|42501)/

/** The same for a command, which ends with it; null for a defect. */
export function refusalOfOutage(error: unknown): Refusal | null {
  const outage = outageIn(error)
  if (outage?.kind === 'full') {
    const hint = 'make room and start again; what was committed is kept'
    return { code: 'disk-full', why: 'no space is left on the disk', hint }
  }
  if (outage) return { code: 'no-database', why: `the database is away: ${outage.says}` }
  if (!(error instanceof Error) || !('code' in error)) return null
  if (!ofSetUp.test(String(error.code))) return null
  const hint = 'see the rights of its roles, and pg_hba.conf of its server'
  return { code: 'no-database', why: `the database refuses: ${error.message}`, hint }
}
