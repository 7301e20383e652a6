import type { Task } from '#formats/pack/pack.ts'
import type { Environment } from '#formats/proof/bundle.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { decodeHarbor, type HarborRemark, type HarborSaid } from './decode.ts'
import { type HarborFolder, refusalsOf } from './isolation.ts'

/** A Harbor task's folder, and what it does not say of itself. */
export type HarborTask = HarborFolder & {
  readonly toml: string
  readonly instruction: string
  /** Made anew by the caller, since Harbor tasks have none that is theirs alone. */
  readonly canary: string
  /** The image that `environment/` was built as, by its digest; null where none was. */
  readonly image: string | null
}

/** A task of a pack, and where its files come from. */
export type Converted = {
  readonly task: Task
  /** Files of the Harbor task and what they are called in the task's folder. */
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  /** Files that are written anew. */
  readonly written: Readonly<Record<string, string>>
  /** What is kept in another way, or not at all. */
  readonly notes: readonly HarborRemark[]
}

const verifyName = 'parley-verify.sh'
/** As files that are given to a sandbox are called. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/
const imageForm = /^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/

/** Turns a Harbor task into one of a pack, or says all that stands in the way. */
export function convertHarbor(found: HarborTask): Result<Converted, readonly HarborRemark[]> {
  const document = decodeHarbor(found.toml)
  if (!document.ok) return document
  const { said, unknown } = document.value
  const environment = environmentOf(said, found.image)
  const refusals = [
    ...refusalsOf(said, found),
    ...missing(found),
    ...hostVariables(said),
    ...(environment === null ? [noImage] : []),
  ]
  if (environment === null || refusals.length > 0) return no(refusals)
  return yes({
    task: taskOf(said, found, environment),
    moved: [...found.paths].flatMap((from) => {
      const [, folder, name] = /^(tests|solution)\/([^/]+)$/.exec(from) ?? []
      const to = folder === 'tests' ? 'verifier' : 'solution'
      return name === undefined ? [] : [{ from, to: `${to}/${name}` }]
    }),
    written: { [`verifier/${verifyName}`]: verifyScript },
    notes: [...unknown, ...notesOf(said)],
  })
}

const noImage: HarborRemark = {
  key: 'environment.docker_image',
  why: 'names no image by its digest: build environment/ and say which image that made',
}

function environmentOf({ environment }: HarborSaid, image: string | null): Environment | null {
  const reference = image ?? environment.docker_image ?? ''
  return imageForm.test(reference) ? { kind: 'image', reference } : null
}

function missing({ paths, instruction }: HarborTask): readonly HarborRemark[] {
  const needed = ['tests/test.sh', 'solution/solve.sh'].filter((path) => !paths.has(path))
  const deep = [...paths].filter((path) => /^(?:tests|solution)\/[^/]+\//.test(path))
  const odd = [...paths].filter((path) => {
    const [, name] = /^(?:tests|solution)\/([^/]+)$/.exec(path) ?? []
    return name !== undefined && !plainName.test(name)
  })
  return [
    ...odd.map((key) => ({ key, why: 'is no plain name: use letters, digits and . _ + -' })),
    ...needed.map((key) => ({ key, why: 'is missing' })),
    ...deep.map((key) => ({ key, why: 'lies in a folder: what a sandbox is given lies flat' })),
    ...(paths.has(`tests/${verifyName}`) ? [{ key: `tests/${verifyName}`, why: 'is taken' }] : []),
    ...(instruction.trim() === '' ? [{ key: 'instruction.md', why: 'is empty' }] : []),
    ...(instruction.length > 32_768 ? [{ key: 'instruction.md', why: 'is too long' }] : []),
  ]
}

/** A value such as `${KEY}` is of whoever runs the task: nothing of theirs goes into a sandbox. */
function hostVariables({ verifier, solution }: HarborSaid): readonly HarborRemark[] {
  return Object.entries({ 'verifier.env': verifier.env, 'solution.env': solution.env }).flatMap(
    ([table, variables]) =>
      Object.entries(variables).flatMap(([name, value]) => {
        const key = `${table}.${name}`
        if (value.includes('${')) return [{ key, why: 'asks for a variable of the machine' }]
        return /^[A-Za-z_]\w{0,100}$/.test(name) ? [] : [{ key, why: 'is no name of a variable' }]
      }),
  )
}

function taskOf(said: HarborSaid, found: HarborTask, environment: Environment): Task {
  const { agent, verifier, metadata, task, solution } = said
  const memoryMiB = Math.min(65_536, Math.max(16, Math.round(said.environment.memory_mb ?? 2048)))
  const whole = (seconds: number, most: number): number =>
    Math.min(most, Math.max(1, Math.round(seconds)))
  return {
    title: lineOf(task?.name) ?? lineOf(task?.description) ?? 'A Harbor task',
    stratum: { family: familyOf(metadata['category']), difficulty: difficultyOf(metadata) },
    weight: 1,
    humanMinutes: null,
    canary: found.canary,
    environment,
    instruction: found.instruction,
    files: null,
    service: null,
    tools: ['shell', 'files', 'python'],
    limits: {
      tokens: 1_000_000,
      turns: 200,
      seconds: whole(agent.timeout_sec ?? 900, 604_800),
      memoryMiB,
    },
    verifier: {
      files: 'verifier',
      command: ['env', ...wordsOf(verifier.env), 'bash', `/parley/in/${verifyName}`],
      seconds: whole(verifier.timeout_sec ?? 600, 3600),
      memoryMiB,
    },
    solution: {
      files: 'solution',
      command: ['env', ...wordsOf(solution.env), 'bash', '/parley/in/solve.sh'],
      wrong: [],
    },
  }
}

const wordsOf = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`)

function lineOf(text: string | undefined): string | null {
  const line =
    text
      ?.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, 300) ?? ''
  return line === '' ? null : line
}

function familyOf(category: unknown): string {
  const text = typeof category === 'string' ? category.toLowerCase() : ''
  const slug = text
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? 'harbor' : slug
}

const difficultyOf = ({ difficulty }: HarborSaid['metadata']): number =>
  difficulty === 'easy' ? 2 : difficulty === 'hard' ? 4 : 3

function notesOf({ environment, verifier, artifacts, metadata }: HarborSaid): HarborRemark[] {
  const notes: HarborRemark[] = [
    {
      key: 'tests/test.sh',
      why: 'finds its files in /tmp/tests and logs to /tmp/logs: its own paths are changed so',
    },
    { key: 'metadata', why: `is kept here only: ${JSON.stringify(metadata).slice(0, 2000)}` },
  ]
  const add = (key: string, why: string): void => void notes.push({ key, why })
  if (environment.network_mode === undefined && environment.allow_internet === undefined) {
    add('environment.network_mode', 'is not said: there is no network')
  }
  if ((environment.workdir ?? '/work') !== '/work') {
    add('environment.workdir', `is ${environment.workdir}, which only reads here: work is in /work`)
  }
  if (verifier.environment_mode !== 'separate') {
    add('verifier.environment_mode', 'is shared: it is judged apart, by what is left in /work')
  }
  if (artifacts !== undefined) add('artifacts', 'are not collected')
  for (const key of ['cpus', 'storage_mb', 'storage', 'memory', 'skills_dir'] as const) {
    if (environment[key] !== undefined) add(`environment.${key}`, 'is not kept')
  }
  return notes
}

/** Runs `tests/test.sh` and says the reward that it left, as a verifier of a pack does. */
const verifyScript = `#!/bin/bash
# The root of a sandbox is read-only, so that /tests and /logs are found below /tmp.
set -eu
mkdir -p /tmp/tests /tmp/logs/verifier
for file in /parley/in/*; do
  sed 's#/logs/verifier#/tmp/logs/verifier#g; s#/tests/#/tmp/tests/#g' "$file" \\
    > "/tmp/tests/\${file##*/}"
done
bash /tmp/tests/test.sh >&2 || echo "test.sh ended with $?" >&2
left=/tmp/logs/verifier
if [ -f $left/reward.txt ]; then
  awk 'NR == 1 && /^[[:space:]]*[0-9.]+[[:space:]]*$/ { printf "%.6f\\n", $1 }' $left/reward.txt
elif [ -f $left/reward.json ]; then
  sed -n 's/.*"reward"[[:space:]]*:[[:space:]]*\\([0-9.]*\\).*/\\1/p' $left/reward.json |
    awk 'NR == 1 { printf "%.6f\\n", $1 }'
else
  echo "test.sh left no reward" >&2
  exit 1
fi
`
