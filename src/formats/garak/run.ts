import { oneLine, paragraphs } from '#formats/advisory/prose.ts'
import type { Component, Finding, Place, Proof, Tool } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, type Reader } from '#formats/json/reader.ts'
import { saysNothing } from '#formats/scanner/record.ts'
import { exchange } from './conversation.ts'

/** Examples of hits that an evaluation shows. */
const examplesMax = 3

/** What the attempts of a report say about one probe and detector. */
type Tally = {
  readonly probe: string
  readonly detector: string
  readonly goal: string | undefined
  readonly at: Place
  readonly first: unknown
  outputs: number
  hits: number
  readonly proofs: Proof[]
}

/** The rows of one run so far: the target is told once, evaluations come after their attempts. */
export class Run {
  #tool: Tool = { name: 'garak' }
  #target: Component | undefined
  /** Detector scores from here on are hits; garak's own default. */
  #threshold = 0.5
  readonly #tallies = new Map<string, Tally>()
  readonly #evaluated = new Set<string>()

  /** The findings of one row of the report. */
  read(row: Reader): Finding[] {
    if (row.has('attempt_id') || (row.has('detector') && row.has('score'))) return this.#hit(row)
    switch (row.raw('entry_type')) {
      case 'start_run setup':
      case 'config':
        this.#setUp(row)
        return []
      case 'init':
        this.#versionIs(row.text('garak_version'))
        return []
      case 'attempt':
        this.#attempt(row)
        return []
      case 'eval':
        return this.#evaluation(row)
      default:
        return []
    }
  }

  /** Hits whose evaluation never came, because the run was cut short. */
  unevaluated(): Finding[] {
    return [...this.#tallies]
      .filter(([key, { hits }]) => hits > 0 && !this.#evaluated.has(key))
      .map(([, tally]) =>
        this.#summary(tally, {
          at: tally.at,
          counts: `${tally.hits} of ${tally.outputs} outputs so far`,
          original: tally.first,
        }),
      )
  }

  #setUp(row: Reader): void {
    const type = textAt(row, ['plugins.target_type', 'plugins.model_type'])
    const name = textAt(row, ['plugins.target_name', 'plugins.model_name'])
    this.#target = targetOf([type, name].filter((part) => part !== undefined).join(' '))
    this.#versionIs(row.text('_config.version'))
    const threshold = row.raw('run.eval_threshold')
    if (typeof threshold === 'number') this.#threshold = threshold
  }

  #versionIs(version: string | undefined): void {
    if (version !== undefined) this.#tool = { name: 'garak', version }
  }

  /** A row of the hit log: every one is a hit by construction. */
  #hit(row: Reader): Finding[] {
    if (saysNothing(row, ['probe', 'detector', 'goal'])) return []
    const probe = row.text('probe') ?? 'unnamed probe'
    const detector = row.text('detector')
    const goal = row.text('goal')
    const id = row.text('attempt_id')
    const index = row.textish('attempt_idx')
    const score = row.textish('score')
    const target = targetOf(row.text('generator') ?? '') ?? this.#target
    const finding = present<Finding>({
      at: { pointer: row.pointer },
      title: oneLine(goal === undefined ? probe : `${probe}: ${goal}`),
      details: paragraphs([
        labelled('Goal', goal),
        labelled('Detector', detector),
        labelled('Detector score', score),
        labelled('Triggers', triggersOf(row).join(', ') || undefined),
      ]),
      tool: this.#tool,
      nativeId: index === undefined || id === undefined ? id : `${id}/${index}`,
      rule: { id: detector === undefined ? probe : `${probe}:${detector}` },
      components: target === undefined ? [] : [target],
      proofs: exchange(row.raw('prompt'), row.raw('output')),
      original: row.value,
    })
    return [finding]
  }

  /** An attempt is written twice: before and after (status 2) its outputs were judged. */
  #attempt(row: Reader): void {
    if (row.raw('status') !== 2) return
    const outputs = row.raw('outputs')
    const listed = isArray(outputs) ? outputs : []
    for (const [detector, { value }] of row.entries('detector_results')) {
      const tally = this.#tallyOf(row, detector)
      const scores: readonly unknown[] = isArray(value) ? value.flat() : []
      scores.forEach((score, index) => {
        if (typeof score !== 'number') return
        tally.outputs += 1
        if (score < this.#threshold) return
        tally.hits += 1
        if (tally.hits > examplesMax) return
        tally.proofs.push(...exchange(row.raw('prompt'), listed[index]))
      })
    }
  }

  #tallyOf(row: Reader, detector: string): Tally {
    const probe = row.text('probe_classname') ?? 'unnamed probe'
    const key = keyOf(probe, detector)
    const found = this.#tallies.get(key) ?? {
      ...{ probe, detector, goal: row.text('goal'), at: { pointer: row.pointer } },
      ...{ first: row.value, outputs: 0, hits: 0, proofs: [] },
    }
    this.#tallies.set(key, found)
    return found
  }

  /** Older reports give `total`, newer ones `total_evaluated` and `fails`. */
  #evaluation(row: Reader): Finding[] {
    const probe = row.text('probe') ?? 'unnamed probe'
    const detector = (row.text('detector') ?? 'unnamed detector').replace(/^detector\./, '')
    const key = keyOf(probe, detector)
    this.#evaluated.add(key)
    const total = row.number('total_evaluated') ?? row.number('total') ?? 0
    const failed = row.number('fails') ?? total - (row.number('passed') ?? total)
    if (!(failed > 0)) return []
    const seen = this.#tallies.get(key)
    const tally = { probe, detector, goal: seen?.goal, proofs: seen?.proofs ?? [] }
    return [
      this.#summary(tally, {
        at: { pointer: row.pointer },
        counts: `${failed} of ${total} outputs`,
        original: row.value,
      }),
    ]
  }

  #summary(
    { probe, detector, goal, proofs }: Pick<Tally, 'probe' | 'detector' | 'goal' | 'proofs'>,
    { at, counts, original }: { at: Place; counts: string; original: unknown },
  ): Finding {
    return present<Finding>({
      at,
      title: oneLine(`${probe}: ${goal ?? `hits of ${detector}`}`),
      details: paragraphs([labelled('Goal', goal), `${counts} are hits of ${detector}.`]),
      tool: this.#tool,
      rule: { id: `${probe}:${detector}` },
      components: this.#target === undefined ? [] : [this.#target],
      proofs: [...proofs],
      original,
    })
  }
}

const keyOf = (probe: string, detector: string): string => `${probe}\n${detector}`

const labelled = (label: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${label}: ${text}`

function textAt(row: Reader, keys: readonly string[]): string | undefined {
  return keys.map((key) => row.text(key)).find((text) => text !== undefined)
}

/** Triggers are texts, sometimes lists of texts, one for each way to match. */
function triggersOf(row: Reader): string[] {
  const found = row.raw('triggers')
  const listed: readonly unknown[] = isArray(found) ? found.flat() : [found]
  return listed.flatMap((one) => (typeof one === 'string' && one.trim() !== '' ? [one] : []))
}

/** `huggingface gpt2`: the family of the generator, then the model, which may hold blanks. */
function targetOf(generator: string): Component | undefined {
  const text = generator.trim()
  if (text === '') return undefined
  const blank = text.indexOf(' ')
  if (blank < 0) return { name: text }
  return { name: text.slice(blank + 1).trim(), ecosystem: text.slice(0, blank) }
}
