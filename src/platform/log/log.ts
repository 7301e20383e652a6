import { pino } from 'pino'
import type { Clock } from '#kernel/clock.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { redactMembers, redactText } from './redact.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** What is known about an event, by name. Bodies never go here. */
export type Fields = { readonly [name: string]: unknown }

type Write = (event: string, fields?: Fields) => void

/** Says what happened, in a constant sentence, with what is known about it as fields. */
export type Log = {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** A log whose every line has these fields too. */
  readonly with: (fields: Fields) => Log
}

export type LogOptions = {
  readonly level: LogLevel
  readonly clock: Clock
  /** Takes whole lines; standard error where it is not given. */
  readonly write?: (line: string) => void
  /** For a person at a terminal: a short line instead of JSON. */
  readonly isPretty?: boolean
}

/**
 * A log of one JSON object a line, on standard error. Every field is redacted and bounded on its
 * way; nothing in it can begin another line or act on a terminal.
 *
 * @example
 * const log = openLog({ level: 'info', clock: systemClock, isPretty: process.stderr.isTTY })
 * log.with({ requestId }).info('answered', { status: 200, ms: 3 })
 */
export function openLog({ level, clock, write = toStderr, isPretty = false }: LogOptions): Log {
  const options = { level, base: null, messageKey: 'event', timestamp: false }
  const writer = pino(
    { ...options, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => write(isPretty ? prettyLine(line) : line) },
  )
  const from = (known: Fields): Log => {
    const at =
      (label: 'debug' | 'info' | 'warn' | 'error'): Write =>
      (event, fields = {}) => {
        if (!writer.isLevelEnabled(label)) return
        writer[label](lineOf(clock, { ...known, ...fields }), redactText(event))
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields) => from({ ...known, ...fields }),
    }
  }
  return from({})
}

/** The time stands first; fields cannot take the place of what every line has. */
function lineOf(clock: Clock, fields: Fields): Record<string, unknown> {
  const { time: _time, level: _level, event: _event, ...rest } = redactMembers(fields)
  return { time: clock.now().toISOString(), ...rest }
}

const toStderr = (line: string): void => {
  process.stderr.write(line)
}

/** `14:02:07 warn  answered  status=503 ms=2`. */
function prettyLine(line: string): string {
  const parsed: unknown = JSON.parse(line)
  const fieldsOf: Fields = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  const { time, level, event, ...rest } = fieldsOf
  const fields = Object.entries(rest).map(([name, value]) => {
    const isPlain = typeof value === 'string' && !/[\s"]/.test(value)
    return `${name}=${isPlain ? value : JSON.stringify(value)}`
  })
  const head = `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(event)}`
  return `${oneLine([head, ...fields].join('  ')).slice(0, 2_000)}\n`
}

/** A log that writes nothing, for what is called without one. */
export const silentLog: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
}
