import { Link } from '@tanstack/react-router'
import type { JobList } from '../../api/types.ts'
import { classes } from '../../ui/classes.ts'
import { grouped } from '../../ui/words.ts'

const states = ['waiting', 'running', 'failed'] as const

/** Each queue with what it is about; every number leads to its jobs. */
export function Queues({ queues }: { readonly queues: JobList['queues'] }) {
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full max-w-[960px] text-left">
        <caption className="heading pb-1 text-left">Queues</caption>
        <thead>
          <tr className="text-quiet">
            <th className="pr-4 font-normal">Queue</th>
            <th className="pr-4 font-normal max-rail:hidden">What it does</th>
            <th className="pr-4 text-right font-normal">Waiting</th>
            <th className="pr-4 text-right font-normal">Running</th>
            <th className="text-right font-normal">Failed</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.name} className="border-t border-rule align-baseline hover:bg-hover">
              <th scope="row" className="py-1 pr-4 font-semibold rail:whitespace-nowrap">
                {queue.name}
                <span className="block font-normal text-quiet rail:hidden">{queue.about}</span>
              </th>
              <td className="pr-4 text-quiet max-rail:hidden">{queue.about}</td>
              {states.map((state) => (
                <td key={state} className={classes('text-right', state !== 'failed' && 'pr-4')}>
                  {queue[state] === 0 ? (
                    <span className="text-quiet">0</span>
                  ) : (
                    <Link
                      to="/jobs"
                      search={{ queue: queue.name, state }}
                      className={classes('link', state === 'failed' && 'text-danger')}
                    >
                      {grouped(queue[state])}
                      <span className="spoken">
                        {' '}
                        {state} in {queue.name}
                      </span>
                    </Link>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
