import { type Result, yes } from '#kernel/result.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { defaultLimits, sizeText } from '#platform/files/input.ts'
import type { Found } from '#platform/files/paths.ts'
import { filesOf } from '#platform/files/paths.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor, worse } from '../exit.ts'
import { print, tell } from '../output.ts'
import { progressFor } from '../reading.ts'
import { digestOfFile } from './digest.ts'
import { Journal } from './journal.ts'
import { type Followed, RemoteService } from './remote.ts'

export type PushOptions = {
  readonly to?: string
  readonly format?: string
  readonly series?: string
  readonly label?: string
  /** `--no-wait`: does not wait until what was sent is placed. */
  readonly wait: boolean
  readonly progress?: boolean
}

/** Of one document; a service takes no larger one at once. */
const documentBytesMax = 256 * 2 ** 20

/**
 * Sends documents to a service, one import each, and tells what became of them. What was sent
 * before, by the bytes, is not sent again: after an interruption the same command goes on.
 */
export async function runPush(names: readonly string[], options: PushOptions): Promise<ExitCode> {
  const { serviceToken, serviceUrl } = environmentOf()
  const remote = RemoteService.at(options.to ?? serviceUrl ?? 'http://127.0.0.1:7300', serviceToken)
  if (!remote.ok) {
    tell([`parley: ${remote.refusal.why}${remote.refusal.hint ? ` (${remote.refusal.hint})` : ''}`])
    return exitCodeFor(remote.refusal.code)
  }
  const journal = Journal.in(environmentOf().cacheFolder, remote.value.origin)
  const progress = progressFor(options.progress ?? false)
  let code: ExitCode = 0
  const sent: Sent[] = []
  for await (const file of filesOf(names, defaultLimits)) {
    if (file.is === 'refused') {
      tell([oneLine(`parley: ${file.name}: ${file.refusal.why}`)])
      code = worse(code, exitCodeFor(file.refusal.code))
      continue
    }
    const outcome = await sendOne(file, { remote: remote.value, journal, options, progress })
    progress.end()
    if (!outcome.ok) {
      tell([oneLine(`parley: ${file.name}: ${outcome.refusal.why}`)])
      if (outcome.refusal.hint) tell([`  ${outcome.refusal.hint}`])
      code = worse(code, exitCodeFor(outcome.refusal.code))
      // Nothing else will get through either; what was sent is remembered.
      if (outcome.refusal.code === 'no-network' || outcome.refusal.code === 'not-configured') break
      continue
    }
    sent.push(outcome.value)
    print([lineOf(outcome.value)])
  }
  if (sent.length > 1) print([totalOf(sent)])
  const isLossy = sent.some(({ state, lost }) => state === 'refused' || lost > 0)
  return isLossy ? worse(code, 4) : code
}

/** A document that the service has, and whether this machine had sent it before. */
type Sent = Followed & { readonly isOld: boolean }

type Sending = {
  readonly remote: RemoteService
  readonly journal: Journal
  readonly options: PushOptions
  readonly progress: ReturnType<typeof progressFor>
}

async function sendOne(
  file: Found,
  { remote, journal, options, progress }: Sending,
): Promise<Result<Sent>> {
  progress.tell(`Reading ${file.name}`)
  const read = await digestOfFile(file, documentBytesMax)
  if (!read.ok) return read
  const { sha256, sizeBytes, open } = read.value
  const asked = [sha256, options.series ?? '', options.format ?? '']
  const key = [...asked, ...(options.label === undefined ? [] : [options.label])].join(' ')
  const known = journal.importOf(key)
  let id = known !== null && (await remote.has(known)) ? known : null
  const isOld = id !== null
  if (id === null) {
    const accepted = await remote.send({
      ...{ name: file.name, sha256, sizeBytes, open },
      ...{ series: options.series, format: options.format, label: options.label },
      onBytes: (bytes) =>
        progress.tell(`Sending ${file.name}: ${sizeText(bytes)} of ${sizeText(sizeBytes)}`),
      onPause: (seconds, why) => progress.tell(`Waiting ${seconds} s: ${why}`),
    })
    if (!accepted.ok) return accepted
    id = accepted.value
    journal.keep(key, id)
  }
  const followed = await remote.follow(id, {
    isWaiting: options.wait,
    onState: ({ state, findings, reports, placed }) =>
      progress.tell(
        state === 'read'
          ? `Correlating ${file.name}: ${placed} of ${reports} reports`
          : `The service reads ${file.name}: ${findings} findings`,
      ),
  })
  return followed.ok ? yes({ ...followed.value, isOld }) : followed
}

function lineOf({ name, id, state, isOld, ...counts }: Sent): string {
  if (state === 'refused') return oneLine(`${name}: refused: ${counts.why ?? 'it cannot be read'}`)
  const parts = [
    `${counts.reports} new ${counts.reports === 1 ? 'report' : 'reports'}`,
    counts.duplicates > 0 ? `${counts.duplicates} of known flaws` : '',
    counts.refreshed > 0 ? `${counts.refreshed} refreshed` : '',
    counts.unchanged > 0 ? `${counts.unchanged} unchanged` : '',
    counts.gone > 0 ? `${counts.gone} no longer seen` : '',
    counts.aside > 0 ? `${counts.aside} set aside` : '',
    counts.lost > 0 ? `${counts.lost} could not be read` : '',
  ].filter((part) => part !== '')
  const open = state === 'placed' ? '' : `, still ${state === 'read' ? 'correlating' : 'reading'}`
  return oneLine(`${name}: ${isOld ? 'sent before: ' : ''}${parts.join(', ')}${open} (${id})`)
}

function totalOf(sent: readonly Sent[]): string {
  const now = sent.filter(({ isOld }) => !isOld)
  const sum = (of: (one: Sent) => number): number => now.reduce((total, one) => total + of(one), 0)
  const [reports, cases] = [sum((one) => one.reports), sum((one) => one.cases)]
  const old = sent.length - now.length
  const before = old > 0 ? `, ${old} of them sent before` : ''
  return `${sent.length} documents${before}: ${reports} new reports, ${cases} new cases.`
}
