import { present } from '#formats/finding/present.ts'
import { pattern } from '#formats/text/pattern.ts'
import { addressOf, type Claim } from './claim.ts'
import { placeOf } from './frame.ts'
import type { Lines } from './line.ts'

const raw = String.raw

/**
 * How UndefinedBehaviorSanitizer words each of its checks, with the name that the check has in
 * `-fsanitize=` (Clang's UndefinedBehaviorSanitizer manual). First match counts.
 */
const checks: readonly (readonly [RegExp, string])[] = [
  [/^control flow integrity check for type/, 'cfi'],
  [/^downcast of |which does not point to an object of type/, 'vptr'],
  [
    pattern(
      raw`^(?:cast|upcast) (?:of|to|from) .*virtual base|^upcast of (?:null|address)`,
      raw`|^cast to virtual base`,
    ),
    'upcast',
  ],
  [/^unsigned integer overflow/, 'unsigned-integer-overflow'],
  [
    /^signed integer overflow|^negation of .{1,60} cannot be represented/,
    'signed-integer-overflow',
  ],
  [/^division of .{1,60} by -1 cannot/, 'signed-integer-overflow'],
  [/^division by zero/, 'integer-divide-by-zero'],
  [/^(?:implicit conversion|implicit assignment) /, 'implicit-conversion'],
  [/is outside the range of representable values/, 'float-cast-overflow'],
  [/^shift exponent /, 'shift-exponent'],
  [/^left shift of /, 'shift-base'],
  [/^index .{1,80} out of bounds/, 'bounds'],
  [/with insufficient space for/, 'object-size'],
  [
    pattern(
      raw`^applying (?:non-zero|zero) offset|^pointer index expression|^(?:addition`,
      raw`|subtraction) of unsigned offset`,
    ),
    'pointer-overflow',
  ],
  [
    /misaligned (?:address|pointer)|alignment assumption|^assumption of .{1,40} alignment/,
    'alignment',
  ],
  [
    pattern(
      raw`(?:load of|binding) null pointer|null pointer of type|^(?:store to`,
      raw`|member access within|member call on|reference binding to|constructor call on`,
      raw`|dereference of) null`,
    ),
    'null',
  ],
  [/^null pointer (?:passed|returned)/, 'nonnull'],
  [/for type .{0,40}bool|^load of value .{1,40} for type '(?:bool|BOOL)'/, 'bool'],
  [/^load of value .{1,80} not a valid value for type/, 'enum'],
  [/^variable length array bound/, 'vla-bound'],
  [/^call to function .{1,400} through pointer to incorrect function type/, 'function'],
  [/^execution reached (?:an unreachable|the end of a value-returning)/, 'unreachable'],
  [/^assumption is violated/, 'assume'],
  [/^passing zero to/, 'builtin'],
]

/** `src/a.c:12:3: runtime error: signed integer overflow: 1 + 2 cannot be represented`. */
export function undefinedBehaviour(line: string, lines: Lines, at: number): Claim | null {
  const mark = line.indexOf(': runtime error: ')
  if (mark < 0) return null
  const place = placeOf(line.slice(line.lastIndexOf(' ', mark - 1) + 1, mark))
  if (!place) return null
  const message = line.slice(mark + 17).trim()
  const kind = kindOf(message)
  const cast = kind === 'vptr' || kind === 'cfi' ? castOf(message, lines, at) : null
  return present<Claim>({
    weight: 'cause',
    family: 'ubsan',
    kind,
    message: cast?.message ?? message,
    access: accessOf(message),
    address:
      cast?.address ??
      addressOf(
        / (?:of|within|on|to)(?: misaligned)? address (0x[0-9a-f]{1,16})/.exec(message)?.[1],
      ),
    file: place.file,
    line: place.line,
    apart: true,
  })
}

function kindOf(message: string): string {
  const found = checks.find(([wording]) => wording.test(message))?.[1]
  if (found !== 'bool' || !message.startsWith('load of value')) return found ?? 'undefined-behavior'
  return /for type '(?:bool|BOOL|_Bool)'/.test(message) ? 'bool' : 'enum'
}

function accessOf(message: string): 'read' | 'write' | undefined {
  if (message.startsWith('load of null') || message.startsWith('load of misaligned')) return 'read'
  if (message.startsWith('store to')) return 'write'
  return undefined
}

const wantedForm = pattern(
  raw`(?:object of type|check for type) '?(.{1,300}?)'?(?: failed during.{0,200}`,
  raw`|\s*\(vtable.{0,200})?$`,
)

/** What a bad cast wanted, and what the notes below say that the object is. */
function castOf(
  message: string,
  lines: Lines,
  at: number,
): { message: string; address?: string } | null {
  const wanted = wantedForm.exec(message)?.[1]
  if (wanted === undefined) return null
  for (let next = at + 1; next <= at + 3; next++) {
    const note = castNote.exec(lines.bare(next))
    if (!note) continue
    return present<{ message: string; address?: string }>({
      message: `Bad-cast to ${wanted} from ${note[2] ?? 'invalid vptr'}`,
      address: addressOf(note[1]),
    })
  }
  return { message: `Bad-cast to ${wanted}` }
}

/** `0x42: note: object is of type 'A'`, `note: vtable is of type 'A'`, `note: invalid vtable`. */
const castNote = pattern(
  raw`^(?:(0x[0-9a-f]{1,16}): )?note: (?:(?:object|vtable) is (?:of type|for) '?`,
  raw`([^']{1,300}?)'?|(?:object has )?(?:an? )?(?:possibly )?invalid v(?:table`,
  raw`|ptr).{0,80})$`,
)
