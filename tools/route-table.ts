import { Pool } from 'pg'
import { Authenticator } from '../src/features/org/authenticate.ts'
import type { Principal } from '../src/features/org/org.ts'
import { systemClock } from '../src/kernel/clock.ts'
import { Listening } from '../src/main/service/live.ts'
import { routesOf } from '../src/main/service/routes.ts'
import type { Blobs } from '../src/platform/blobs/blobs.ts'
import { settingsOf } from '../src/platform/config/settings.ts'
import { randomKey } from '../src/platform/crypto/keys.ts'
import { Metrics } from '../src/platform/http/metrics.ts'
import { type OpenApiDocument, openApi } from '../src/platform/http/open-api.ts'
import type { Route } from '../src/platform/http/route.ts'
import { silentLog } from '../src/platform/log/log.ts'

const nowhere = (): never => {
  throw new Error('a table of routes that is only described serves nothing')
}

const blobs: Blobs = { put: nowhere, open: nowhere, has: nowhere, delete: nowhere, list: nowhere }

/** Some routes are there only where they are configured; the table has them all. */
const everyRoute = {
  PARLEY_PUBLIC_URL: 'https://parley.example.org',
  PARLEY_OIDC_ISSUER: 'https://login.example.org',
  PARLEY_OIDC_CLIENT_ID: 'parley',
  PARLEY_OIDC_CLIENT_SECRET: 'none',
}

/** The whole API as the server is made of it, to be looked at: nothing behind it answers. */
export async function apiRoutes(): Promise<readonly Route<Principal>[]> {
  const settings = settingsOf(everyRoute)
  if (!settings.ok) throw new Error('the settings of the described routes do not fit')
  const pool = new Pool()
  const log = silentLog
  const { routes } = await routesOf({
    instance: {
      ...{ settings: settings.value, clock: systemClock, log, pool, appUrl: '', queueUrl: '' },
      ...{ keys: { is: 'root', all: [randomKey()] }, blobs, mailer: null, close: nowhere },
      server: { about: '', databaseName: '', asOwner: nowhere, urlOf: nowhere, close: nowhere },
    },
    metrics: new Metrics(),
    listening: new Listening('', log),
    authenticator: new Authenticator(pool, systemClock),
    version: '',
    port: () => 0,
  })
  await pool.end()
  return routes
}

/** The OpenAPI document of the whole API. */
export const apiDocument = async (): Promise<OpenApiDocument> =>
  openApi(await apiRoutes(), {
    title: 'Parley',
    version: '1',
    description: 'The clearinghouse as a service. Problems are RFC 9457 documents.',
  })
