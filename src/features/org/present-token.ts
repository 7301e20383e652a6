import type { z } from 'zod'
import type { listTokens } from './org.store.ts'
import type { TokenWire } from './org.wire.ts'
import { permissionOf, roleOf } from './role.ts'

type TokenRow = Awaited<ReturnType<typeof listTokens>>[number]

/** A token as it is listed: of the token itself nothing is kept. */
export const presentToken = (row: TokenRow): z.infer<typeof TokenWire> => ({
  id: row.id,
  name: row.name,
  organisation: { id: row.organisation_id, name: row.organisation },
  owner: row.owner,
  ownerId: row.owner_id,
  role: roleOf(row.role),
  scopes: row.scopes?.map(permissionOf) ?? null,
  workload: row.workload === null ? null : { name: row.workload, version: row.workload_version },
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  revokedAt: row.revoked_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})
