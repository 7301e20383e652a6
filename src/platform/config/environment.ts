import { homedir } from 'node:os'
import { join } from 'node:path'

/** Everything that Parley takes from the environment of its process; nothing else reads it. */
export type Environment = {
  /** `COLUMNS`: the width of lines where the output is no terminal. */
  readonly columns?: number
  /** `NO_COLOR`, or `TERM=dumb`. */
  readonly isColourRefused: boolean
  /** `FORCE_COLOR`, other than `0`. */
  readonly isColourForced: boolean
  /** `PARLEY_CACHE`, else the user's cache folder: what can be fetched again. */
  readonly cacheFolder: string
  /** `PARLEY_SECOND_OPINION_KEY`: the key of the model that is asked; never shown or logged. */
  readonly secondOpinionKey?: string
  /** `PARLEY_URL`: the service that `parley push` sends to. */
  readonly serviceUrl?: string
  /** `PARLEY_TOKEN`: the API token that it sends with; never shown or logged. */
  readonly serviceToken?: string
  /** `PARLEY_KUBERNETES_NAMESPACE`: where the sandbox tier `cluster` makes its Jobs. */
  readonly kubernetesNamespace?: string
  /** `PARLEY_KUBERNETES_RUNTIME_CLASS`: what runs their pods. */
  readonly kubernetesRuntimeClass?: string
}

type Variables = { readonly [name: string]: string | undefined }

export function environmentOf(variables: Variables = process.env): Environment {
  const { COLUMNS, NO_COLOR, FORCE_COLOR, TERM, PARLEY_CACHE } = variables
  const { XDG_CACHE_HOME, LOCALAPPDATA, PARLEY_SECOND_OPINION_KEY } = variables
  const { PARLEY_URL, PARLEY_TOKEN } = variables
  const { PARLEY_KUBERNETES_NAMESPACE, PARLEY_KUBERNETES_RUNTIME_CLASS } = variables
  const columns = Number(COLUMNS)
  const base = XDG_CACHE_HOME || LOCALAPPDATA || join(homedir(), '.cache')
  return {
    ...(Number.isInteger(columns) && columns > 0 ? { columns } : {}),
    isColourRefused: Boolean(NO_COLOR) || TERM === 'dumb',
    isColourForced: Boolean(FORCE_COLOR) && FORCE_COLOR !== '0',
    cacheFolder: PARLEY_CACHE || join(base, 'parley'),
    ...(PARLEY_URL ? { serviceUrl: PARLEY_URL } : {}),
    ...(PARLEY_TOKEN ? { serviceToken: PARLEY_TOKEN } : {}),
    ...(PARLEY_KUBERNETES_NAMESPACE ? { kubernetesNamespace: PARLEY_KUBERNETES_NAMESPACE } : {}),
    ...(PARLEY_KUBERNETES_RUNTIME_CLASS
      ? { kubernetesRuntimeClass: PARLEY_KUBERNETES_RUNTIME_CLASS }
      : {}),
    ...(PARLEY_SECOND_OPINION_KEY ? { secondOpinionKey: PARLEY_SECOND_OPINION_KEY } : {}),
  }
}
