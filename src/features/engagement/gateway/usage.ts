/** Tokens, in and out. */
export type Tokens = { readonly input: number; readonly output: number }

/** What an endpoint says it used; a part that it did not say is null. */
export type Told = { readonly input: number | null; readonly output: number | null }

/** In millionths of a US dollar for a million tokens. */
export type Price = { readonly inputMicroUsd: number; readonly outputMicroUsd: number }

/** How what an endpoint says contradicts what passed. */
export type Doubt = 'missing' | 'malformed' | 'too-low' | 'too-high'

export type Usage = {
  readonly told: Told
  /** By sizes alone: four bytes of words for a token. */
  readonly counted: Tokens
  readonly doubt: Doubt | null
  /** What the budget takes: of each the larger. */
  readonly charged: Tokens
}

/** What passed, as far as tokens go with it. */
export type Passed = {
  readonly inputTextBytes: number
  readonly outputTextBytes: number
  /** What the model can take and give at most, as was agreed or asked for. */
  readonly most: Tokens
  readonly isMalformed: boolean
}

const bytesPerToken = 4
/** No vocabulary has tokens that are longer on average; fewer tokens than that were not used. */
export const bytesPerTokenMax = 16
/** Under so many bytes an average says nothing. */
const bytesToDoubt = 512

export const tokensOf = (textBytes: number): number => Math.ceil(textBytes / bytesPerToken)

/** Holds what an endpoint tells against what passed. */
export function judgeUsage(told: Told, passed: Passed): Usage {
  const { inputTextBytes, outputTextBytes, most } = passed
  const counted = {
    input: Math.min(tokensOf(inputTextBytes), most.input),
    output: tokensOf(outputTextBytes),
  }
  const charged = {
    input: Math.max(told.input ?? 0, isTooFew(told.input, inputTextBytes) ? counted.input : 0),
    output: Math.max(told.output ?? 0, isTooFew(told.output, outputTextBytes) ? counted.output : 0),
  }
  return { told, counted, doubt: doubtOf(told, passed), charged }
}

function doubtOf(told: Told, passed: Passed): Doubt | null {
  if (passed.isMalformed) return 'malformed'
  if (told.input === null || told.output === null) return 'missing'
  if (isTooFew(told.input, passed.inputTextBytes)) return 'too-low'
  if (isTooFew(told.output, passed.outputTextBytes)) return 'too-low'
  if (told.input > passed.most.input || told.output > passed.most.output) return 'too-high'
  return null
}

function isTooFew(tokens: number | null, textBytes: number): boolean {
  if (tokens === null) return true
  return textBytes >= bytesToDoubt && tokens * bytesPerTokenMax < textBytes
}

const million = 1_000_000

/** What tokens cost, rounded up. */
export const costOf = ({ input, output }: Tokens, price: Price): number =>
  Math.ceil((input * price.inputMicroUsd + output * price.outputMicroUsd) / million)

/** An endpoint may tell any number; only those that are counts are taken. */
export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1e9
