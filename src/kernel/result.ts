import type { Refusal } from './refusal.ts'

/** A success that carries its value. */
export type Ok<T> = { readonly ok: true; readonly value: T }

/** An expected "no" that carries its reason. Bugs are thrown instead. */
export type No<E> = { readonly ok: false; readonly refusal: E }

/** The answer of anything for which "no" is an answer: decode, decide, require. */
export type Result<T, E = Refusal> = Ok<T> | No<E>

export const yes = <T>(value: T): Ok<T> => ({ ok: true, value })

export const no = <E>(refusal: E): No<E> => ({ ok: false, refusal })
