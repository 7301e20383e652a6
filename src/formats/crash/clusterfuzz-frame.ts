import { pattern } from '#formats/text/pattern.ts'
import { isPassedOver } from './clusterfuzz-ignored.ts'
import { symbolAndPlace } from './frame.ts'
import { openingOfLast, symbolOf } from './symbol.ts'

const raw = String.raw

/** Which frames a log may hold, besides those of native code. */
export type FrameStyles = {
  readonly isGo: boolean
  readonly isPython: boolean
  readonly isJavaScript: boolean
  readonly isJava: boolean
  /** False for a trace that nobody could symbolise: libraries of the system then count. */
  readonly isSymbolised: boolean
}

export type ConventionFrame = {
  /** As it stands in a crash state. */
  readonly name: string
  /** The frame stands in every trace, so no state begins with it. */
  readonly isPassedOver: boolean
  /** The address in front, where a kernel prints one. */
  readonly address?: string
}

/** The frame on this line in a style that ClusterFuzz's convention counts, or null. */
export function conventionFrame(line: string, styles: FrameStyles): ConventionFrame | null {
  const text = line.trim()
  if (styles.isPython) return outcome(runtimeFrame(text, styles), styles)
  const native = windowsFrame(text) ?? sanitizerFrame(text) ?? chromeFrame(text) ?? macFrame(text)
  return outcome(
    native ?? kernelFrame(text) ?? trustyFrame(text) ?? runtimeFrame(text, styles),
    styles,
  )
}

function outcome(found: Found | null, styles: FrameStyles): ConventionFrame | null {
  if (!found) return null
  const { whole, name, address } = found
  return {
    name,
    isPassedOver: isPassedOver(whole, styles.isSymbolised),
    ...(address === undefined ? {} : { address }),
  }
}

/** `whole` is what the rules for frames to pass over look at: the name with its place. */
type Found = { readonly whole: string; readonly name: string; readonly address?: string }

const found = (whole: string, name = nameOf(whole)): Found => ({ whole, name })

const unnamed = /\(anonymous namespace\)::|`anonymous namespace'::|non-virtual thunk to /g

/** The name up to its arguments, without anonymous namespaces and the module in front. */
function nameOf(text: string): string {
  const plain = text.replace(unnamed, '')
  const own = plain.slice(plain.lastIndexOf('!') + 1)
  const cut = own.slice(1).search(/[([]/) + 1
  if (cut > 0) return own.slice(0, cut).trim()
  return own.trim().split(' ', 1)[0] ?? ''
}

const numbered = /^#\d{1,4}\s+(?:0x)?[0-9a-fA-FxX]{1,18}\s+(\S.*)$/

/** `#0 0x12 in f(int) a.c:1:2`, `#0 0x12 (lib.so+0x12)`. */
function sanitizerFrame(text: string): Found | null {
  const rest = numbered.exec(text)?.[1]
  if (rest === undefined) return null
  if (rest.startsWith('(')) {
    const end = rest.indexOf(')')
    const module = rest.slice(1, end < 0 ? undefined : end)
    return found(module, module)
  }
  if (!rest.startsWith('in ')) return null
  const whole = rest.slice(3).trim()
  if (!whole.startsWith(entry)) return found(whole)
  const { file } = symbolAndPlace(whole)
  if (file === undefined) return found(whole)
  return found(whole.replace(entry, file.slice(file.lastIndexOf('/') + 1)))
}

/** The entry of a fuzz target goes by its file. */
const entry = 'LLVMFuzzerTestOneInput'

/** `#0 0x12 name`, without a place. */
function chromeFrame(text: string): Found | null {
  const rest = numbered.exec(text)?.[1]
  return rest === undefined || /[/\\]/.test(rest) || rest.startsWith('in ') ? null : found(rest)
}

const macForm =
  /^\d{1,4}\s+(?:[\w ]{1,80}|\?{3})\s+0x[0-9a-fA-F]{4,16}\s+([^/\\]{1,2000}?)\s*\+\s*\d{1,9}$/
const chromeWindowsForm =
  /^([^/\\]{1,2000}?) \[0x[0-9a-fA-F]{6,16}\+\d{1,9}\](?: \(.{1,600}:\d{1,9}\))?/

function macFrame(text: string): Found | null {
  const name = macForm.exec(text)?.[1] ?? chromeWindowsForm.exec(text)?.[1]
  return name === undefined ? null : found(name.startsWith('_Z') ? symbolOf(name) : name)
}

const windowsForm =
  /^[0-9a-zA-Z`]{1,20} [0-9a-zA-Z`]{1,20} \w{1,80}!(.{1,2000})\+(?:0x)?[0-9a-fA-F]{1,16}/

function windowsFrame(text: string): Found | null {
  const name = windowsForm.exec(text)?.[1]
  return name === undefined ? null : found(name)
}

const kernelForm = pattern(
  raw`^(?:[^(]{0,200}?\[<(?:0x)?([0-9a-fA-F]{6,16})>\]\s+)?(?:\[<[0-9a-fA-F]{6,16}>\]\s+)?`,
  raw`\(?((\w{1,200})\+0x[0-9a-f]{1,8}/0x[0-9a-f]{1,8})\)?`,
)

/** `[<c0667574>] (f+0xa0/0x124)`, `f+0xa0/0x124`: no inlined calls and none that are in doubt. */
function kernelFrame(text: string): Found | null {
  const match = kernelForm.exec(text)
  if (!match?.[2] || !match[3]) return null
  const address = match[1] === undefined ? {} : { address: `0x${match[1]}` }
  return { ...found(match[3], match[3]), ...address }
}

function trustyFrame(text: string): Found | null {
  const name = /^uSP\+\w{6}: 0x[0-9a-fA-F]{16} in (\w{1,300})/.exec(text)?.[1]
  return name === undefined ? null : found(name)
}

const javaForm = /^at ([^\s(]{1,600})\(.{0,300}\)/
const pythonForm = /^File "[^"]{1,1000}", line \d{1,9}, in (.{1,300})$/
const scriptForm = /^at (\S{1,400}) \(.{1,1000}:\d{1,9}:\d{1,9}\)/
const goArguments = /^\([x0-9a-f\s,.{}]*\)$/

function runtimeFrame(text: string, styles: FrameStyles): Found | null {
  if (styles.isJava) {
    const name = javaForm.exec(text)?.[1]
    return name === undefined ? null : found(name)
  }
  if (styles.isGo) {
    const open = text.endsWith(')') ? openingOfLast(text) : -1
    const called = text.slice(0, Math.max(0, open))
    if (/^[\w.\-\\/()*]{1,800}$/.test(called) && goArguments.test(text.slice(open))) {
      return found(called, called.slice(called.lastIndexOf('/') + 1))
    }
  }
  const name =
    (styles.isPython ? pythonForm.exec(text)?.[1] : undefined) ??
    (styles.isJavaScript ? scriptForm.exec(text)?.[1] : undefined)
  return name === undefined ? null : found(name)
}
