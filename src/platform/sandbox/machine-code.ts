/** The machines whose code is written here. */
export type Machine = 'x64' | 'arm64'

/** Linux's numbers of the system calls that the programs of the sandbox make. */
const numbers = {
  x64: {
    ...{ read: 0, write: 1, close: 3, ioctl: 16, socket: 41, connect: 42, sendto: 44, clone: 56 },
    ...{ execve: 59, wait4: 61, exit: 60, getuid: 102, getgid: 104, ptrace: 101, statfs: 137 },
    ...{ openat: 257, readlinkat: 267, getdents64: 217, unshare: 272, mount: 165, keyctl: 250 },
    ...{ close_range: 436, prlimit64: 302, ppoll: 271 },
  },
  arm64: {
    ...{ read: 63, write: 64, close: 57, ioctl: 29, socket: 198, connect: 203, sendto: 206 },
    ...{ clone: 220, execve: 221, wait4: 260, exit: 93, getuid: 174, getgid: 176, ptrace: 117 },
    ...{ statfs: 43, openat: 56, readlinkat: 78, getdents64: 61, unshare: 97, mount: 40 },
    ...{ keyctl: 219, close_range: 436, prlimit64: 261, ppoll: 73 },
  },
} as const

export type CallName = keyof typeof numbers.x64

/** An argument: a number of 32 bits, an address in the program's memory, or a value kept there. */
export type Argument =
  | number
  | { readonly at: number }
  /** The eight bytes that stand at this place of the memory. */
  | { readonly kept: number }

const base = 0x400000
const memoryAt = base + 0x10000
const headBytes = 64 + 56

/**
 * Writes a static program for Linux that needs nothing of the root file system it is run in: system
 * calls one after the other, with numbers, with addresses in a memory of its own and with what
 * earlier calls answered. There are no loops, and one branch.
 */
export class MachineCode {
  readonly #machine: Machine
  readonly #code: number[] = []
  readonly #memory: Uint8Array<ArrayBuffer>
  #used = 0

  /** A program with so much memory, zero at first. */
  constructor(machine: Machine, memoryBytes: number) {
    this.#machine = machine
    this.#memory = new Uint8Array(memoryBytes)
  }

  /** Takes room in the memory, aligned to eight bytes; answers where it begins. */
  room(bytes: number): number {
    const at = this.#used
    this.#used = Math.ceil((at + bytes) / 8) * 8
    if (this.#used > this.#memory.length) throw new Error('the program has no memory left')
    return at
  }

  /** Room that holds these bytes from the beginning. */
  constant(bytes: Uint8Array): number {
    const at = this.room(bytes.length)
    this.#memory.set(bytes, at)
    return at
  }

  /** A text that ends with a zero, as system calls take it. */
  text(text: string): number {
    return this.constant(new TextEncoder().encode(`${text}\0`))
  }

  /** Makes a system call and keeps its answer, eight bytes, at `answerAt`. */
  call(name: CallName, args: readonly Argument[], answerAt: number): void {
    args.forEach((argument, index) => {
      this.#load(index, argument)
    })
    const number = numbers[this.#machine][name]
    if (this.#machine === 'x64') {
      this.#bytes([0xb8, ...little(number), 0x0f, 0x05])
      this.#bytes([0x48, 0x89, 0x04, 0x25, ...little(memoryAt + answerAt)])
    } else {
      this.#move(8, number)
      this.#word(0xd4000001)
      this.#store(0, answerAt)
    }
  }

  /**
   * Keeps what the program was started with: the address of its arguments after its own name, that
   * of the first of them, and that of its environment.
   */
  keepArguments(at: { readonly list: number; readonly first: number; readonly env: number }): void {
    if (this.#machine === 'x64') {
      this.#bytes([0x48, 0x8b, 0x04, 0x24, 0x48, 0x8d, 0x54, 0xc4, 0x10])
      this.#bytes([0x48, 0x89, 0x14, 0x25, ...little(memoryAt + at.env)])
      this.#bytes([0x48, 0x8d, 0x74, 0x24, 0x10])
      this.#bytes([0x48, 0x89, 0x34, 0x25, ...little(memoryAt + at.list)])
      this.#bytes([0x48, 0x8b, 0x7c, 0x24, 0x10])
      this.#bytes([0x48, 0x89, 0x3c, 0x25, ...little(memoryAt + at.first)])
    } else {
      for (const word of [0xf94003e0, 0x910043e2, 0x8b000c42, 0x910043e1, 0xf9400be3]) {
        this.#word(word)
      }
      this.#store(2, at.env)
      this.#store(1, at.list)
      this.#store(3, at.first)
    }
  }

  /** Leaves out what `whenZero` writes, unless the last call answered zero. */
  ifZero(whenZero: () => void): void {
    const start = this.#code.length + (this.#machine === 'x64' ? 9 : 4)
    if (this.#machine === 'x64') this.#bytes([0x48, 0x85, 0xc0, 0x0f, 0x85, 0, 0, 0, 0])
    else this.#word(0)
    whenZero()
    const skipped = this.#code.length - start
    const patch =
      this.#machine === 'x64'
        ? little(skipped)
        : little((0xb5000000 | ((skipped / 4 + 1) << 5)) >>> 0)
    this.#code.splice(start - 4, 4, ...patch)
  }

  /** The program as an executable file (ELF, one segment of code and memory). */
  file(): Uint8Array {
    const file = new Uint8Array(memoryAt - base + this.#used)
    const view = new DataView(file.buffer)
    file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
    view.setUint16(16, 2, true)
    view.setUint16(18, this.#machine === 'x64' ? 62 : 183, true)
    view.setUint32(20, 1, true)
    view.setUint32(24, base + headBytes, true)
    view.setUint32(32, 64, true)
    for (const [at, value] of [
      [52, 64],
      [54, 56],
      [56, 1],
    ] as const)
      view.setUint16(at, value, true)
    view.setUint32(64, 1, true)
    view.setUint32(68, 7, true)
    view.setUint32(80, base, true)
    view.setUint32(88, base, true)
    view.setUint32(96, file.length, true)
    view.setUint32(104, file.length, true)
    view.setUint32(112, 0x10000, true)
    if (headBytes + this.#code.length > memoryAt - base) throw new Error('the program is too long')
    file.set(this.#code, headBytes)
    file.set(this.#memory.subarray(0, this.#used), memoryAt - base)
    return file
  }

  #load(index: number, argument: Argument): void {
    if (this.#machine === 'arm64') {
      if (typeof argument === 'number') this.#move(index, argument >>> 0)
      else if ('at' in argument) this.#move(index, memoryAt + argument.at)
      else {
        this.#move(9, memoryAt + argument.kept)
        this.#word((0xf9400000 | (9 << 5) | index) >>> 0)
      }
      return
    }
    if (typeof argument === 'object' && 'kept' in argument) {
      this.#bytes([...(keptInto[index] ?? []), 0x25, ...little(memoryAt + argument.kept)])
    } else {
      const value = typeof argument === 'number' ? argument : memoryAt + argument.at
      this.#bytes([...(numberInto[index] ?? []), ...little(value >>> 0)])
    }
  }

  /** `movz` and `movk` of 32 bits. */
  #move(register: number, value: number): void {
    this.#word((0xd2800000 | ((value & 0xffff) << 5) | register) >>> 0)
    this.#word((0xf2a00000 | ((value >>> 16) << 5) | register) >>> 0)
  }

  #store(register: number, at: number): void {
    this.#move(9, memoryAt + at)
    this.#word((0xf9000000 | (9 << 5) | register) >>> 0)
  }

  #bytes(bytes: readonly number[]): void {
    this.#code.push(...bytes)
  }

  #word(word: number): void {
    this.#code.push(...little(word))
  }
}

/** `mov` of a number into rdi, rsi, rdx, r10, r8 and r9. */
const numberInto = [[0xbf], [0xbe], [0xba], [0x41, 0xba], [0x41, 0xb8], [0x41, 0xb9]]
/** `mov` of what stands at an address into the same registers. */
const keptInto = [
  ...[
    [0x48, 0x8b, 0x3c],
    [0x48, 0x8b, 0x34],
    [0x48, 0x8b, 0x14],
  ],
  ...[
    [0x4c, 0x8b, 0x14],
    [0x4c, 0x8b, 0x04],
    [0x4c, 0x8b, 0x0c],
  ],
]

const little = (value: number): number[] => [
  ...[value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff],
]
