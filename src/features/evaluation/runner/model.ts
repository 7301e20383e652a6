import type { Usage } from '#features/engagement/gateway/usage.ts'

/** What a model wants done: the arguments as they were said. */
export type Call = { readonly id: string; readonly tool: string; readonly input: string }

/** What a model said in one turn. */
export type Said = {
  readonly text: string
  readonly reasoning: string | null
  readonly calls: readonly Call[]
  /** As the endpoint wants to be told it again, unchanged; null where the rest says it all. */
  readonly echo: unknown
}

export type Message =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly said: Said }
  | { readonly role: 'tool'; readonly call: string; readonly text: string }

/** A tool as a model is told of it; `parameters` is a JSON Schema. */
export type ToolSpec = {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** One turn of one sample, to be asked under one name however often it is tried. */
export type Ask = {
  readonly request: string
  readonly task: string
  readonly epoch: number
  readonly messages: readonly Message[]
  readonly tools: readonly ToolSpec[]
  readonly outputTokensMax: number
  readonly temperature: number | null
}

/** A model's answer, or the typed reason why there is none. */
export type Reply =
  | {
      readonly is: 'answer'
      readonly said: Said
      /** The endpoint's own word for why it stopped. */
      readonly stop: string | null
      readonly ending: 'whole' | 'refused' | 'blocked'
      readonly usage: Usage
    }
  /** Safeguards in front of the model stopped it. */
  | { readonly is: 'blocked'; readonly code: string; readonly why: string }
  /** The conversation is longer than the model takes. */
  | { readonly is: 'full'; readonly why: string }
  /** Asking again may help. `isSpent`: what was asked may have been charged all the same. */
  | {
      readonly is: 'again'
      readonly why: string
      readonly afterMs: number | null
      readonly isOverload: boolean
      readonly isSpent: boolean
      /** Whether nobody would have been answered, as far as can be told. */
      readonly isDown: boolean
    }
  /** This sample cannot go on. */
  | {
      readonly is: 'failed'
      readonly code: string
      readonly why: string
      readonly isSpent: boolean
    }
  /** No sample can go on until somebody does something about it. */
  | { readonly is: 'halted'; readonly code: string; readonly why: string }
  /** Access has ended for good. */
  | { readonly is: 'ended'; readonly code: string; readonly why: string }

/** Whatever answers: an endpoint, or a script. */
export interface Model {
  readonly name: string
  /** Where it is, as a log tells it; null for a script. */
  readonly at: string | null
  /** How many bytes a request comes to, about: what it may use is judged before it is sent. */
  bytesOf(ask: Ask): number
  ask(ask: Ask, options: AskOptions): Promise<Reply>
}

export type AskOptions = { readonly signal: AbortSignal; readonly timeoutMs: number }
