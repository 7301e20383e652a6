/** Escape sequences of terminals (ECMA-48): colours, cursor, titles and links. */
const escapes = new RegExp(
  [
    '\\u001b(?:\\[[0-?]*[ -/]*[@-~]',
    '\\][^\\u0007\\u001b]{0,2000}(?:\\u0007|\\u001b\\\\)',
    '[PX^_][^\\u001b]{0,2000}\\u001b\\\\',
    '[ -/]*[0-~])',
    '\\u009b[0-?]*[ -/]*[@-~]',
  ].join('|'),
  'g',
)
const controls = /(?![\n\t])[\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/gu

/** Texts that are secret wherever they stand, by the forms that those who issue them publish. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z ]{0,40}PRIVATE KEY)-----[\s\S]{0,20000}?-----END \1-----/g, '[private key]'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, '[key of AWS]'],
  [/\bgh[pousr]_[A-Za-z0-9]{30,255}\b|\bgithub_pat_\w{40,255}\b/g, '[token of GitHub]'],
  [/\bglpat-[\w-]{20,60}/g, '[token of GitLab]'],
  [/\bxox[abeprs]-[A-Za-z0-9-]{10,250}/g, '[token of Slack]'],
  [/\bsk-[A-Za-z0-9_-]{20,200}/g, '[key]'],
  [/\bAIza[\w-]{35}\b/g, '[key of Google]'],
  [/\bnpm_[A-Za-z0-9]{36}\b/g, '[token of npm]'],
  [/\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000}/g, '[token]'],
  [/\b(parley|tap)_[A-Za-z0-9_-]{16,}/g, '$1_[token]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [secret]'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@:]{1,200}:[^\s/@]{1,200}@/gi, '$1[secret]@'],
]

/** Homes of people, wherever a build wrote them into a program. */
const homes = /(?<![\w/])(?:\/home\/[\w.-]{1,64}|\/root|\/Users\/[\w.-]{1,64})(?=\/|\s|$|["':,)])/g

export type Scrubbing = {
  /** Folders of the machine that must not be told, longest first. */
  readonly hidden: readonly string[]
  readonly lengthMax: number
}

/**
 * Output of a run as it may be kept and shown: nothing that acts on a terminal, no secret of a
 * known form, no path of the machine, and bounded: the beginning and the end, where it is longer.
 */
export function scrub(text: string, { hidden, lengthMax }: Scrubbing): string {
  // Bounded first, but with room, since what is taken out is mostly longer than what stands for it.
  const bounded = middleOut(text, lengthMax * 2)
  let clean = bounded.replace(escapes, '').replace(/\r\n?/g, '\n')
  for (const [form, shown] of secrets) clean = clean.replace(form, shown)
  for (const folder of hidden) {
    if (folder.length > 1) clean = clean.replaceAll(folder, '[folder]')
  }
  return middleOut(clean.replace(homes, '[home]').replace(controls, '\ufffd'), lengthMax)
}

function middleOut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text
  const half = Math.floor(lengthMax / 2)
  const left = text.length - 2 * half
  return `${text.slice(0, half)}\n[… ${left} characters …]\n${text.slice(-half)}`
}

/**
 * Words that a bundle or a program had a part in, as one line that is told: bounded, and without
 * anything that acts on a terminal, is a secret of a known form, or looks like another line.
 */
export const toldWords = (text: string, lengthMax: number): string =>
  scrub(text.slice(0, lengthMax * 4), { hidden: [], lengthMax: lengthMax * 4 })
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .slice(0, lengthMax)
    .toWellFormed()
