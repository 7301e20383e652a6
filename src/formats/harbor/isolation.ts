import { readYamlTree } from '#formats/proof/yaml-tree.ts'
import type { HarborRemark, HarborSaid } from './decode.ts'

/** What a Harbor task's folder holds beside its document, as far as it decides what can be run. */
export type HarborFolder = {
  readonly paths: ReadonlySet<string>
  /** The text of `environment/docker-compose.yaml`; null where there is none. */
  readonly compose: string | null
}

/** What the task asks for and is not had here; such a task is refused, not run in another way. */
export function refusalsOf(
  { agent, verifier, environment, steps }: HarborSaid,
  folder: HarborFolder,
): readonly HarborRemark[] {
  const found: HarborRemark[] = []
  const refuse = (key: string, why: string): void => void found.push({ key, why })
  const { network_mode: network, allow_internet: internet } = environment
  if (network !== undefined && network !== 'no-network') {
    refuse('environment.network_mode', `asks for ${network}: no sandbox here has a network`)
  } else if (network === undefined && internet === true) {
    refuse('environment.allow_internet', 'asks for the Internet: no sandbox here has a network')
  }
  if ((environment.gpus ?? 0) > 0) refuse('environment.gpus', 'no sandbox here has one')
  if ((environment.gpu_types ?? []).length > 0) refuse('environment.gpu_types', 'there are none')
  if (environment.os !== undefined && environment.os !== 'linux') {
    refuse('environment.os', `asks for ${environment.os}: sandboxes here run Linux`)
  }
  if ((environment.mcp_servers ?? []).length > 0) {
    refuse('environment.mcp_servers', 'asks for servers beside the sandbox')
  }
  if (environment.healthcheck !== undefined) {
    refuse('environment.healthcheck', 'asks for a service that runs all the time')
  }
  if (Object.keys(environment.env ?? {}).length > 0) {
    refuse('environment.env', 'sets variables for the agent, which a task here cannot')
  }
  if (verifier.environment !== undefined) {
    refuse('verifier.environment', 'asks for another file system than the agent has')
  }
  if (folder.paths.has('tests/Dockerfile')) {
    refuse('tests/Dockerfile', 'asks for another file system than the agent has')
  }
  if (verifier.collect.length > 0) refuse('verifier.collect', 'asks for commands in services')
  if (steps.length > 0) refuse('steps', 'has several steps: a task here has one instruction')
  for (const [key, user] of [
    ['agent.user', agent.user],
    ['verifier.user', verifier.user],
  ] as const) {
    if (user === 'root' || user === 0 || user === '0') {
      refuse(key, 'asks for root: programs in a sandbox are an unprivileged user')
    }
  }
  return [...found, ...(folder.compose === null ? [] : composeRefusals(folder.compose))]
}

/** What one service may say without asking for more than a sandbox gives. */
const harmless: ReadonlySet<string> = new Set(['build', 'image', 'command', 'working_dir'])
const composeKey = 'environment/docker-compose.yaml'

function composeRefusals(text: string): readonly HarborRemark[] {
  const services = servicesIn(text)
  if (services === null) return [{ key: composeKey, why: 'cannot be read, and is not guessed at' }]
  const others = Object.keys(services).filter((name) => name !== 'main')
  if (others.length > 0 || services['main'] === undefined) {
    const names = Object.keys(services).join(', ') || 'none'
    return [{ key: `${composeKey} services`, why: `has other services than main: ${names}` }]
  }
  const main = services['main']
  const keys = typeof main === 'object' && main !== null ? Object.keys(main) : []
  return keys
    .filter((key) => !harmless.has(key))
    .map((key) => ({ key: `${composeKey} services.main.${key}`, why: 'is not had here' }))
}

/** Read as every YAML here: no aliases, tags or keys that stand twice. */
function servicesIn(text: string): Readonly<Record<string, unknown>> | null {
  const { value, problems } = readYamlTree(text)
  const services = isMembers(value) && problems.length === 0 ? value['services'] : null
  return isMembers(services) ? services : null
}

const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
