import { type Argument, type CallName, type Machine, MachineCode } from './machine-code.ts'

/** What the probe found, from inside of the sandbox and before anything hostile was there. */
export type Probed = {
  readonly uid: number
  readonly gid: number
  /** `/proc/self/status`, as it stands. */
  readonly status: string
  /** What `/proc/self/ns/*` link to, e.g. `net:[4026531840]`; null where that cannot be read. */
  readonly namespaces: ReadonlyMap<NamespaceName, string | null>
  /** Error numbers of what must fail; 0 where it worked. */
  readonly tried: ReadonlyMap<TriedName, number>
  /** Numbers of the open files of the probe: whatever leaked into the sandbox shows here. */
  readonly open: readonly number[]
}

export const namespaceNames = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'] as const
export type NamespaceName = (typeof namespaceNames)[number]

/** What the probe tries: each must fail in a sandbox that holds. */
export const triedNames = [
  /** A TCP connection to, and a question to a name server at, addresses kept for documentation. */
  ...(['tcp', 'udp', 'tcp6'] as const),
  /** Sockets, new namespaces, mounts, keyrings, tracing: what the system call filter is for. */
  ...(['packet', 'netlink', 'unshare', 'clone', 'mount', 'keyctl', 'ptrace', 'tiocsti'] as const),
  /** Files of the machine that nobody in a sandbox may open. */
  ...(['writeRoot', 'shadow', 'kcore', 'docker'] as const),
] as const
export type TriedName = (typeof triedNames)[number]

const statusBytes = 4096
const linkBytes = 64
const entriesBytes = 1024
const memoryBytes = 0x4000
const reportName = 'probe'

/** Where in the report what stands. */
const places = {
  answers: 0,
  links: 8 * (triedNames.length + 4),
  linkAnswers: 8 * (triedNames.length + 4) + linkBytes * namespaceNames.length,
  entries: 8 * (triedNames.length + 4) + (linkBytes + 8) * namespaceNames.length,
  status: 8 * (triedNames.length + 4) + (linkBytes + 8) * namespaceNames.length + entriesBytes,
}
const reportBytes = places.status + statusBytes

const currentFolder = -100
const readOnly = 0o2000000

/**
 * A program that looks at the sandbox from inside and writes what it found to `reportFd`, as one
 * frame of the report. It is machine code of ours, so that its answer depends on the kernel alone
 * and not on what the root file system calls `cat` or `id`. `reached` is an IPv4 address and port
 * whose connection must fail; one `withinMs` has failed when nobody answered until then.
 */
export function probeProgram(
  machine: Machine,
  reportFd: number,
  reached: Reached = documentation,
): Uint8Array {
  const code = new MachineCode(machine, memoryBytes)
  const head = code.constant(new TextEncoder().encode(`${reportName} ${reportBytes}\n`))
  const headBytes = reportName.length + String(reportBytes).length + 2
  const report = code.room(reportBytes)
  const scrap = code.room(8)
  const answerOf = (index: number): number => report + places.answers + 8 * index
  code.call('getuid', [], answerOf(triedNames.length))
  code.call('getgid', [], answerOf(triedNames.length + 1))
  listOpen(code, {
    ...{ entries: report + places.entries, length: answerOf(triedNames.length + 2) },
    ...{ listing: answerOf(triedNames.length + 3), scrap },
  })
  readStatus(code, report + places.status, scrap)
  namespaceNames.forEach((name, index) => {
    const path = { at: code.text(`/proc/self/ns/${name}`) }
    const into = { at: report + places.links + linkBytes * index }
    const answer = report + places.linkAnswers + 8 * index
    code.call('readlinkat', [currentFolder, path, into, linkBytes - 1], answer)
  })
  triedNames.forEach((name, index) => {
    attempt(code, { name, answer: answerOf(index), scrap, reached })
  })
  code.call('write', [reportFd, { at: head }, headBytes], scrap)
  code.call('write', [reportFd, { at: report }, reportBytes], scrap)
  code.call('exit', [0], scrap)
  return code.file()
}

/** An IPv4 address and port; `withinMs` where nothing may say that there is no way to it. */
export type Reached = {
  readonly address: string
  readonly port: number
  readonly withinMs?: number
}

const documentation: Reached = { address: '192.0.2.1', port: 443 }

type Listing = {
  readonly entries: number
  readonly length: number
  readonly listing: number
  readonly scrap: number
}

function listOpen(code: MachineCode, { entries, length, listing, scrap }: Listing): void {
  const path = { at: code.text('/proc/self/fd') }
  code.call('openat', [currentFolder, path, readOnly], listing)
  code.call('getdents64', [{ kept: listing }, { at: entries }, entriesBytes], length)
  code.call('close', [{ kept: listing }], scrap)
}

function readStatus(code: MachineCode, into: number, scrap: number): void {
  const answer = code.room(8)
  code.call('openat', [currentFolder, { at: code.text('/proc/self/status') }, readOnly], scrap)
  code.call('read', [{ kept: scrap }, { at: into }, statusBytes], answer)
  code.call('close', [{ kept: scrap }], answer)
}

type Attempt = {
  readonly name: TriedName
  readonly answer: number
  readonly scrap: number
  readonly reached: Reached
}

const stream = 1
const datagram = 2
const inet = 2
const inet6 = 10

function attempt(code: MachineCode, { name, answer, scrap, reached }: Attempt): void {
  const call = (what: CallName, args: readonly Argument[]): void => code.call(what, args, answer)
  const open = (path: string, flags: number): void =>
    call('openat', [currentFolder, { at: code.text(path) }, flags, 0o600])
  const socket = (family: number, type: number): void =>
    code.call('socket', [family, type, 0], scrap)
  const connect = (family: number, address: Uint8Array): void => {
    const to = { at: code.constant(address) }
    const { withinMs } = reached
    socket(family, withinMs === undefined ? stream : stream | unblocked)
    call('connect', [{ kept: scrap }, to, address.length])
    if (withinMs === undefined) return
    awaitAnswer(code, scrap, withinMs)
    // The second call tells how the first one ended: EALREADY while nobody has answered.
    call('connect', [{ kept: scrap }, to, address.length])
  }
  if (name === 'tcp') connect(inet, inetAddress(reached))
  else if (name === 'tcp6') connect(inet6, inet6Address)
  else if (name === 'udp') {
    socket(inet, datagram)
    const to = { at: code.constant(inetAddress({ address: '192.0.2.53', port: 53 })) }
    const question = { at: code.constant(nameQuestion) }
    call('sendto', [{ kept: scrap }, question, nameQuestion.length, 0, to, 16])
  } else if (name === 'packet') call('socket', [17, 3, 0])
  else if (name === 'netlink') call('socket', [16, 3, 0])
  else if (name === 'unshare') call('unshare', [newUser])
  else if (name === 'clone') call('clone', [newUser | sharesSignals, 0, 0, 0, 0])
  else if (name === 'mount') call('mount', [0, 0, 0, 0, 0])
  else if (name === 'keyctl') call('keyctl', [0, -3, 0, 0, 0])
  else if (name === 'ptrace') call('ptrace', [0, 0, 0, 0])
  else if (name === 'tiocsti') call('ioctl', [0, 0x5412, { at: scrap }])
  else if (name === 'writeRoot') open('/parley-probe', readOnly | 0o102)
  else if (name === 'shadow') open('/etc/shadow', readOnly)
  else if (name === 'kcore') open('/proc/kcore', readOnly)
  else open('/run/docker.sock', 0o10000000)
}

const newUser = 0x10000000
/** `CLONE_SIGHAND` without `CLONE_VM`: the kernel refuses it with EINVAL where no filter does. */
const sharesSignals = 0x800

/** `SOCK_NONBLOCK`, the same on both machines. */
const unblocked = 0o4000

/** Waits until a connection has failed, or the time is over: `pollfd` with its number alone. */
function awaitAnswer(code: MachineCode, socket: number, withinMs: number): void {
  const times = new DataView(new ArrayBuffer(16))
  times.setBigInt64(0, BigInt(Math.floor(withinMs / 1000)), true)
  times.setBigInt64(8, BigInt(withinMs % 1000) * 1_000_000n, true)
  const time = { at: code.constant(new Uint8Array(times.buffer)) }
  code.call('ppoll', [{ at: socket }, 1, time, 0, 0], code.room(8))
}

function inetAddress({ address, port }: Reached): Uint8Array {
  const parts = address.split('.').map(Number)
  return Uint8Array.from([inet, 0, port >> 8, port & 0xff, ...parts, 0, 0, 0, 0, 0, 0, 0, 0])
}

/** 2001:db8::1, port 443. */
const inet6Address = Uint8Array.from([
  ...[inet6, 0, 1, 187, 0, 0, 0, 0, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  ...[0, 0, 0, 0],
])

/** Asks for the addresses of `example.com`. */
const nameQuestion = Uint8Array.from([
  ...[0x70, 0x61, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
  ...[
    7,
    ...new TextEncoder().encode('example'),
    3,
    ...new TextEncoder().encode('com'),
    0,
    0,
    1,
    0,
    1,
  ],
])

/** Reads what the probe wrote; null for anything else. */
export function decodeProbe(name: string, bytes: Uint8Array): Probed | null {
  if (name !== reportName || bytes.length !== reportBytes) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const answerAt = (at: number): number => Number(view.getBigInt64(at, true))
  const answerOf = (index: number): number => answerAt(places.answers + 8 * index)
  const text = (at: number, length: number): string =>
    new TextDecoder('latin1').decode(bytes.subarray(at, at + length)).replace(/\0.*$/s, '')
  const links = namespaceNames.map((one, index) => {
    const length = answerAt(places.linkAnswers + 8 * index)
    return [one, length > 0 ? text(places.links + linkBytes * index, length) : null] as const
  })
  const answers = triedNames.map((one, index) => [one, Math.max(0, -answerOf(index))] as const)
  return {
    uid: answerOf(triedNames.length),
    gid: answerOf(triedNames.length + 1),
    status: text(places.status, statusBytes),
    namespaces: new Map(links),
    tried: new Map(answers),
    // What lists the open files is itself open while it does.
    open: openFiles(view, answerOf(triedNames.length + 2)).filter(
      (one) => one !== answerOf(triedNames.length + 3),
    ),
  }
}

/** The names in a folder of numbers, from the records that the kernel wrote (getdents64). */
function openFiles(view: DataView, bytes: number): number[] {
  const found: number[] = []
  for (let at = 0; at + 19 < bytes; ) {
    const record = view.getUint16(places.entries + at + 16, true)
    if (record === 0) break
    let name = ''
    for (let next = places.entries + at + 19; view.getUint8(next) !== 0; next++) {
      name += String.fromCharCode(view.getUint8(next))
    }
    if (/^[0-9]+$/.test(name)) found.push(Number(name))
    at += record
  }
  return found.toSorted((one, other) => one - other)
}
