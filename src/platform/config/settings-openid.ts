import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Secret } from './settings-secret.ts'
import type { Given } from './settings-variables.ts'

/** The OpenID provider that people may sign in through. */
export type OpenIdSettings =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'provider'
      /** `PARLEY_OIDC_ISSUER`: https, or http on this machine. */
      readonly issuer: URL
      /** `PARLEY_OIDC_CLIENT_ID`. */
      readonly clientId: string
      /** `PARLEY_OIDC_CLIENT_SECRET`, or the file of `PARLEY_OIDC_CLIENT_SECRET_FILE`. */
      readonly secret: Secret | { readonly file: string }
      /** `PARLEY_OIDC_LABEL`: what people call it. */
      readonly label: string
      /** `PARLEY_OIDC_ACR`: of these it has to tell one; any will do where there are none. */
      readonly acr: readonly string[]
      /** `PARLEY_OIDC_AMR`: of these it has to tell at least one; likewise. */
      readonly amr: readonly string[]
      /** Where it sends people back to; the provider has to know this very address. */
      readonly redirectUri: URL
    }

const wrongly = (at: string, why: string, hint: string): Refusal => ({
  ...{ code: 'bad-usage', at, why, hint },
})

const others = [
  ['PARLEY_OIDC_CLIENT_ID', 'openIdClientId'],
  ['PARLEY_OIDC_CLIENT_SECRET', 'openIdSecret'],
  ['PARLEY_OIDC_CLIENT_SECRET_FILE', 'openIdSecretFile'],
  ['PARLEY_OIDC_LABEL', 'openIdLabel'],
  ['PARLEY_OIDC_ACR', 'openIdAcr'],
  ['PARLEY_OIDC_AMR', 'openIdAmr'],
] as const

/** Whether what was given of a provider fits together. */
export function openIdOf(given: Given): Result<OpenIdSettings, readonly Refusal[]> {
  const { openIdIssuer: issuer, openIdClientId: clientId, publicUrl } = given
  const { openIdSecret, openIdSecretFile, openIdLabel, openIdAcr, openIdAmr } = given
  if (issuer === undefined) {
    const lost = others.filter(([, key]) => given[key] !== undefined)
    const hint = 'set it to the issuer, or take all PARLEY_OIDC_ variables away'
    if (lost.length === 0) return yes({ kind: 'off' })
    return no([wrongly('PARLEY_OIDC_ISSUER', 'is needed for the other PARLEY_OIDC_ ones', hint)])
  }
  const because = 'is needed for PARLEY_OIDC_ISSUER'
  const wrong: Refusal[] = []
  if (publicUrl === undefined) {
    const hint = 'set it: the provider sends people back to this address'
    wrong.push(wrongly('PARLEY_PUBLIC_URL', because, hint))
  }
  if (clientId === undefined) {
    const hint = 'set it to what the provider calls this instance'
    wrong.push(wrongly('PARLEY_OIDC_CLIENT_ID', because, hint))
  }
  const file = openIdSecretFile === undefined ? undefined : { file: openIdSecretFile }
  if (openIdSecret && file) {
    const hint = 'take one of the two away'
    wrong.push(wrongly('PARLEY_OIDC_CLIENT_SECRET_FILE', 'is given beside the secret', hint))
  }
  const secret = openIdSecret ?? file
  if (secret === undefined) {
    const hint = 'set it, or name its file in PARLEY_OIDC_CLIENT_SECRET_FILE'
    wrong.push(wrongly('PARLEY_OIDC_CLIENT_SECRET', because, hint))
  }
  if (wrong.length > 0 || !publicUrl || !clientId || !secret) return no(wrong)
  return yes({
    ...{ kind: 'provider', issuer, clientId, secret },
    label: openIdLabel ?? issuer.host,
    acr: openIdAcr ?? [],
    amr: openIdAmr ?? [],
    redirectUri: new URL('/sign-in/provider', publicUrl),
  })
}
