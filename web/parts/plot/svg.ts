import { visibleLine } from '#features/exchange/page/visible.ts'

/** Plots as files that stand by themselves: on white, in fixed colours, with system fonts. */

export const ink = {
  text: '#1f2430',
  quiet: '#5b6270',
  rule: '#d9dce2',
  pale: '#a9b0bd',
  strong: '#2b4fc2',
  other: '#8a5a00',
} as const

type Attributes = Readonly<Record<string, string | number>>

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

const round = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escaped(value)

export const mark = (name: string, attributes: Attributes): string =>
  `<${name} ${Object.entries(attributes)
    .map(([key, value]) => `${key}="${round(value)}"`)
    .join(' ')}/>`

type Words = Attributes & { readonly x: number; readonly y: number }

export const words = (text: string, attributes: Words): string =>
  mark('text', { fill: ink.text, ...attributes }).replace(
    /\/>$/,
    `>${escaped(visibleLine(text))}</text>`,
  )

type Sheet = {
  readonly width: number
  readonly height: number
  readonly title: string
  /** What is shown, of when and how: a figure travels without its page. */
  readonly about: string
  readonly marks: readonly string[]
}

export function svgOf({ width, height, title, about, marks }: Sheet): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
      `height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(about)}</desc>`,
    mark('rect', { width, height, fill: '#ffffff' }),
    words(title, { x: 16, y: 24, 'font-size': 15, 'font-weight': 600 }),
    words(about, { x: 16, y: 42, fill: ink.quiet }),
    ...marks,
    '</svg>',
    '',
  ].join('\n')
}
