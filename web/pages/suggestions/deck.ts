import type { Decision, Suggestion } from '../../api/types.ts'

export type Answer = Decision['decision']

/** One that this person answered, newest last; `key` tells it from a second answer to the same. */
export type Decided = {
  readonly key: number
  readonly suggestion: Suggestion
  readonly answer: Answer
}

/**
 * The decisions of one sitting. What stands in front of a person changes only by what they do: what
 * arrives joins at the end, and what somebody else decided leaves only from below.
 */
export type Deck = {
  /** Not decided yet, in the order of the server. */
  readonly open: readonly Suggestion[]
  /** The one in front. */
  readonly at: number
  readonly decided: readonly Decided[]
  /** The one in front was decided or changed by somebody else. */
  readonly isStale: boolean
}

export const emptyDeck: Deck = { open: [], at: 0, decided: [], isStale: false }

export type Step =
  | { readonly do: 'read'; readonly items: readonly Suggestion[] }
  | { readonly do: 'decide'; readonly key: number; readonly answer: Answer }
  | { readonly do: 'bring-back'; readonly key: number }
  | { readonly do: 'move'; readonly by: 1 | -1 }
  | { readonly do: 'changed-elsewhere'; readonly id: string }
  | { readonly do: 'drop'; readonly id: string }

export const frontOf = ({ open, at }: Deck): Suggestion | undefined => open[at]

export function stepped(deck: Deck, step: Step): Deck {
  if (step.do === 'read') return read(deck, step.items)
  if (step.do === 'decide') return decide(deck, step)
  if (step.do === 'bring-back') return bringBack(deck, step.key)
  if (step.do === 'drop') return drop(deck, step.id)
  if (step.do === 'move') {
    const count = deck.open.length
    if (count < 2) return deck
    return { ...deck, at: (deck.at + step.by + count) % count, isStale: false }
  }
  const isFront = frontOf(deck)?.id === step.id
  return isFront ? { ...deck, isStale: true } : drop(deck, step.id)
}

function read(deck: Deck, items: readonly Suggestion[]): Deck {
  const known = new Set([
    ...deck.open.map(({ id }) => id),
    ...deck.decided.map(({ suggestion }) => suggestion.id),
  ])
  const fresh = items.filter(({ id }) => !known.has(id))
  return fresh.length === 0 ? deck : { ...deck, open: [...deck.open, ...fresh] }
}

function decide(deck: Deck, { key, answer }: { key: number; answer: Answer }): Deck {
  const suggestion = frontOf(deck)
  if (suggestion === undefined) return deck
  const dropped = drop(deck, suggestion.id)
  return { ...dropped, decided: [...deck.decided, { key, suggestion, answer }] }
}

/** Puts an answered one back in front: it was taken back, or the server refused the answer. */
function bringBack(deck: Deck, key: number): Deck {
  const found = deck.decided.find((one) => one.key === key)
  if (found === undefined) return deck
  return {
    open: deck.open.toSpliced(deck.at, 0, found.suggestion),
    at: deck.at,
    decided: deck.decided.filter((one) => one !== found),
    isStale: false,
  }
}

function drop(deck: Deck, id: string): Deck {
  const gone = deck.open.findIndex((one) => one.id === id)
  if (gone < 0) return deck
  const open = deck.open.toSpliced(gone, 1)
  const at = gone < deck.at ? deck.at - 1 : deck.at
  // After the last comes the first that was skipped.
  return {
    ...deck,
    open,
    at: at >= open.length ? 0 : at,
    isStale: deck.isStale && gone !== deck.at,
  }
}
