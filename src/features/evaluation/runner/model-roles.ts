import { z } from 'zod'
import type { Price } from '#features/engagement/gateway/usage.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Api, apis } from './endpoint.ts'
import { readYaml } from './yaml-document.ts'

const usd = z.number().min(0).max(1e6)

const RoleShape = z.strictObject({
  /** `scripted:FILE`, or the name of a model behind an address. */
  model: z.string().min(1).max(300),
  api: z.enum(apis).default('openai'),
  'base-url': z.string().max(2_000).optional(),
  /** A file with the key, so that it stands in no command line. */
  'key-file': z.string().max(4_096).optional(),
  'usd-per-million': z.strictObject({ input: usd, output: usd }).prefault({ input: 0, output: 0 }),
})

const RolesShape = z.strictObject({
  parley: z.literal('model-roles/1'),
  roles: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), RoleShape),
})

/** Where a model is, before anything of it was opened. */
export type RoleSettings = {
  /** The file of a script; null for a model behind an address. */
  readonly script: string | null
  readonly model: string
  readonly api: Api
  readonly base: string | null
  readonly keyFile: string | null
  readonly price: Price
}

const scripted = 'scripted:'

export function roleOf(wire: z.input<typeof RoleShape>): Result<RoleSettings, string> {
  const read = RoleShape.safeParse(wire)
  if (!read.success) {
    return no(
      read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; '),
    )
  }
  const { model, api, 'usd-per-million': price } = read.data
  const base = read.data['base-url'] ?? null
  const isScript = model.startsWith(scripted)
  if (!isScript && base === null) return no(`the model "${model}" has no base address`)
  if (isScript && base !== null) return no('a script has no address')
  return yes({
    ...{ script: isScript ? model.slice(scripted.length) : null, model, api, base },
    keyFile: read.data['key-file'] ?? null,
    price: {
      inputMicroUsd: Math.round(price.input * 1e6),
      outputMicroUsd: Math.round(price.output * 1e6),
    },
  })
}

/** Reads a file that names models by their roles: `agent`, `reviewer`, … */
export function decodeRoles(text: string): Result<ReadonlyMap<string, RoleSettings>, string> {
  const read = readYaml(text, RolesShape)
  if (!read.ok) return read
  const roles = new Map<string, RoleSettings>()
  for (const [name, wire] of Object.entries(read.value.roles)) {
    const role = roleOf(wire)
    if (!role.ok) return no(`${name}: ${role.refusal}`)
    roles.set(name, role.value)
  }
  return yes(roles)
}
