import { getPriority, setPriority } from 'node:os'

const politeness = 5

/**
 * Lets requests go first where both want a processor: lowers the priority of this process, on Linux
 * of this thread. One that is lower already stays so: only root may raise it again.
 */
export function waitBehind(): void {
  if (getPriority() < politeness) setPriority(politeness)
}
