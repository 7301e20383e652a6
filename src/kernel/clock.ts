/** The only source of the present moment; passed in, so that rules stay functions of values. */
export type Clock = { readonly now: () => Date }

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still at `instant` (ISO 8601), for tests and for reproducible output. */
export const clockAt = (instant: string): Clock => ({ now: () => new Date(instant) })
