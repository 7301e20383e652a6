/** What is known of the place that text is printed to. */
export type Screen = {
  /** In cells. */
  readonly width: number
  readonly isTerminal: boolean
  readonly hasColour: boolean
}

/** The settings of the environment that matter here; see `platform/config`. */
export type ScreenSettings = {
  readonly columns?: number
  /** https://no-color.org: set and not empty means no. */
  readonly isColourRefused: boolean
  readonly isColourForced: boolean
}

type Stream = { readonly isTTY?: boolean; readonly columns?: number }

/** Lines that go to no terminal are this long, so that output is the same anywhere. */
const widthElsewhere = 120
const widthMin = 20

export function screenOf(stream: Stream, settings: ScreenSettings): Screen {
  const isTerminal = stream.isTTY === true
  const own = isTerminal ? stream.columns : undefined
  const width = Math.max(widthMin, own || settings.columns || widthElsewhere)
  const hasColour =
    !settings.isColourRefused && (settings.isColourForced || (isTerminal && own !== 0))
  return { width, isTerminal, hasColour }
}

/** Select Graphic Rendition codes (ECMA-48 8.3.117): how to start and how to end each style. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
  magenta: [35, 39],
} as const satisfies Record<string, readonly [number, number]>

export type Style = keyof typeof codes
export type Paint = (text: string, style?: Style) => string

/** Colours text on screens that have colour, else leaves it as it is. */
export const painter =
  (screen: Pick<Screen, 'hasColour'>): Paint =>
  (text, style) => {
    if (!screen.hasColour || style === undefined || text === '') return text
    const [start, end] = codes[style]
    return `\u001b[${start}m${text}\u001b[${end}m`
  }
