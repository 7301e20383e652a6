// A program that answers as an engine of containers does (`create`, `inspect`, `start`, `rm`,
// `ps`), for machines that have none. It writes down what it is asked for, runs it in namespaces,
// and can be told to make something weaker than asked (`weaker.json` in its folder).
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCgroups } from '#platform/sandbox/cgroup-place.ts'
import { encodeFilter, filterOf } from '#platform/sandbox/seccomp.ts'
import { rulesOf } from '#platform/sandbox/seccomp-rules.ts'

type Asked = {
  readonly options: Record<string, string[]>
  readonly image: string
  readonly args: string[]
}

const [, , folder = '', ...words] = process.argv
const [verb = '', ...rest] = words
const fileOf = (name: string, kind: string): string => join(folder, `${name}.${kind}`)
const read = (path: string) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {})

/** Options without a value; all others have one. */
const flags = new Set(['--read-only', '--no-healthcheck'])

function parse(from: readonly string[]): Asked {
  const options: Record<string, string[]> = {}
  let at = 0
  for (; from[at]?.startsWith('--'); at++) {
    const name = from[at] ?? ''
    if (!flags.has(name)) at += 1
    options[name] = [...(options[name] ?? []), ...(flags.has(name) ? [] : [from[at] ?? ''])]
  }
  return { options, image: from[at] ?? '', args: from.slice(at + 1) }
}

function inspected(name: string): object {
  const asked: Asked = read(fileOf(name, 'asked'))
  const one = (option: string): string => asked.options[option]?.[0] ?? ''
  const pairs = (option: string, by: string) =>
    (asked.options[option] ?? []).map((value) => {
      const [key = '', ...after] = value.split(by)
      return [key, after.join(by)] as const
    })
  const { HostConfig = {}, ...other } = read(join(folder, 'weaker.json'))
  return {
    Config: { User: one('--user') },
    State: { Pid: 0, OOMKilled: false, ...read(fileOf(name, 'state')) },
    HostConfig: {
      ...{ NetworkMode: one('--network'), ReadonlyRootfs: '--read-only' in asked.options },
      ...{ Privileged: false, CapAdd: null, SecurityOpt: asked.options['--security-opt'] },
      ...{ PidsLimit: Number(one('--pids-limit')), Memory: Number(one('--memory')) },
      ...{ MemorySwap: Number(one('--memory-swap')), ShmSize: Number(one('--shm-size')) },
      ...{ PidMode: '', IpcMode: one('--ipc'), UTSMode: '', CgroupnsMode: one('--cgroupns') },
      ...{ Devices: [], DeviceRequests: null, Tmpfs: Object.fromEntries(pairs('--tmpfs', ':')) },
      Ulimits: pairs('--ulimit', '=').map(([Name, most]) => ({
        ...{ Name, Hard: Number(most.split(':')[1]), Soft: Number(most.split(':')[0]) },
      })),
      ...HostConfig,
    },
    Mounts: pairs('--volume', ':').map(([Source, after]) => ({
      ...{ Type: 'bind', Source, Destination: after.split(':')[0], RW: !after.endsWith(':ro') },
    })),
    ...other,
  }
}

function start(name: string): void {
  const { options, args }: Asked = read(fileOf(name, 'asked'))
  const one = (option: string): string => options[option]?.[0] ?? ''
  const place = findCgroups()
  if (!place.ok) throw new Error(place.refusal.why)
  const cgroup = place.value.create({
    memoryBytes: Number(one('--memory')),
    processesMax: Number(one('--pids-limit')),
  })
  const machine = process.arch === 'arm64' ? 'arm64' : 'x64'
  writeFileSync(
    fileOf(name, 'filter'),
    encodeFilter(filterOf(machine, rulesOf({ mayTrace: true }))),
  )
  const disks = (options['--tmpfs'] ?? []).flatMap((text) => {
    const [at = '', of = ''] = text.split(':')
    return ['--size', /size=(\d+)/.exec(of)?.[1] ?? '1', '--perms', '1777', '--tmpfs', at]
  })
  const volumes = (options['--volume'] ?? []).flatMap((text) => {
    const [from = '', at = ''] = text.split(':')
    return ['--ro-bind', from, at]
  })
  const user = one('--user').split(':')[0] ?? ''
  const bwrap = [
    ...['bwrap', '--unshare-all', '--die-with-parent', '--cap-drop', 'ALL', '--seccomp', '3'],
    ...['--uid', user, '--gid', user, '--clearenv', '--setenv', 'PATH', '/usr/bin:/bin'],
    ...[
      '--ro-bind',
      '/usr',
      '/usr',
      '--symlink',
      'usr/bin',
      '/bin',
      '--symlink',
      'usr/lib',
      '/lib',
    ],
    ...['--symlink', 'usr/lib64', '/lib64', '--proc', '/proc', '--dev', '/dev', ...disks],
    ...[...volumes, '--remount-ro', '/', '--chdir', '/work', one('--entrypoint'), ...args],
  ]
  const enter = cgroup.doors.map((door) => `echo $$ >'${door}'`).join('\n')
  const shed = volumes.find((word) => word.endsWith('/programs')) ?? ''
  const script = `${enter}\nexec 3<'${fileOf(name, 'filter')}'\nexec "$@"`
  const child = spawn(join(shed, 'shed'), ['/bin/sh', '-c', script, 'sh', ...bwrap], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  writeFileSync(fileOf(name, 'state'), JSON.stringify({ Pid: child.pid }))
  child.once('exit', async (code) => {
    const OOMKilled = cgroup.usage().outOfMemory > 0
    writeFileSync(fileOf(name, 'state'), JSON.stringify({ Pid: 0, OOMKilled }))
    await cgroup.end()
    process.exitCode = code ?? 137
  })
}

function remove(name: string): void {
  const { Pid = 0 } = read(fileOf(name, 'state'))
  if (Pid > 0) {
    try {
      process.kill(Pid, 'SIGKILL')
    } catch {
      // It has ended already.
    }
  }
  for (const kind of ['asked', 'state', 'filter']) rmSync(fileOf(name, kind), { force: true })
}

const last = rest.at(-1) ?? ''
if (verb === '--version') console.log('Engine of the tests 1.0')
else if (verb === 'create') {
  const asked = parse(rest)
  if (asked.image.startsWith('absent')) throw new Error('Error: No such image')
  writeFileSync(fileOf(asked.options['--name']?.[0] ?? '', 'asked'), JSON.stringify(asked))
  writeFileSync(join(folder, 'created.json'), JSON.stringify(rest))
} else if (verb === 'inspect') console.log(JSON.stringify([inspected(last)]))
else if (verb === 'start') start(last)
else if (verb === 'rm') remove(last)
else if (verb !== 'ps') throw new Error(`the engine of the tests knows no ${verb}`)
