import { isObject } from '#formats/json/reader.ts'
import type { Service, Task } from '#formats/pack/pack.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { quoted } from '#platform/sandbox/inner-script.ts'
import type { Given } from '#platform/sandbox/sandbox.ts'
import type { Call, ToolSpec } from './model.ts'
import { kindsOfTool, type Scaffold, type ToolKind } from './scaffold.ts'

/** What a call comes to in the sandbox. */
export type ToolRun = {
  readonly command: readonly string[]
  readonly given: readonly Given[]
  readonly stdin: Uint8Array | null
}

/** What a call asks for; or what the model is told that is wrong with it. */
export type Asked = { readonly is: 'submit' } | ({ readonly is: 'run' } & ToolRun)

type Definition = {
  readonly properties: Readonly<Record<string, string>>
  readonly optional?: readonly string[]
  readonly run: (words: Readonly<Record<string, string>>) => ToolRun
}

const plain = (...command: readonly string[]): ToolRun => ({ command, given: [], stdin: null })

/** Bash where the task's root has it. */
const shellScript = 'exec "$(command -v bash || echo sh)" /parley/in/command'
const listScript =
  'find "$1" -mindepth 1 -printf "%y %s %P\\n" 2>/dev/null | sort -k3 || ls -laR "$1"'
const writeScript = 'mkdir -p -- "$(dirname -- "$1")" && cat >"$1" && wc -c <"$1"'

const definitions = {
  shell: {
    properties: { command: 'The command, for bash.' },
    run: ({ command = '' }) => ({
      ...plain('sh', '-c', shellScript),
      given: [{ name: 'command', bytes: Buffer.from(`${command}\n`) }],
    }),
  },
  python: {
    properties: { code: 'The program, for Python 3.' },
    run: ({ code = '' }) => ({ ...plain('python3', '-'), stdin: Buffer.from(code) }),
  },
  read: {
    properties: { path: 'From the working folder.' },
    run: ({ path = '' }) => plain('sh', '-c', 'cat -- "$1"', 'sh', inWork(path)),
  },
  write: {
    properties: { path: 'From the working folder.', content: 'The whole content.' },
    run: ({ path = '', content = '' }) => ({
      ...plain('sh', '-c', writeScript, 'sh', inWork(path)),
      stdin: Buffer.from(content),
    }),
  },
  list: {
    properties: { path: 'A folder, from the working folder.' },
    optional: ['path'],
    run: ({ path = '.' }) => plain('sh', '-c', listScript, 'sh', inWork(path)),
  },
} as const satisfies Record<Exclude<ToolKind, 'submit'>, Definition>

/** A path that no program takes for an option; where it leads is the sandbox's to bound. */
const inWork = (path: string): string => (path.startsWith('/') ? path : `./${path}`)

/** The tools of a task, as its scaffold calls them, with that which ends it. */
export function toolsFor(task: Task, scaffold: Scaffold): readonly ToolSpec[] {
  return [...kindsFor(task), 'submit' as const].map((kind) => ({
    ...scaffold.tools[kind],
    parameters: parametersOf(kind),
  }))
}

const kindsFor = ({ tools }: Task): readonly Exclude<ToolKind, 'submit'>[] =>
  tools.flatMap((tool) => [...kindsOfTool[tool]])

function parametersOf(kind: ToolKind): ToolSpec['parameters'] {
  if (kind === 'submit') return { type: 'object', properties: {}, additionalProperties: false }
  const { properties, optional = [] }: Definition = definitions[kind]
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, description]) => [
        name,
        { type: 'string', description },
      ]),
    ),
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
    additionalProperties: false,
  }
}

/** Reads a call; a refusal is words for the model, which may call again. */
export function parseCall(call: Call, task: Task, scaffold: Scaffold): Result<Asked, string> {
  const kinds = [...kindsFor(task), 'submit' as const]
  const kind = kinds.find((one) => scaffold.tools[one].name === call.tool)
  if (kind === undefined) {
    const names = kinds.map((one) => scaffold.tools[one].name).join(', ')
    return no(`There is no tool ${JSON.stringify(call.tool.slice(0, 100))}. There are: ${names}.`)
  }
  if (kind === 'submit') return yes({ is: 'submit' })
  const { properties, optional = [], run }: Definition = definitions[kind]
  const said = argumentsOf(call.input)
  if (!said.ok) return said
  const words: Record<string, string> = {}
  for (const name of Object.keys(properties)) {
    const value = Object.hasOwn(said.value, name) ? said.value[name] : undefined
    if (value === undefined && optional.includes(name)) continue
    if (typeof value !== 'string') return no(`"${name}" has to be there, and to be a text.`)
    if (value.includes('\0') && name === 'path') return no('A path holds no zero byte.')
    words[name] = value
  }
  const other = Object.keys(said.value).find((name) => !Object.hasOwn(properties, name))
  if (other !== undefined) return no(`There is no argument ${JSON.stringify(other.slice(0, 100))}.`)
  return yes({ is: 'run', ...run(words) })
}

function argumentsOf(input: string): Result<Readonly<Record<string, unknown>>, string> {
  try {
    const value: unknown = JSON.parse(input === '' ? '{}' : input)
    return isObject(value) ? yes(value) : no('The arguments are no JSON object.')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return no('The arguments are no JSON; call again with an object.')
  }
}

/** How long a listening socket of the sandbox is waited for between looks. */
const lookSeconds = 0.05

/**
 * Runs a command beside a task's service, which is begun in the same sandbox and waited for: its
 * loopback is the only network there. The service is gone when the command is.
 */
export function withService({ command, ...rest }: ToolRun, service: Service | null): ToolRun {
  if (service === null) return { command, ...rest }
  const port = service.port.toString(16).toUpperCase().padStart(4, '0')
  const looks = Math.ceil(service.readyWithinMs / 1000 / lookSeconds)
  const tables = '/proc/net/tcp /proc/net/tcp6'
  const isListening = `grep -qE ':${port} [0-9A-F]+:0000 0A' ${tables} 2>/dev/null`
  const script = [
    `${service.command.map(quoted).join(' ')} </dev/null >/dev/null 2>&1 &`,
    `look=0; until ${isListening}; do`,
    `  look=$((look + 1)); if [ "$look" -gt ${looks} ]; then`,
    `    echo 'The service does not listen on port ${service.port}.' >&2; break; fi`,
    `  sleep ${lookSeconds}`,
    'done',
    'exec "$@"',
  ].join('\n')
  return { ...rest, command: ['sh', '-c', script, 'sh', ...command] }
}
