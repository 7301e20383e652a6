import { readlinkSync } from 'node:fs'
import { getSystemErrorMap } from 'node:util'
import { no, type Result, yes } from '#kernel/result.ts'
import { type NamespaceName, namespaceNames, type Probed, type TriedName } from './probe-program.ts'
import type { IsolationFacts, SandboxRefusal, Tier } from './sandbox.ts'

/** What a tier promises of the inside; the probe must find it so. */
export type Promised = {
  readonly tier: Tier
  readonly by: string
  readonly kernel: string
  /** Namespaces that must differ from the machine's; none where another kernel answers. */
  readonly namespaces: readonly NamespaceName[]
  /** Links of the machine, as `namespacesHere` reads them. */
  readonly machine: ReadonlyMap<NamespaceName, string | null>
  /** Who the command is; null for anyone but root. */
  readonly uid: number | null
  /** Whether the machine's own kernel answers, under a filter that `status` shows. */
  readonly hasFilter: boolean
  /** What must fail by the filter itself and not by chance, with these errors. */
  readonly filtered: readonly TriedName[]
  readonly mayTrace: boolean
  /** Files that may be open: what leads out of the sandbox otherwise would show here. */
  readonly openMax: number
  /**
   * Whether a way out may be closed by answering nothing, as network policies do. The connection
   * that is tried then must be to where somebody answers everyone who gets there.
   */
  readonly isSilenceDenial?: boolean
  readonly cgroup: IsolationFacts['cgroup']
}

/** Errors that say that there is no way out, and not that nobody answered or was there. */
const noWay = new Set([
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EAFNOSUPPORT',
  'EACCES',
  'EPERM',
])
const filteredWith = new Set(['EPERM', 'ENOSYS', 'EAFNOSUPPORT'])
const outward: readonly TriedName[] = ['tcp', 'udp', 'tcp6']

/** Where our own namespaces are. */
export const namespacesHere = (): ReadonlyMap<NamespaceName, string | null> =>
  new Map(namespaceNames.map((name) => [name, linkOf(name)]))

function linkOf(name: NamespaceName): string | null {
  try {
    return readlinkSync(`/proc/self/ns/${name}`)
  } catch {
    return null
  }
}

/** Compares what was promised with what the probe found: facts, or the guards that do not hold. */
export function judge(promised: Promised, probed: Probed): Result<IsolationFacts, SandboxRefusal> {
  const seen = statusOf(probed.status)
  const error = (name: TriedName): string => nameOfError(probed.tried.get(name) ?? 0)
  const apart = namespaceNames.filter((name) => {
    const within = probed.namespaces.get(name)
    return typeof within === 'string' && within !== promised.machine.get(name)
  })
  const expectedErrors = promised.filtered.filter((name) => name !== 'ptrace' || !promised.mayTrace)
  const wrong = [
    ...promised.namespaces
      .filter((name) => !apart.includes(name))
      .map((name) => `the ${name} namespace is the machine's own`),
    ...(isWrongUser(promised, probed) ? [`the command would be user ${probed.uid}`] : []),
    ...(seen.capabilities === '0' ? [] : [`capabilities are left: ${seen.capabilities}`]),
    ...(seen.noNewPrivileges ? [] : ['privileges could be gained']),
    ...(promised.hasFilter && !seen.seccomp ? ['there is no filter of system calls'] : []),
    ...expectedErrors
      .filter((name) => !filteredWith.has(error(name)))
      .map((name) => `${name} is not refused: ${error(name)}`),
    ...outward
      .filter((name) => !noWay.has(error(name)) && !isSilence(promised, name, error(name)))
      .map((name) => `the network is not out of reach (${name}): ${error(name)}`),
    ...files
      .filter((name) => (probed.tried.get(name) ?? 0) === 0)
      .map((name) => `a file of the machine can be opened (${name})`),
    ...(probed.open.length > 0 ? [] : ['what is open in it cannot be listed']),
    ...probed.open
      .filter((fd) => fd > promised.openMax)
      .map((fd) => `file ${fd} of the worker is open in it`),
  ]
  if (wrong.length > 0) {
    return no({ code: 'not-isolated', why: `the sandbox does not hold: ${wrong.join('; ')}` })
  }
  return yes({
    tier: promised.tier,
    by: promised.by,
    kernel: promised.kernel,
    namespaces: apart,
    seccomp: seen.seccomp,
    noNewPrivileges: seen.noNewPrivileges,
    capabilities: seen.capabilities,
    uid: probed.uid,
    cgroup: promised.cgroup,
    egress: { denied: true, how: outward.map((name) => `${name}: ${error(name)}`).join(', ') },
  })
}

/** A question by UDP is sent whether or not anything lets it through; nobody has answered it. */
const isSilence = ({ isSilenceDenial }: Promised, name: TriedName, error: string): boolean =>
  isSilenceDenial === true &&
  (name === 'udp' ? error === 'none' : ['EALREADY', 'ETIMEDOUT'].includes(error))

const files: readonly TriedName[] = ['writeRoot', 'shadow', 'kcore', 'docker']

const isWrongUser = ({ uid }: Promised, probed: Probed): boolean =>
  uid === null ? probed.uid === 0 : probed.uid !== uid

/** What `/proc/self/status` says of privileges (proc_pid_status(5)). */
function statusOf(status: string) {
  const value = (name: string): string =>
    status.match(new RegExp(`^${name}:\\s*(\\S+)`, 'm'))?.[1] ?? 'unknown'
  const sets = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map(value)
  // A kernel from before there were ambient capabilities tells of none.
  const left = sets.filter((set, index) => !/^0+$/.test(set) && !(index === 4 && set === 'unknown'))
  return {
    seccomp: value('Seccomp') === '2',
    noNewPrivileges: value('NoNewPrivs') === '1',
    capabilities: left.length === 0 ? '0' : left.join(' '),
  }
}

/** The name of an error of the kernel; `none` where there was no error. */
function nameOfError(number: number): string {
  if (number === 0) return 'none'
  for (const [code, [name]] of getSystemErrorMap()) if (code === -number) return name
  return numbersWithoutName[number] ?? `error ${number}`
}

/** Errors that Node has no name for. */
const numbersWithoutName: Readonly<Record<number, string>> = { 100: 'ENETDOWN', 126: 'ENOKEY' }
