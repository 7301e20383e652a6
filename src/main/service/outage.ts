import { type Problem, problem } from '#platform/http/problem.ts'

/** What PostgreSQL, its driver and the system say when they are away, full or overloaded. */
const away = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'],
  ...['57P01', '57P02', '57P03', '08000', '08003', '08006', '53300', '57014', '40001', '40P01'],
])
const full = new Set(['53100', 'ENOSPC', 'EDQUOT'])
const awayMessage = /Connection terminated|timeout exceeded when trying to connect|not queryable/

const retryAfterSeconds = '2'

/**
 * What an error is answered with that is no defect of ours: the disk is full, the database away.
 */
export function outageOf(error: unknown): Problem | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : ''
    if (full.has(code)) {
      return problem('no-space', 'The disk of this service is full; nothing of this was stored.')
    }
    if (away.has(code) || awayMessage.test(cause.message)) {
      return problem('saturated', 'The database is away for a moment; nothing was stored.', {
        headers: { 'retry-after': retryAfterSeconds },
      })
    }
  }
  return null
}
