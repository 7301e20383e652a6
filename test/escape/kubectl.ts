// A program that answers as `kubectl` does (`version`, `get`, `create`, `exec`, `delete`), for
// machines that have no cluster. It keeps what it is asked to make in its folder, runs what is
// executed in namespaces on file systems that a pod of its own holds, and can be told to answer
// otherwise (`says.json`): what fails, and what is otherwise than asked.
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findCgroups } from '#platform/sandbox/cgroup-place.ts'
import { shedProgram } from '#platform/sandbox/launch-program.ts'

const [, , folder = '', ...all] = process.argv
const [verb = '', ...rest] = all[0] === '--namespace' ? all.slice(2) : all
const fileOf = (name: string, kind: string): string => join(folder, `${name}.${kind}`)
const read = (path: string) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {})
const says = read(join(folder, 'says.json'))
const podUser = 1_900_000_777
const denyAll = {
  metadata: { name: 'deny' },
  spec: { podSelector: {}, policyTypes: ['Egress', 'Ingress'] },
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

const names = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.job'))
    .map((name) => name.slice(0, -'.job'.length))

/** Objects that have a label, e.g. `parley.run/name=one`. */
function labelled(selector: string): string[] {
  const [key = '', value] = selector.split('=')
  return names().filter((name) => read(fileOf(name, 'job')).metadata?.labels?.[key] === value)
}

function merged(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) {
    return over.map((one, index) => merged(base[index], one))
  }
  if (!isRecord(base) || !isRecord(over)) return over === undefined ? base : over
  const keys = new Set([...Object.keys(base), ...Object.keys(over)])
  return Object.fromEntries([...keys].map((key) => [key, merged(base[key], over[key])]))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function podOf(name: string): unknown {
  const { spec } = read(fileOf(name, 'job'))
  const { pid, ended } = read(fileOf(name, 'pod'))
  const running = { phase: 'Running', containerStatuses: [{ state: { running: {} } }] }
  const terminated = { phase: 'Failed', containerStatuses: [{ state: { terminated: ended } }] }
  const pending = { phase: 'Pending', containerStatuses: [{ state: { waiting: {} } }] }
  return merged(
    {
      metadata: { name: `${name}-pod`, labels: spec.template.metadata.labels },
      spec: { ...spec.template.spec, nodeName: 'node-1' },
      status: ended ? terminated : pid ? running : pending,
    },
    { spec: says.spec, status: says.status },
  )
}

function get(kind: string, words: readonly string[]): unknown {
  const selector = words[words.indexOf('-l') + 1] ?? ''
  if (kind === 'networkpolicies') return { items: says.policies ?? [denyAll] }
  if (kind === 'jobs') return { items: labelled(selector).map((name) => read(fileOf(name, 'job'))) }
  if (kind === 'pods') return { items: says.hasNoPod ? [] : labelled(selector).map(podOf) }
  const nodeInfo = {
    bootID: 'of the node',
    architecture: process.arch === 'x64' ? 'amd64' : 'arm64',
  }
  return { status: { nodeInfo: { ...nodeInfo, ...says.node } } }
}

function create(): void {
  const text = readFileSync(0, 'utf8')
  const { name } = JSON.parse(text).metadata
  writeFileSync(fileOf(name, 'job'), text)
  writeFileSync(join(folder, 'created.json'), text)
  if (says.status) return
  const own = [process.argv[1] ?? '', folder, 'be-pod', name]
  spawn(process.execPath, own, { stdio: 'ignore', detached: true }).unref()
}

/** Holds the file systems and the cgroup of a pod until it is told to end. */
async function bePod(name: string): Promise<void> {
  const place = findCgroups()
  if (!place.ok) fail(place.refusal.why)
  const { volumes, containers } = read(fileOf(name, 'job')).spec.template.spec
  const memoryBytes = Number(containers[0].resources.limits.memory)
  const cgroup = place.value.create({ memoryBytes, processesMax: 4096 })
  const disk = fileOf(name, 'disk')
  const mounts: string[] = volumes.map(
    (volume: { name: string; emptyDir: { sizeLimit: string } }) => {
      const at = join(disk, volume.name)
      mkdirSync(at, { recursive: true })
      const size = says.sizes?.[volume.name] ?? volume.emptyDir.sizeLimit
      return size === 'none' ? 'true' : `mount -t tmpfs -o size=${size},mode=1777 pod '${at}'`
    },
  )
  chmodSync(disk, 0o755)
  const script = [...mounts, 'echo ready', 'exec sleep 600'].join(' && ')
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let isAsked = false
  process.once('SIGTERM', () => {
    isAsked = true
  })
  const state = { pid: process.pid, holder: holder.pid, doors: cgroup.doors }
  holder.stdout.once('data', () => writeFileSync(fileOf(name, 'pod'), JSON.stringify(state)))
  while (!isAsked && holder.exitCode === null && cgroup.usage().outOfMemory === 0) await pause(50)
  if (!isAsked) {
    const ended = { reason: 'OOMKilled' }
    writeFileSync(fileOf(name, 'pod'), JSON.stringify({ ...state, ended }))
  }
  await cgroup.end()
  while (!isAsked) await pause(50)
  holder.kill('SIGKILL')
}

function execute(words: readonly string[]): void {
  const command = words.slice(words.indexOf('--') + 1)
  const name = names().find((one) => words.includes(`${one}-pod`)) ?? ''
  const { holder, doors = [], ended } = read(fileOf(name, 'pod'))
  if (!holder || ended) fail('error: unable to upgrade connection: container not found ("run")')
  const [container] = read(fileOf(name, 'job')).spec.template.spec.containers
  const at = (one: { name: string; mountPath: string }): string[] => [
    ...['--bind', join(fileOf(name, 'disk'), one.name), one.mountPath],
  ]
  const usr = ['bin', 'sbin', 'lib', 'lib64'].flatMap((one) => [
    '--symlink',
    `usr/${one}`,
    `/${one}`,
  ])
  const user = String(container.securityContext.runAsUser)
  const bwrap = [
    ...['bwrap', '--unshare-all', ...(says.hasNetwork ? ['--share-net'] : [])],
    ...['--die-with-parent', '--cap-drop', 'ALL', '--uid', user],
    ...['--gid', user, '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin', '--ro-bind', '/usr'],
    ...['/usr', ...usr, '--proc', '/proc', '--dev', '/dev', ...container.volumeMounts.flatMap(at)],
    ...['--setenv', 'KUBERNETES_SERVICE_HOST', says.service?.[0] ?? '192.0.2.9'],
    ...['--setenv', 'KUBERNETES_SERVICE_PORT', says.service?.[1] ?? '443'],
    ...(says.hasNoBootId ? ['--tmpfs', '/proc/sys/kernel/random'] : []),
    ...['--remount-ro', '/', '--chdir', '/work', '--', ...command],
  ]
  const enter = doors.map((door: string) => `echo $$ >'${door}'`).join('\n')
  const own = String(says.user ?? podUser)
  const asUser = ['--reuid', own, '--regid', own, '--clear-groups']
  const shed = fileOf(name, 'shed')
  // What the parents of this process left open is not to come into the pod.
  if (!existsSync(shed)) {
    writeFileSync(shed, shedProgram(process.arch === 'arm64' ? 'arm64' : 'x64', 3), { mode: 0o755 })
  }
  const done = spawnSync(
    shed,
    [
      '/bin/sh',
      ...[
        '-c',
        `${enter}\nexec "$@"`,
        'sh',
        'nsenter',
        '--mount',
        '--target',
        String(holder),
        '--',
      ],
      ...['setpriv', ...asUser, '--inh-caps=-all', '--no-new-privs', '--', ...bwrap],
    ],
    { stdio: 'inherit' },
  )
  process.exit(done.status ?? 137)
}

async function remove(name: string): Promise<void> {
  // A pod that is being made is ended too.
  for (let waited = 0; waited < 100 && existsSync(fileOf(name, 'job')); waited += 1) {
    const { pid } = read(fileOf(name, 'pod'))
    if (pid === undefined && !says.status) {
      await pause(100)
      continue
    }
    while (pid !== undefined && isAlive(pid)) {
      process.kill(pid, 'SIGTERM')
      await pause(50)
    }
    for (const kind of ['job', 'pod', 'disk', 'shed']) {
      rmSync(fileOf(name, kind), { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const asked = verb === 'get' ? `get ${rest[0]}` : verb
if (says.fails?.[asked]) fail(says.fails[asked])
else if (says.garbles === asked) console.log('<html>')
else if (verb === 'version')
  console.log(JSON.stringify({ clientVersion: { gitVersion: 'v1.0.0' } }))
else if (verb === 'get') console.log(JSON.stringify(get(rest[0] ?? '', rest)))
else if (verb === 'create') create()
else if (verb === 'be-pod') await bePod(rest[0] ?? '')
else if (verb === 'exec') execute(rest)
else if (verb === 'delete') await remove(rest[1] ?? '')
else fail(`error: unknown command ${verb}`)
