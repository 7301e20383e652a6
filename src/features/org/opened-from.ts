/** What a browser calls itself, in the order in which to ask: many claim to be others as well. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOPiOS\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\b(?:Headless)?Chrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
  [/\bcurl\//, 'curl'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows NT\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

const firstIn = (table: readonly (readonly [RegExp, string])[], text: string): string | null =>
  table.find(([form]) => form.test(text))?.[1] ?? null

/**
 * The browser and the system of a `User-Agent` header (RFC 9110 section 10.1.5) as words by which
 * a person knows their own devices. Anybody can send anything: it is a hint, never a proof, and of
 * the text itself nothing is kept.
 */
export function openedFrom(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 500)
  const browser = firstIn(browsers, text)
  const system = firstIn(systems, text)
  if (browser === null && system === null) return 'An unknown program'
  if (system === null) return browser ?? ''
  return `${browser ?? 'A browser'} on ${system}`
}
