import type { Pool } from 'pg'
import type { Check } from '#platform/http/operation-routes.ts'

/** Whether the database answers. */
export const databaseCheck = (pool: Pool): Check => ({
  name: 'database',
  run: async () => {
    await pool.query('select 1')
    return { isReady: true }
  },
})
