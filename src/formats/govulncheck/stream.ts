import { oneLine } from '#formats/advisory/prose.ts'
import type { Finding, Location, Standing, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isObject, type Reader } from '#formats/json/reader.ts'
import { osvDecoder } from '#formats/osv/decode.ts'
import { slashed } from '#formats/scanner/place.ts'
import { saysNothing } from '#formats/scanner/record.ts'

/** Ways to the flaw that are shown, and frames of each. */
const tracesMax = 5
const framesMax = 30

/** All messages about one flaw in one module. */
type Group = {
  readonly id: string
  readonly module: string | undefined
  readonly version: string | undefined
  readonly pointer: string
  readonly message: unknown
  fixed: string | undefined
  isCalled: boolean
  readonly symbols: Set<string>
  readonly traces: Location[][]
  readonly originals: unknown[]
}

/** The messages of one run: records of flaws and findings come in any order. */
export class Stream {
  #tool: Tool = { name: 'govulncheck' }
  #level: string | undefined
  readonly #records = new Map<string, unknown>()
  readonly #groups = new Map<string, Group>()

  read(message: Reader): void {
    const config = message.object('config')
    if (isObject(config.value)) {
      const version = config.text('scanner_version')
      if (version !== undefined) this.#tool = { name: 'govulncheck', version }
      this.#level = config.text('scan_level')
    }
    const record = message.object('osv')
    const id = record.text('id')
    if (id !== undefined) this.#records.set(id, record.value)
    if (message.has('finding')) this.#finding(message.object('finding'), message)
  }

  /** One finding for each flaw and module, with the message that first told of it. */
  findings(): { finding: Finding; message: unknown }[] {
    return [...this.#groups.values()].map((group) => ({
      finding: this.#findingOf(group),
      message: group.message,
    }))
  }

  #finding(found: Reader, message: Reader): void {
    if (!isObject(found.value) || saysNothing(found, ['osv'])) return
    const id = found.textish('osv') ?? ''
    const trace = found.objects('trace')
    const [sink] = trace
    const key = [id, sink?.text('module')].join('\n')
    const group: Group = this.#groups.get(key) ?? {
      ...{ id, module: sink?.text('module'), version: sink?.text('version') },
      ...{ pointer: message.pointer, message: message.value, fixed: undefined, isCalled: false },
      ...{ symbols: new Set(), traces: [], originals: [] },
    }
    this.#groups.set(key, group)
    group.fixed ??= found.text('fixed_version')
    group.originals.push(found.value)
    const symbol = symbolOf(sink)
    if (symbol === undefined) return
    group.isCalled = true
    group.symbols.add(symbol)
    if (group.traces.length < tracesMax) group.traces.push(placesOf(trace))
  }

  #findingOf(group: Group): Finding {
    const record = this.#records.get(group.id)
    const value = record ?? { id: group.id, summary: group.id, modified: '' }
    const [told] = osvDecoder.decode({ kind: 'json', value, text: '' }).findings
    const same = told?.components?.find(({ name }) => name === group.module)
    const [shown, ...others] = group.traces
    return present<Finding>({
      at: { pointer: group.pointer },
      title: oneLine(told?.title ?? group.id),
      details: told?.details,
      tool: this.#tool,
      finders: told?.finders,
      cvss: told?.cvss,
      cwe: told?.cwe,
      aliases: told?.aliases ?? [group.id],
      related: told?.related,
      components: [
        {
          ...{ ecosystem: 'Go', ...same, name: group.module ?? same?.name ?? 'unnamed module' },
          ...(group.version === undefined ? {} : { version: group.version }),
        },
      ],
      locations: [...(shown ?? []), ...others.flat()],
      symbols: [...group.symbols],
      references: told?.references,
      fix:
        group.fixed === undefined ? undefined : `Upgrade ${group.module ?? 'it'} to ${group.fixed}`,
      fixCommits: told?.fixCommits,
      published: told?.published,
      standing: this.#standingOf(group) ?? told?.standing,
      original: { osv: record ?? null, findings: group.originals },
    })
  }

  /** Only a scan of symbols can tell that flawed code is not called. */
  #standingOf({ isCalled }: Group): Standing | undefined {
    if (isCalled || this.#level !== 'symbol') return undefined
    return { is: 'not-affected', why: 'the flawed code is not called' }
  }
}

/** `package.receiver.function` of the flawed symbol, without the star of a pointer. */
function symbolOf(sink: Reader | undefined): string | undefined {
  const name = sink?.text('function')
  if (name === undefined) return undefined
  const parts = [sink?.text('package'), sink?.text('receiver')?.replace(/^\*/, ''), name]
  return parts.filter((part) => part !== undefined).join('.')
}

/**
 * Traces run from the flawed symbol to the code that was scanned. The last call stands in that
 * code and is the place to look at first; the others are the way from there to the flaw.
 */
function placesOf(trace: readonly Reader[]): Location[] {
  const frames = trace.slice(0, framesMax).flatMap((frame): Location[] => {
    const position = frame.object('position')
    const file = position.text('filename')
    const line = position.number('line')
    if (file === undefined) return []
    return [
      present<Location>({
        file: slashed(file),
        line: line !== undefined && Number.isInteger(line) && line > 0 ? line : undefined,
        function: symbolOf(frame),
      }),
    ]
  })
  const [entry, ...way] = frames.toReversed()
  return entry === undefined
    ? []
    : [entry, ...way.map((place): Location => ({ ...place, role: 'flow' }))]
}
