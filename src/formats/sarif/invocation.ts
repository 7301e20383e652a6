import type { Reader } from '#formats/json/reader.ts'
import { messageOf } from './message.ts'
import { driverOf } from './rule.ts'

const notificationsMax = 5

/**
 * Says where a run did not go as it should (section 3.20): its results may not be all there are.
 * Nothing of the log itself is lost by that.
 */
export function reportInvocations(run: Reader, tool: string): void {
  for (const invocation of run.objects('invocations')) {
    if (invocation.boolean('executionSuccessful') === false) {
      const said = messageOf(invocation, 'exitCodeDescription', []).text
      const why = `${tool} says that it did not succeed${said ? ` (${said})` : ''}`
      invocation.problem({ code: 'bad-value', why: `${why}: results may be missing` })
    }
    const failures = notificationsOf(invocation).filter((one) => one.text('level') === 'error')
    for (const one of failures.slice(0, notificationsMax)) reportFailure(one, run, tool)
    const left = failures.length - notificationsMax
    if (left > 0) {
      const why = `${tool} reports ${left} more errors while it ran: results may be missing`
      invocation.problem({ code: 'bad-value', why })
    }
  }
  for (const file of run.object('externalPropertyFileReferences').objects('results')) {
    const uri = file.object('location').text('uri') ?? 'another file'
    const why = `results are kept in ${uri}, which is not read from here`
    file.problem({ code: 'missing-field', why, hint: 'inline the external properties', lost: true })
  }
}

const notificationsOf = (invocation: Reader): Reader[] =>
  ['toolExecutionNotifications', 'toolNotifications', 'toolConfigurationNotifications'].flatMap(
    (key) => invocation.objects(key),
  )

function reportFailure(notification: Reader, run: Reader, tool: string): void {
  const message = messageOf(notification, 'message', [driverOf(run)])
  const said = (message.text ?? message.markdown ?? 'without a message').slice(0, 300)
  const why = `${tool} reports an error while it ran, results may be missing: ${said}`
  notification.problem({ code: 'bad-value', why })
}
