import { beginningOf, isRunning, processSpace } from './process-identity.ts'

/**
 * One use of something by one process, as a file name: `<pid>.<beginning>.<process space>.<n>`. No
 * two uses ever have the same name, so the file of a dead process can be removed by anybody at any
 * moment.
 */
export type Holder = string

const space = processSpace()
let uses = 0

export function newHolder(): Holder {
  uses++
  return [process.pid, beginningOf(process.pid) ?? 'unknown', space, uses].join('.')
}

/** Of a process in another container nothing can be known by its number. */
export type Presence = 'here' | 'gone' | 'elsewhere'

export function presenceOf(holder: Holder): Presence {
  const [pid, beginning, itsSpace, use] = holder.split('.')
  if (use === undefined) return 'gone'
  if (itsSpace !== space) return 'elsewhere'
  const number = Number(pid)
  if (!Number.isInteger(number) || number <= 0 || !isRunning(number)) return 'gone'
  const now = beginningOf(number)
  return now === null || beginning === 'unknown' || now === beginning ? 'here' : 'gone'
}
