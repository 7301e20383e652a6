/** Error numbers of Linux that the filter answers with. */
export const errno = { EPERM: 1, ENOSYS: 38, EPROTONOSUPPORT: 93, EAFNOSUPPORT: 97 } as const

/** When a call is refused, by the low 32 bits of one of its arguments. */
export type Condition =
  | { readonly argument: number; readonly hasAnyOf: number }
  | { readonly argument: number; readonly isOneOf: readonly number[] }
  /** After `mask`, where there is one. */
  | { readonly argument: number; readonly isNoneOf: readonly number[]; readonly mask?: number }

/** What the filter refuses: a call by its numbers on x86-64 and on aarch64, with an error. */
export type Rule = {
  readonly call: string
  readonly numbers: { readonly x64: number | null; readonly arm64: number | null }
  readonly error: number
  readonly when?: Condition
}

/**
 * The newest call that was looked at when the rules were written (`futex_requeue`). What a kernel
 * adds later is answered as one that does not have it would.
 */
export const newestCall = 456

type Numbers = readonly [x64: number | null, arm64: number | null]

const refused = (error: number, calls: Readonly<Record<string, Numbers>>): Rule[] =>
  Object.entries(calls).map(([call, [x64, arm64]]) => ({ call, numbers: { x64, arm64 }, error }))

const only = (call: string, [x64, arm64]: Numbers, rule: Pick<Rule, 'error' | 'when'>): Rule => ({
  ...{ call, numbers: { x64, arm64 } },
  ...rule,
})

/** New namespaces of any kind, as `clone` takes them. */
const namespaceFlags = 0x7e020000

/** `TIOCSTI` types into the terminal that started us; `TIOCLINUX` selects and pastes there. */
const terminalInjection = [0x5412, 0x541c]

/** Layouts of memory only: Linux, 32 bits, and not at random, which sanitizers ask for. */
const personalities = [0, 0x0008, 0x20000, 0x20008, 0x40000, 0x60000, 0xffffffff]

const families = { unix: 1, inet: 2, inet6: 10 }
const socketTypes = { stream: 1, datagram: 2, packets: 5 }
const protocols = { unspecified: 0, tcp: 6, udp: 17 }

/** Another process of the sandbox is looked into, or its files taken. */
const otherProcesses: Readonly<Record<string, Numbers>> = {
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
}

/** Parts of the kernel that are large, reachable without a privilege, and needed by no proof. */
const surface: Readonly<Record<string, Numbers>> = {
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  fanotify_init: [300, 262],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  mbind: [237, 235],
  set_mempolicy: [238, 237],
  modify_ldt: [154, null],
}

const mounts: Readonly<Record<string, Numbers>> = {
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  unshare: [272, 97],
  setns: [308, 268],
}

/** What only the machine's own root may do anyway, refused before the kernel asks for the right. */
const administration: Readonly<Record<string, Numbers>> = {
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  create_module: [174, null],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  get_kernel_syms: [177, null],
  query_module: [178, null],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  nfsservctl: [180, 42],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  acct: [163, 89],
  syslog: [103, 116],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  adjtimex: [159, 171],
  clock_adjtime: [305, 266],
  iopl: [172, null],
  ioperm: [173, null],
  vhangup: [153, 58],
  lookup_dcookie: [212, 18],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  _sysctl: [156, null],
  sysfs: [139, null],
  uselib: [134, null],
  ustat: [136, null],
}

/** What programs do without when the kernel has none: they take the older way. */
const absent: Readonly<Record<string, Numbers>> = {
  // Its flags are in memory, where a filter cannot read them; libraries then use `clone`.
  clone3: [435, 435],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  memfd_secret: [447, 447],
  set_mempolicy_home_node: [450, 450],
}

/**
 * What a program in a sandbox may not ask of the kernel. `mayTrace` leaves `ptrace` to it: the leak
 * sanitizer stops its own threads by it. It reaches processes of the same sandbox only, and a
 * traced process stays under the filter, which the kernel asks after the tracer.
 */
export function rulesOf({ mayTrace }: { readonly mayTrace: boolean }): readonly Rule[] {
  const { EPERM, ENOSYS, EAFNOSUPPORT, EPROTONOSUPPORT } = errno
  return [
    ...(mayTrace ? [] : refused(EPERM, { ptrace: [101, 117] })),
    ...[otherProcesses, surface, mounts, administration].flatMap((all) => refused(EPERM, all)),
    ...refused(ENOSYS, absent),
    only('clone', [56, 220], { error: EPERM, when: { argument: 0, hasAnyOf: namespaceFlags } }),
    only('personality', [135, 92], {
      ...{ error: EPERM, when: { argument: 0, isNoneOf: personalities } },
    }),
    only('ioctl', [16, 29], { error: EPERM, when: { argument: 1, isOneOf: terminalInjection } }),
    ...(['socket', 'socketpair'] as const).flatMap((call) => {
      const numbers: Numbers = call === 'socket' ? [41, 198] : [53, 199]
      const among = (argument: number, ofThese: Readonly<Record<string, number>>) => ({
        ...{ argument, isNoneOf: Object.values(ofThese) },
      })
      return [
        only(call, numbers, { error: EAFNOSUPPORT, when: among(0, families) }),
        only(call, numbers, { error: EPERM, when: { ...among(1, socketTypes), mask: 0xf } }),
        only(call, numbers, { error: EPROTONOSUPPORT, when: among(2, protocols) }),
      ]
    }),
  ]
}
