import type { Api } from '#features/evaluation/runner/endpoint.ts'
import { EndpointModel } from '#features/evaluation/runner/endpoint.ts'
import type { Model } from '#features/evaluation/runner/model.ts'
import { decodeRoles, type RoleSettings, roleOf } from '#features/evaluation/runner/model-roles.ts'
import { ScriptedModel } from '#features/evaluation/runner/script.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { readNamed } from './pack-files.ts'

export type ModelOptions = {
  readonly model?: string
  readonly api?: Api
  readonly baseUrl?: string
  readonly keyFile?: string
  readonly priceInput?: string
  readonly priceOutput?: string
  readonly roles?: string
}

export type OpenedModel = { readonly model: Model; readonly price: RoleSettings['price'] }

/** The model of a role: as the options name it, or a file of roles. */
export async function openRole(
  role: string,
  options: ModelOptions,
  label: string | null,
): Promise<Result<OpenedModel>> {
  const settings = await settingsOf(role, options)
  return settings.ok ? openModel(settings.value, label) : settings
}

async function settingsOf(role: string, options: ModelOptions): Promise<Result<RoleSettings>> {
  const { model, roles } = options
  const bad = (why: string, hint?: string): Result<never> =>
    no({ code: 'bad-usage', why, ...(hint === undefined ? {} : { hint }) })
  if (model === undefined) {
    const hint = 'give --model scripted:FILE, --model NAME --base-url URL, or --roles FILE'
    if (roles === undefined) return bad('no model is named', hint)
    const read = await readNamed(roles, decodeRoles)
    if (!read.ok) return read
    const found = read.value.get(role)
    return found === undefined ? bad(`${roles} names no role "${role}"`) : yes(found)
  }
  const { api, baseUrl, keyFile, priceInput = '0', priceOutput = '0' } = options
  const settings = roleOf({
    model,
    ...(api !== undefined && { api }),
    ...(baseUrl !== undefined && { 'base-url': baseUrl }),
    ...(keyFile !== undefined && { 'key-file': keyFile }),
    'usd-per-million': { input: Number(priceInput), output: Number(priceOutput) },
  })
  return settings.ok ? settings : bad(settings.refusal)
}

async function openModel(
  { script, keyFile, base, model, api, price }: RoleSettings,
  label: string | null,
): Promise<Result<OpenedModel>> {
  if (script !== null) {
    const read = await readNamed(script, (text) => ScriptedModel.of(text))
    return read.ok ? yes({ model: read.value, price }) : read
  }
  const key = keyFile === null ? null : await readNamed(keyFile, keyIn)
  if (key?.ok === false) return key
  const opened = EndpointModel.of({ api, model, base: base ?? '', key: key?.value ?? null, label })
  if (!opened.ok) return no({ code: 'bad-usage', why: opened.refusal, at: '--base-url' })
  return yes({ model: opened.value, price })
}

/** A key or token, as a file holds it. */
export function keyIn(text: string): Result<string, string> {
  const key = text.trim()
  return /^[\x21-\x7e]{1,8192}$/.test(key) ? yes(key) : no('holds no key: one line without blanks')
}
