/** Which attempt of a run: its task, and the number of the attempt, from 1. */
export type SampleKey = { readonly task: string; readonly epoch: number }

export const sampleText = ({ task, epoch }: SampleKey): string => `${task}, attempt ${epoch}`

export const isSameSample = (one: SampleKey, other: SampleKey): boolean =>
  one.task === other.task && one.epoch === other.epoch
