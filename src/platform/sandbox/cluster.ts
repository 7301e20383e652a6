import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { no, type Result, yes } from '#kernel/result.ts'
import { boundProgram, decodeHeld, heldProgram } from './bound-program.ts'
import { isLeftover, nameOfRun, said } from './cgroup.ts'
import { decodeJobs, decodeNode, decodeVersion, Kubectl } from './cluster-client.ts'
import {
  beginsWithinMs,
  type ClusterRun,
  clusterUser,
  coresOf,
  jobManifest,
  jobNameOf,
  labelsOf,
  machineLabel,
  nameLabel,
  ownerAnnotation,
  volumesOfPod,
} from './cluster-manifest.ts'
import { beginningOf, limitOfPod, refusalOfWaiting } from './cluster-pending.ts'
import { decodePods, type Pod, podFaults } from './cluster-pod.ts'
import { policyFaults } from './cluster-policy.ts'
import { clusterScript, lostCode } from './cluster-script.ts'
import { isPinned } from './container.ts'
import { quoted } from './inner-script.ts'
import { judge } from './isolation.ts'
import { notIsolated } from './local-sandbox.ts'
import type { Machine } from './machine-code.ts'
import type { Probed, Reached } from './probe-program.ts'
import { refusalOfRun } from './run-check.ts'
import { RunFolder } from './run-folder.ts'
import type {
  IsolationFacts,
  LimitName,
  Sandbox,
  SandboxOutcome,
  SandboxRefusal,
  SandboxRun,
} from './sandbox.ts'
import { type Begun, supervise } from './supervise.ts'
import { trialRun } from './trial-run.ts'

/** Where Jobs are made, and what their pods are run by. */
export type ClusterSettings = {
  readonly namespace?: string | undefined
  /** One whose pods have a kernel of their own, by a virtual machine or otherwise. */
  readonly runtimeClass?: string | undefined
  readonly program?: string | undefined
}

type ClusterWish = {
  readonly folder?: string | undefined
  /** An image by its digest, with `sh`, `tar`, `cat`, `head` and `sleep`. */
  readonly image?: string | undefined
  readonly cluster?: ClusterSettings | undefined
}

const clusterName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/

/** The tier `cluster` by the `kubectl` of this machine; not tried yet. */
export async function openCluster(wish: ClusterWish): Promise<Result<Sandbox, SandboxRefusal>> {
  const { folder = tmpdir(), image, cluster = {} } = wish
  const { namespace = '', runtimeClass = '', program = 'kubectl' } = cluster
  const machine = said('/proc/sys/kernel/random/boot_id')
  if (process.platform !== 'linux' || machine === null) {
    return notIsolated('the worker of a cluster runs on Linux')
  }
  if (!clusterName.test(namespace)) {
    return notIsolated(
      'no namespace of a cluster is set for runs',
      'set PARLEY_KUBERNETES_NAMESPACE to one that has nothing else in it',
    )
  }
  if (!clusterName.test(runtimeClass)) {
    return notIsolated(
      'no RuntimeClass is set, and pods without one share the kernel of their node',
      'set PARLEY_KUBERNETES_RUNTIME_CLASS to one with a kernel of its own, as Kata Containers has',
    )
  }
  if (image === undefined || !isPinned(image)) {
    return notIsolated('no image by digest to try the cluster with', 'name one: NAME@sha256:…')
  }
  const client = new Kubectl(program, namespace)
  const version = await client.ask(['version', '--client', '--output', 'json'])
  if (!version.ok) return version
  const by = decodeVersion(version.value)
  if (by === null) return notIsolated('kubectl does not tell its version', 'install another')
  const jobs = await client.ask(['get', 'jobs', '-l', `${machineLabel}=${machine}`, '-o', 'json'])
  if (!jobs.ok) return jobs
  for (const { metadata } of decodeJobs(jobs.value)) {
    const owner = metadata.annotations?.[ownerAnnotation] ?? ''
    if (isLeftover(owner)) await client.ask(['delete', 'job', metadata.name, '--wait=false'])
  }
  RunFolder.clean(folder)
  return yes(new ClusterSandbox({ client, by, folder, machine, image, runtimeClass }))
}

type Stand = {
  readonly client: Kubectl
  readonly by: string
  readonly folder: string
  readonly machine: string
  readonly image: string
  readonly runtimeClass: string
}

/** What was found of a pod that runs, before anything hostile is in it. */
type Found = {
  readonly pod: string
  readonly machine: Machine
  readonly kernel: string
  /** The cluster's own service, which answers everyone who gets there. */
  readonly reached: Reached
}

class ClusterSandbox implements Sandbox {
  readonly tier = 'cluster'
  readonly #stand: Stand

  constructor(stand: Stand) {
    this.#stand = stand
  }

  async probe(signal: AbortSignal): Promise<Result<IsolationFacts, SandboxRefusal>> {
    const root = { kind: 'image', reference: this.#stand.image } as const
    const outcome = await this.run({ ...trialRun, root }, signal)
    return outcome.ok ? yes(outcome.value.isolation) : outcome
  }

  async run(run: SandboxRun, signal: AbortSignal): Promise<Result<SandboxOutcome, SandboxRefusal>> {
    const refusal = refusalOfRun(run)
    if (refusal !== null) return no(refusal)
    if (run.root.kind !== 'image' || !isPinned(run.root.reference)) {
      const why = 'a pod is made of an image by its digest (NAME@sha256:…)'
      return no({ code: 'no-root', why })
    }
    if (coresOf(run.limits) < coresLeast) {
      const why = 'its CPU time is held by the rate of a pod, and is too little for its wall time'
      return no({ code: 'bad-run', why, hint: 'give it more CPU time, or less time' })
    }
    const { machine, runtimeClass } = this.#stand
    const owner = nameOfRun()
    const given = [run.stdin, ...run.given.map(({ bytes }) => bytes)]
    const made: ClusterRun = {
      ...{ name: jobNameOf(owner), owner, machine, runtimeClass, limits: run.limits },
      ...{ image: run.root.reference },
      givenBytes: given.reduce((sum, bytes) => sum + (bytes?.length ?? 0) + 4096, 0),
    }
    try {
      const found = await this.#begin(made, signal)
      return found.ok ? await this.#runIn(found.value, made, { run, signal }) : found
    } finally {
      await this.#remove(made)
    }
  }

  /** Has the Job made, waits for its pod, and looks at what that is. */
  async #begin(made: ClusterRun, signal: AbortSignal): Promise<Result<Found, SandboxRefusal>> {
    const { client } = this.#stand
    const policies = await client.ask(['get', 'networkpolicies', '-o', 'json'])
    if (!policies.ok) return policies
    const open = policyFaults(labelsOf(made), policies.value.toString('utf8'))
    if (open.length > 0) {
      const hint =
        'apply the NetworkPolicy of docs/operations/sandbox.md, and no other for these pods'
      return notIsolated(`the network is not out of reach: ${open.join('; ')}`, hint)
    }
    const job = JSON.stringify(jobManifest(made))
    const created = await client.ask(['create', '-f', '-'], job)
    if (!created.ok) return created
    const pod = await this.#running(made, signal)
    return pod.ok ? this.#look(pod.value) : pod
  }

  async #running(made: ClusterRun, signal: AbortSignal): Promise<Result<Pod, SandboxRefusal>> {
    const until = performance.now() + beginsWithinMs
    for (let last: Pod | null = null; performance.now() < until; await pause(everyMs)) {
      if (signal.aborted) return no({ code: 'bad-run', why: 'it was stopped before it began' })
      const pods = await this.#pods(made)
      if (!pods.ok) return pods
      if (pods.value.length > 1) return notIsolated('the Job has more pods than one')
      last = pods.value[0] ?? null
      if (last === null) continue
      const weaker = podFaults(made, last)
      if (weaker.length > 0) {
        const why = `the cluster isolates less than asked: ${weaker.join('; ')}`
        return notIsolated(why, 'look what changes pods in this namespace (admission webhooks)')
      }
      const beginning = beginningOf(last)
      if (beginning === 'runs') return yes(last)
      if (beginning !== 'waits') return no(beginning)
    }
    const pods = await this.#pods(made)
    return pods.ok ? no(refusalOfWaiting(pods.value[0] ?? null)) : pods
  }

  async #pods(made: ClusterRun): Promise<Result<readonly Pod[], SandboxRefusal>> {
    const label = `${nameLabel}=${made.name}`
    const pods = await this.#stand.client.ask(['get', 'pods', '-l', label, '-o', 'json'])
    if (!pods.ok) return pods
    const found = decodePods(pods.value.toString('utf8'))
    return found === null ? notIsolated('what the cluster says of pods cannot be read') : yes(found)
  }

  /** Whether the kernel of the pod is its own; what it is, and where the cluster's service is. */
  async #look(pod: Pod): Promise<Result<Found, SandboxRefusal>> {
    const { client } = this.#stand
    const { name } = pod.metadata
    const told = await client.ask(['get', 'node', pod.spec.nodeName ?? '', '-o', 'json'])
    if (!told.ok) return told
    const node = decodeNode(told.value)
    const words = client.inPod(name).map(quoted).join(' ')
    const seen = await client.script(`${words} /bin/sh -c ${quoted(looking)}`)
    if (!seen.ok) return seen
    const [address = '', port = '', boot = '', kernel = ''] = seen.value
      .toString('utf8')
      .split('\n')
    if (node === null || !/^[0-9a-f-]{36}$/.test(boot) || boot === node.bootID) {
      const why = 'the sandbox does not hold: the kernel of the pod is not seen to be its own'
      return notIsolated(
        why,
        'name a RuntimeClass with a kernel of its own, as Kata Containers has',
      )
    }
    const machine = machines[node.architecture]
    if (machine === undefined) return notIsolated(`the node is ${node.architecture}`)
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) || !/^\d{1,5}$/.test(port)) {
      return notIsolated('the service of the cluster has no IPv4 address to try the network with')
    }
    const reached = { address, port: Number(port), withinMs: silenceMs }
    return yes({ pod: name, machine, kernel: `${kernel} of its own`, reached })
  }

  async #runIn(
    found: Found,
    made: ClusterRun,
    { run, signal }: { readonly run: SandboxRun; readonly signal: AbortSignal },
  ): Promise<Result<SandboxOutcome, SandboxRefusal>> {
    const { machine, reached } = found
    const wish = { machine, openedBy: 'inside', reached } as const
    const folder = RunFolder.make(this.#stand.folder, run, wish)
    try {
      const refusal = await this.#send(found, made, { run, folder })
      if (refusal !== null) return no(refusal)
      const begun = this.#begun(found, made, { run, folder })
      const outcome = await supervise(begun, run, signal)
      return begun.isLost() && outcome.ok && outcome.value.ending.kind === 'signal'
        ? notIsolated('the cluster lost the run before it ended', 'run it again')
        : outcome
    } finally {
      folder.remove()
    }
  }

  /** Brings what is given and our programs into the pod, and tries what its limits rely on. */
  async #send(
    { pod, machine }: Found,
    made: ClusterRun,
    { run, folder }: { readonly run: SandboxRun; readonly folder: RunFolder },
  ): Promise<SandboxRefusal | null> {
    const { client } = this.#stand
    const volumes = volumesOfPod(made)
    folder.addProgram('bound', boundProgram(machine, run.limits))
    folder.addProgram(
      'held',
      heldProgram(
        machine,
        volumes.map(({ at }) => at),
      ),
    )
    const names = ['programs/probe', 'programs/launch', 'programs/bound', 'programs/held', 'in']
    const all = [...names, ...(run.stdin === null ? [] : ['stdin'])].join(' ')
    const words = client.inPod(pod).map(quoted).join(' ')
    const tar = `tar -C ${quoted(folder.path)} -cf - ${all}`
    const sent = await client.script(`${tar} | ${words} tar -xf - -C /parley`)
    if (!sent.ok) return sent.refusal
    const tried = await client.script(`${words} /parley/programs/held`)
    if (!tried.ok) return tried.refusal
    const held = decodeHeld(tried.value)
    const wrong = [
      ...(held?.processes ? [] : ['the number of processes (RLIMIT_NPROC)']),
      ...volumes
        .filter(({ bytes }, index) => !isWithin(held?.sizes[index] ?? null, bytes))
        .map(({ at }) => `the size of ${at}`),
    ]
    if (wrong.length === 0) return null
    const why = `the sandbox does not hold: in this RuntimeClass nothing limits ${wrong.join(', ')}`
    return { code: 'not-isolated', why, hint: 'name another RuntimeClass, as of Kata Containers' }
  }

  #begun(
    found: Found,
    made: ClusterRun,
    { run, folder }: { readonly run: SandboxRun; readonly folder: RunFolder },
  ): Begun & { isLost(): boolean } {
    const { client, by, runtimeClass } = this.#stand
    let limit: LimitName | null = null
    let isLost = false
    let ending: Promise<void> | null = null
    const end = async (pid: number | undefined): Promise<void> => {
      endGroup(pid)
      // A cluster takes its time to tell that it ended a pod.
      for (let tries = isLost ? lostTries : 1; tries > 0 && limit === null; tries -= 1) {
        const pods = await this.#pods(made)
        const pod = pods.ok ? pods.value[0] : undefined
        limit = pod === undefined ? null : limitOfPod(pod)
        if (limit === null && tries > 1) await pause(everyMs)
      }
      await this.#remove(made)
    }
    return {
      folder,
      usage: () => null,
      begin: () => {
        const script = clusterScript(run, folder.path, client.inPod(found.pod))
        const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore', detached: true })
        child.once('exit', (code) => {
          isLost = code === lostCode
        })
        return child
      },
      end: (child) => {
        ending ??= end(child.pid)
        return ending
      },
      judge: async (probed: Probed) =>
        judge(
          {
            ...{ tier: 'cluster', kernel: found.kernel, mayTrace: true, uid: clusterUser },
            by: `kubectl ${by}, RuntimeClass ${runtimeClass}, processes by RLIMIT_NPROC`,
            ...{ namespaces: [], machine: new Map(), hasFilter: false, openMax: 3 },
            ...{ filtered: ['packet'], isSilenceDenial: true, cgroup: null },
          },
          probed,
        ),
      free: () => null,
      ended: async () => limit,
      isLost: () => isLost,
    }
  }

  /** Ends the Job and waits for its pod to be gone; where that fails, its deadline ends it. */
  async #remove({ name }: ClusterRun): Promise<void> {
    const how = ['--ignore-not-found', '--cascade=foreground', '--timeout=50s']
    await this.#stand.client.ask(['delete', 'job', name, ...how])
  }
}

/** Ends the script of a run and the clients that it called. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // All of it has ended already.
  }
}

const everyMs = 500
const lostTries = 8
const silenceMs = 2000
/** Thousandths of a core: with less nothing begins. */
const coresLeast = 50
const machines: Readonly<Record<string, Machine>> = { amd64: 'x64', arm64: 'arm64' }
const pageBytes = 65_536n

/** A file system in memory has whole pages. */
const isWithin = (found: bigint | null, asked: number): boolean =>
  found !== null && found > 0n && found <= BigInt(asked) + pageBytes

/** What a pod says of itself before it was given anything. */
const looking = [
  'printf "%s\\n%s\\n" "$KUBERNETES_SERVICE_HOST" "$KUBERNETES_SERVICE_PORT"',
  'cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none',
  'cat /proc/sys/kernel/osrelease',
].join('\n')
