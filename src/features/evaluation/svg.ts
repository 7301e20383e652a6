/** Text from outside as text of an SVG document or of an attribute in double quotes. */
export const svgText = (text: string): string =>
  text
    // XML 1.0 has no way to write these, escaped or not.
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** As long as there is room for, at some 6.5 pixels a character of the small size. */
export const svgClip = (text: string, widthPx: number): string => {
  const characters = [...text]
  const most = Math.max(1, Math.floor(widthPx / 6.5))
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

export type Picture = {
  readonly width: number
  readonly height: number
  readonly title: string
  /** A sentence for those who do not see the picture. */
  readonly summary: string
  readonly body: readonly string[]
}

/** One set of colours for light places and one for dark; the meaning is never in colour alone. */
const style = `
svg{--paper:#fdfdfc;--ink:#24292f;--soft:#6e7781;--line:#d8dee4;--yes:#1f7a5c;--no:#e7e5e0;
--own:#b7791f;--gap:#8a94a0;--blue:#2f6fb0;--rust:#b4512f;
font-family:system-ui,sans-serif;font-size:12px;color-scheme:light dark}
@media(prefers-color-scheme:dark){svg{--paper:#16191d;--ink:#e4e8ec;--soft:#9aa4af;--line:#343b44;
--yes:#4cb38d;--no:#2b3037;--own:#d6a24c;--gap:#6f7a86;--blue:#74aee6;--rust:#e08a66}}
.paper{fill:var(--paper)}text{fill:var(--ink)}.soft{fill:var(--soft)}
.title{font-size:14px;font-weight:600}.axis{stroke:var(--line);stroke-width:1;fill:none}
.end{text-anchor:end}.middle{text-anchor:middle}
.yes{fill:var(--yes)}.no{fill:var(--no)}.own{fill:var(--own)}
.gap{fill:var(--paper);stroke:var(--gap);stroke-width:1.5}
.blue{stroke:var(--blue);fill:none;stroke-width:2}.rust{stroke:var(--rust);fill:none;stroke-width:2}
.blue-fill{fill:var(--blue)}.rust-fill{fill:var(--rust)}
.mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4;fill:none}
.dotted{stroke-dasharray:2 4}`

/** A document that stands alone: no script, nothing fetched. */
export function svgDocument({ width, height, title, summary, body }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
      `width="${width}" height="${height}" role="img" aria-labelledby="title summary">`,
    `<title id="title">${svgText(title)}</title>`,
    `<desc id="summary">${svgText(summary)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    textAt([24, 30], svgClip(title, (width - 48) * 0.85), 'title'),
    ...body,
    '</svg>',
    '',
  ].join('\n')
}

export type Point = readonly [x: number, y: number]

/** Tenths of a pixel, so that equal pictures are equal texts. */
export const px = (value: number): string => String(Math.round(value * 10) / 10)

export const textAt = ([x, y]: Point, text: string, classes = ''): string =>
  `<text x="${px(x)}" y="${px(y)}"${classes && ` class="${classes}"`}>${svgText(text)}</text>`

export const lineFrom = (from: Point, to: Point, classes: string): string =>
  `<path class="${classes}" d="M${from.map(px).join(' ')}L${to.map(px).join(' ')}"/>`

export const pathThrough = (points: readonly Point[], classes: string): string =>
  `<path class="${classes}" d="${points
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${point.map(px).join(' ')}`)
    .join('')}"/>`

export const dotAt = ([x, y]: Point, classes: string, radius = 4): string =>
  `<circle class="${classes}" cx="${px(x)}" cy="${px(y)}" r="${px(radius)}"/>`

/** Where a value of `from` lies in `to`, and the nearest end for a value outside. */
export const scaleOf =
  ([low, high]: Point, [start, end]: Point) =>
  (value: number): number => {
    const share = high === low ? 0.5 : (value - low) / (high - low)
    return start + Math.min(1, Math.max(0, share)) * (end - start)
  }
