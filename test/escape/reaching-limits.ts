import { type Attempt, byLimit } from './attempt.ts'

const mebibyte = 1 << 20

/** Each limit is seen to end a run, and is told as the reason. */
export const reachingLimits: readonly Attempt[] = [
  {
    name: 'fork bomb',
    guard: 'cgroup: pids',
    program: 'import signal\nwhile True:\n  try: os.fork()\n  except OSError: time.sleep(0.01)',
    limits: { wallMs: 60_000 },
    // On gVisor a process takes memory of the machine, which may be used up first.
    ends: (end) => byLimit('processes')(end) || byLimit('memory')(end),
  },
  {
    name: 'bomb of threads',
    guard: 'cgroup: pids',
    // Threads that sleep on gVisor's kernel are none of the machine's.
    isOfSharedKernel: true,
    program: [
      'import threading',
      'threading.stack_size(65536)',
      'for _ in range(500): threading.Thread(target=time.sleep, args=(60,)).start()',
    ].join('\n'),
    limits: { wallMs: 60_000 },
    ends: byLimit('processes'),
  },
  {
    name: 'memory bomb',
    guard: 'cgroup: memory',
    program: 'kept = []\nwhile True: kept.append(bytearray(b"x") * (1 << 20))',
    limits: { wallMs: 60_000, cpuMs: 60_000 },
    ends: byLimit('memory'),
  },
  {
    name: 'memory bomb of many processes',
    guard: 'cgroup: memory',
    program: 'for _ in range(8): os.fork()\nkept = bytearray(b"x") * (16 << 20)\ntime.sleep(60)',
    limits: { wallMs: 60_000, cpuMs: 60_000, processesMax: 300 },
    ends: byLimit('memory'),
  },
  {
    name: 'memory that is no process: shared, in files without a name, in pipes',
    guard: 'cgroup: memory',
    program: [
      'libc.shmget.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_int]',
      'libc.shmat.restype = ctypes.c_void_p',
      'for n in range(1, 200):',
      '  at = libc.shmat(libc.shmget(n, 4 << 20, 0o1600), None, 0)',
      '  ctypes.memset(at, 1, 4 << 20)',
    ].join('\n'),
    limits: { wallMs: 60_000, cpuMs: 60_000 },
    ends: byLimit('memory'),
  },
  {
    name: 'filling the disk',
    guard: 'file system of fixed size',
    program: 'for n in range(99):\n  with open(f"/work/{n}", "wb") as f: f.write(bytes(1 << 20))',
    ends: byLimit('disk'),
  },
  {
    name: 'filling every place that can be written to, together',
    guard: 'file system of fixed size',
    program: [
      'for n in range(99):',
      '  for place in ["/work", "/tmp", "/dev/shm"]:',
      '    with open(f"{place}/{n}", "wb") as f: f.write(bytes(1 << 20))',
    ].join('\n'),
    ends: byLimit('disk'),
  },
  {
    name: 'filling the disk with empty files',
    guard: 'file system with a number of files',
    program: 'for n in range(99999): open(f"/tmp/{n}", "w").close()',
    limits: { wallMs: 60_000, cpuMs: 60_000 },
    ends: byLimit('disk'),
  },
  {
    name: 'one large file',
    guard: 'RLIMIT_FSIZE',
    program: [
      'import signal',
      'signal.signal(signal.SIGXFSZ, signal.SIG_DFL)',
      'with open("/work/x", "wb") as f: f.truncate(1 << 40)',
    ].join('\n'),
    ends: byLimit('disk'),
  },
  {
    name: 'output without an end',
    guard: 'bounded by the worker',
    program: 'while True: os.write(1, b"x" * 65536)',
    limits: { wallMs: 60_000, cpuMs: 60_000 },
    ends: byLimit('output'),
  },
  {
    name: '2 GB of output',
    guard: 'read and dropped',
    program: 'for _ in range(2048): os.write(2, bytes(1 << 20))',
    limits: { wallMs: 120_000, cpuMs: 120_000, outputEndsBytes: 4096 * mebibyte },
    ends: (end) => end.kind === 'exit' && end.code === 0,
  },
  {
    name: 'computing without an end',
    guard: 'cgroup: CPU time',
    program: 'while True: pass',
    limits: { cpuMs: 3000, wallMs: 60_000 },
    ends: byLimit('cpu'),
  },
  {
    name: 'computing in many short processes',
    guard: 'cgroup: CPU time',
    program: 'while True:\n  if os.fork() == 0:\n    sum(range(200000)); os._exit(0)\n  os.wait()',
    limits: { cpuMs: 3000, wallMs: 60_000 },
    ends: byLimit('cpu'),
  },
  {
    name: 'waiting without an end, deaf to signals',
    guard: 'the worker, SIGKILL',
    program: [
      'import signal',
      'for n in range(1, 32):',
      '  if n not in (9, 19): signal.signal(n, signal.SIG_IGN)',
      'time.sleep(600)',
    ].join('\n'),
    limits: { wallMs: 4000 },
    ends: byLimit('wall'),
  },
  {
    name: 'files opened without an end',
    guard: 'RLIMIT_NOFILE',
    program: 'refused("files", lambda: [os.open("/dev/null", 0) for _ in range(4000)])',
    ends: (end) => end.kind === 'exit' && end.code === 0,
  },
  {
    name: 'long names and deep folders',
    guard: 'file system, limits of the archive',
    program: [
      'refused("a longer name", lambda: open("/work/" + "n" * 256, "w").name)',
      'open("/work/" + "n" * 255, "w").close()',
      'os.chdir("/work")',
      'for n in range(1500): os.mkdir("d" * 200); os.chdir("d" * 200)',
      'open("bottom", "w").write("x")',
    ].join('\n'),
    limits: { wallMs: 60_000, cpuMs: 60_000 },
    ends: (end) => end.kind === 'exit' && end.code === 0,
  },
]

const staysBehind = [
  'marker = "@marker@"',
  'for n in range(3):',
  '  if os.fork() == 0:',
  '    os.setsid()',
  '    if os.fork() == 0:',
  '      import signal',
  '      for s in (1, 2, 3, 15): signal.signal(s, signal.SIG_IGN)',
  '      os.execvp("sh", ["sh", "-c", "trap \\"\\" TERM HUP; sleep 600; : " + marker])',
  '    os._exit(0)',
].join('\n')

/** What lives on when its command has ended; the suite looks for it on the machine. */
export const livingOn: readonly Attempt[] = [
  {
    name: 'processes that stay behind after the end',
    guard: 'pid namespace, cgroup emptied',
    program: `${staysBehind}\ntime.sleep(0.2)`,
    ends: (end) => end.kind === 'exit' && end.code === 0,
  },
  {
    name: 'processes that stay behind after a limit',
    guard: 'pid namespace, cgroup emptied',
    program: `${staysBehind}\ntime.sleep(600)`,
    limits: { wallMs: 4000 },
    ends: byLimit('wall'),
  },
  {
    name: 'ending everything in the sandbox, its own shell too',
    guard: 'the end is told by the worker',
    program: 'os.kill(-1, 9)\ntime.sleep(5)',
    ends: (end) => end.kind === 'signal',
  },
  {
    name: 'saying to the worker that it ended well',
    guard: 'nothing is believed but the end',
    program: [
      'for pid in [n for n in os.listdir("/proc") if n.isdigit()]:',
      '  for fd in (3, 4, 5):',
      '    try:',
      '      way = os.open(f"/proc/{pid}/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK)',
      '      os.write(way, b"ended 128\\n" + bytes(128) + b"packed 0\\n" + b"x" * 99999)',
      '    except OSError: pass',
      'while True: pass',
    ].join('\n'),
    limits: { cpuMs: 3000, wallMs: 60_000 },
    // What it says of itself is its own affair; that it ends, and when, is not.
    ends: (end) => end.kind === 'limit' || end.kind === 'exit',
  },
]
