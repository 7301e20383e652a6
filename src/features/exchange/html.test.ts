import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { syntheticTriage } from '../../../test/synthetic/triage.ts'
import { bundleJson, bundlePage, bundlePath } from '../../../tools/page.ts'
import { renderHtml } from './html.ts'
import { unpacker } from './page/unpack.ts'
import type { Triage } from './triage.ts'

/** What the page's script would read, unpacked. */
function embeddedIn(html: string) {
  const [, json = ''] =
    /<script type="application\/json" id="triage">(.*?)<\/script>/s.exec(html) ?? []
  const packed = JSON.parse(json)
  const unpackOne = unpacker(packed)
  const unpack = (value: unknown) => JSON.parse(JSON.stringify(unpackOne(value)))
  return {
    json,
    head: unpack(packed.head),
    cases: packed.cases.map(unpack),
    suggestions: unpack(packed.suggestions),
    files: unpack(packed.files),
    setAside: packed.setAside.map(unpack),
  }
}

const plainly = <T>(value: T): T => JSON.parse(JSON.stringify(value))

test('the page embeds the whole triage, hostile texts to the character', () => {
  const triage = plainly(syntheticTriage({ cases: 40, hostile: true }))
  const { cases, suggestions, files, setAside } = embeddedIn(renderHtml(triage))
  assert.deepEqual(cases, triage.cases)
  assert.deepEqual(suggestions, triage.suggestions)
  assert.deepEqual(files, triage.files)
  assert.deepEqual(setAside, triage.setAside)
})

test('no text of a report can end the element that it is embedded in', () => {
  const html = renderHtml(syntheticTriage({ cases: 40, hostile: true }))
  const { json } = embeddedIn(html)
  assert.ok(!/[<\u2028\u2029\0]/.test(json))
  const elements = html.replace(json, '').match(/<\/?script\b/g) ?? []
  assert.equal(elements.length, 4, 'two scripts open and close')
  assert.ok(!html.replace(json, '').includes('globalThis.broken'))
})

test('the policy allows this script and this style by digest, and nothing else', () => {
  const html = renderHtml(syntheticTriage({ cases: 2 }))
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? []
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? []
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64')
  assert.deepEqual(policy.split('; ').sort(), [
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    'img-src data:',
    `script-src 'sha256-${digest(script)}'`,
    `style-src 'sha256-${digest(style)}'`,
  ])
  assert.ok(!/\sstyle="|\son[a-z]+="/.test(html), 'no inline style or handler')
  assert.ok(!/(?:src|href)="(?!data:,")/.test(html), 'nothing is fetched')
})

test('equal triages give equal bytes', () => {
  const wish = { cases: 25, hostile: true }
  assert.equal(renderHtml(syntheticTriage(wish)), renderHtml(syntheticTriage(wish)))
})

/** A triage of one report with this description, cited in a record around it. */
function citing(original: (details: string) => unknown): { triage: Triage; details: string } {
  const triage = syntheticTriage({ cases: 1 })
  const details = 'The length is checked before it is widened. '.repeat(200)
  const cases = triage.cases.map((found) => ({
    ...found,
    reports: found.reports.map((report) => ({
      ...report,
      finding: { ...report.finding, details, original: original(details) },
    })),
  }))
  return { triage: { ...triage, cases }, details }
}

for (const [what, original] of [
  ['the same text', (details: string): unknown => ({ message: { text: details } })],
  ['a longer text', (details: string): unknown => `# Title\n\n${details}\n\nRegards`],
  ['a longer text inside', (details: string): unknown => ({ a: [{ body: `Hello\n${details}` }] })],
] as const) {
  test(`a description that its record holds as ${what} is embedded once`, () => {
    const { triage, details } = citing(original)
    const { json, cases } = embeddedIn(renderHtml(triage))
    assert.deepEqual(cases, plainly(triage.cases))
    const sentence = details.slice(0, 43)
    assert.equal(json.split(sentence).length - 1, 200)
  })
}

test('a page that would be too large leaves out records, then ends of texts, and says so', () => {
  const { triage } = citing(() => Array.from({ length: 9_000 }, (_, at) => `${at} and more`))
  const whole = renderHtml(triage)
  assert.deepEqual(embeddedIn(whole).head.without, [])
  const light = embeddedIn(renderHtml(triage, { charactersMax: 100_000 }))
  assert.deepEqual(light.head.without, ['originals'])
  assert.equal(light.cases[0].reports[0].finding.original, undefined)
  assert.equal(
    light.cases[0].reports[0].finding.details,
    triage.cases[0]?.reports[0]?.finding.details,
  )
  const short = embeddedIn(renderHtml(triage, { charactersMax: 12_000 }))
  assert.deepEqual(short.head.without, ['originals', 'long-texts'])
  assert.equal(short.cases[0].reports[0].finding.details.length, 2_001)
  assert.equal(short.cases[0].title, triage.cases[0]?.title)
})

test('of very many reports the page keeps the first cases and the suggestions among them', () => {
  const triage = syntheticTriage({ cases: 60 })
  const { head, cases, suggestions } = embeddedIn(renderHtml(triage, { reportsMax: 50 }))
  assert.deepEqual(head.without, ['later-cases'])
  assert.equal(head.counts.cases, 60, 'the counts are those of the whole')
  assert.ok(cases.length > 0 && cases.length < 60)
  const ids = new Set(cases.map(({ id }: { id: string }) => id))
  const among = triage.suggestions.filter(({ cases: pair }) => pair.every((id) => ids.has(id)))
  assert.deepEqual(suggestions, plainly(among))
})

test('the bundle is what the sources give: `node tools/page.ts` writes it', async () => {
  assert.equal(readFileSync(bundlePath, 'utf8'), bundleJson(await bundlePage()))
})

/** Every colour token of one theme, from `page.css`. */
function tokensOf(theme: 'light' | 'dark'): Map<string, [number, number, number]> {
  const css = readFileSync(new URL('./page/page.css', import.meta.url), 'utf8')
  const [, light = '', dark = ''] = /:root \{(.*?)\}.*?:root \{(.*?)\}/s.exec(css) ?? []
  const tokens = (theme === 'light' ? light : dark).matchAll(
    /--([a-z-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)/g,
  )
  return new Map(
    [...tokens].map(([, name = '', l, c, h]) => [name, [Number(l) / 100, Number(c), Number(h)]]),
  )
}

/** Relative luminance (WCAG 2.2) of an OKLCH colour (CSS Color 4 section 10, by way of LMS). */
function luminanceOf([light, chroma, hue]: [number, number, number]): number {
  const [a, b] = [
    chroma * Math.cos((hue * Math.PI) / 180),
    chroma * Math.sin((hue * Math.PI) / 180),
  ]
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3
  const clamp = (value: number): number => Math.min(1, Math.max(0, value))
  const red = clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
  const green = clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
  const blue = clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

for (const theme of ['light', 'dark'] as const) {
  test(`every text of the ${theme} theme has a contrast of 4.5 on every ground, marks 3`, () => {
    const tokens = tokensOf(theme)
    const contrast = (one: string, other: string): number => {
      const [a, b] = [tokens.get(one), tokens.get(other)]
      assert.ok(a && b, `${one} on ${other}`)
      const [high = 0, low = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => y - x)
      return (high + 0.05) / (low + 0.05)
    }
    for (const ground of ['ground', 'raised', 'chosen']) {
      for (const text of ['text', 'quiet', 'accent', 'warn', 'danger']) {
        const found = contrast(text, ground)
        assert.ok(found >= 4.5, `${text} on ${ground}: ${found.toFixed(2)}`)
      }
      assert.ok(contrast('edge', ground) >= 3, `edge on ${ground}: ${contrast('edge', ground)}`)
    }
    assert.ok(contrast('marked-text', 'marked') >= 4.5)
  })
}
