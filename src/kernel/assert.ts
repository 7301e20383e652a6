/** Thrown when the program contradicts itself; never for bad input. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** States what must hold. A failure is a defect in Parley, not in its input. */
export function assert(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Bug(why)
}

/** Ends a switch over a union: adding a member without a case no longer compiles. */
export function unreachable(found: never): never {
  throw new Bug(`unreachable: ${String(found)}`)
}
