import { z } from 'zod'

/** A name or title: one line of which nothing acts on a terminal or begins another line. */
export const lineShape = (lengthMax: number) =>
  z
    .string()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'It must be one line without control characters.')
