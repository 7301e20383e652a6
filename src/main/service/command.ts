import { systemClock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { processVariables, type Settings, settingsOf } from '#platform/config/settings.ts'
import { openLog } from '#platform/log/log.ts'
import { type ExitCode, exitCodeFor } from '../exit.ts'
import { tell } from '../output.ts'
import { type Instance, openInstance } from './instance.ts'
import { refusalOfOutage } from './outage.ts'
import { listenForEnd } from './signals.ts'

/** What every command of the service takes beside the environment. */
export type ServiceOptions = {
  readonly data?: string
  readonly host?: string
  readonly port?: string
  readonly gatewayPort?: string
}

/** Settings of the environment with those of the command line over them; null once refused. */
export function settingsFor(options: ServiceOptions): Settings | null {
  const { data, host, port, gatewayPort } = options
  const settings = settingsOf({
    ...processVariables(),
    ...(data === undefined ? {} : { PARLEY_DATA: data }),
    ...(host === undefined ? {} : { PARLEY_HOST: host }),
    ...(port === undefined ? {} : { PARLEY_PORT: port }),
    ...(gatewayPort === undefined ? {} : { PARLEY_GATEWAY_PORT: gatewayPort }),
  })
  if (settings.ok) return settings.value
  for (const refusal of settings.refusal) tellRefusal(refusal)
  return null
}

export function tellRefusal({ why, at, hint }: Refusal): void {
  const hints = hint === undefined ? [] : hint.split('\n').map((line) => `  ${line}`)
  tell([`parley: ${at === undefined ? '' : `${at}: `}${why}`, ...hints])
}

/** Tells a refusal and answers with its exit code. */
export function refuse(refusal: Refusal): ExitCode {
  tellRefusal(refusal)
  return exitCodeFor(refusal.code)
}

/** Runs a command on the instance that the settings name, and closes it; a signal ends it early. */
export const onInstance = (
  options: ServiceOptions,
  work: (instance: Instance) => Promise<ExitCode>,
): Promise<ExitCode> =>
  stayOnInstance(options, (instance, asked) => Promise.race([work(instance), asked.then(cutShort)]))

const cutShort = (): ExitCode => 130

/** Runs what ends only when it is asked to, and says itself how it ends. */
export async function stayOnInstance(
  options: ServiceOptions,
  work: (instance: Instance, asked: Promise<string>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const settings = settingsFor(options)
  if (settings === null) return 2
  const isPretty = process.stderr.isTTY
  const log = openLog({ level: settings.logLevel, clock: systemClock, isPretty })
  // Before anything is started, since all that was started has to be stopped.
  const asked = listenForEnd()
  void asked.then((by) => tell([`parley: ${by}: stopping; a second one stops at once`]))
  return endingOnOutage(async () => {
    const opened = await openInstance({ settings, clock: systemClock, log })
    if (!opened.ok) return refuse(opened.refusal)
    let code: ExitCode
    try {
      code = await work(opened.value, asked)
    } finally {
      await opened.value.close()
    }
    // What was cut short would go on with what is closed now.
    if (code === 130) process.exit(130)
    return code
  })
}

/** A full disk or a database that is away is told as such; every other error is a defect. */
export async function endingOnOutage(work: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await work()
  } catch (error) {
    const refusal = refusalOfOutage(error)
    if (refusal === null) throw error
    return refuse(refusal)
  }
}
