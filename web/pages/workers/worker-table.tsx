import type { ProofWorker } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { isolationLine } from '../../parts/isolation-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { classificationWords, sentence } from '../../parts/proof-words.ts'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { Ago, When } from '../../ui/when.tsx'
import { grouped } from '../../ui/words.ts'
import { workerState } from './words.ts'

type TableProps = {
  readonly workers: readonly ProofWorker[]
  readonly onSwitch: (worker: ProofWorker) => void
}

/** Everybody who ever ran proofs here, those who are there first. */
export function WorkerTable({ workers, onSwitch }: TableProps) {
  const ref = useRowKeys<HTMLTableElement>('Workers')
  if (workers.length === 0) return <NoWorkers />
  return (
    <Section title="Who runs proofs">
      <div className="relative overflow-x-auto">
        <table ref={ref} className="w-full text-left">
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Worker</th>
              <th className="pr-4 font-normal max-split:hidden">May be given</th>
              <th className="pr-4 text-right font-normal max-rail:hidden">Running</th>
              <th className="pr-4 text-right font-normal max-rail:hidden">Done</th>
              <th className="pr-4 font-normal max-rail:hidden">Last seen</th>
              <th>
                <span className="spoken">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => (
              <Row key={worker.id} worker={worker} onSwitch={onSwitch} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

type RowProps = Pick<TableProps, 'onSwitch'> & { readonly worker: ProofWorker }

function Row({ worker, onSwitch }: RowProps) {
  const { name, running, slots, done, seenAt, off } = worker
  return (
    <tr
      data-row
      tabIndex={-1}
      className="border-t border-rule align-baseline -outline-offset-2 hover:bg-hover"
    >
      <th scope="row" className="max-w-120 py-1.5 pr-4 font-normal wrap-anywhere">
        <strong className="font-semibold">{lineOf(name, 100)}</strong>{' '}
        <span className={workerState(worker).tone}>
          <span aria-hidden="true">{workerState(worker).sign}</span> {workerState(worker).word}
        </span>
        <About worker={worker} />
        <span className="block text-quiet split:hidden">May be given: {givenWords(worker)}</span>
        <span className="block text-quiet rail:hidden">
          {running} of {slots} running, {grouped(done)} done. Last seen: <Ago at={seenAt} />
        </span>
      </th>
      <td className="max-w-60 pr-4 wrap-anywhere max-split:hidden">{givenWords(worker)}</td>
      <td className="pr-4 text-right whitespace-nowrap max-rail:hidden">
        {running} of {slots}
      </td>
      <td className="pr-4 text-right max-rail:hidden">{grouped(done)}</td>
      <td className="pr-4 whitespace-nowrap max-rail:hidden">
        <Ago at={seenAt} />
      </td>
      <td className="text-right">
        {useMay('operate') && (
          <Button onClick={() => onSwitch(worker)}>
            Switch {off === null ? 'off' : 'on'}
            <span className="spoken"> {lineOf(name, 60)}</span>
          </Button>
        )}
      </td>
    </tr>
  )
}

/** Where it is, how it holds runs apart, and why it takes nothing. */
const About = ({ worker }: { readonly worker: ProofWorker }) => {
  const { id, host, version, isolation, refusal, off, isGone, seenAt, publicKey } = worker
  return (
    <>
      <span className="block text-quiet">
        {lineOf(host, 100)}, Parley {lineOf(version, 40)}
        {isolation !== null && `. ${isolationLine(isolation)}`}{' '}
        <a
          className="link"
          download={`${id}.pem`}
          href={`data:application/x-pem-file,${encodeURIComponent(publicKey)}`}
        >
          Its public key
        </a>
      </span>
      {isGone && (
        <span className="block">
          Not heard of since <When at={seenAt} />. What it ran was given to others.
        </span>
      )}
      {off !== null && (
        <span className="block">
          By {lineOf(off.by, 100)}, <When at={off.at} />: “{lineOf(off.why, 500)}”
        </span>
      )}
      {refusal !== null && <span className="block">{lineOf(sentence(refusal), 1_000)}</span>}
    </>
  )
}

/** The highest classification, and the compartments that go with it. */
function givenWords({ ceiling, compartments }: ProofWorker): string {
  const upTo = `Up to ${classificationWords[ceiling].toLowerCase()}`
  return compartments.length === 0
    ? `${upTo}, no compartments`
    : `${upTo}, ${lineOf(compartments.join(', '), 300)}`
}

const NoWorkers = () => (
  <Empty title="No worker was ever here">
    <p>
      Proofs are run by <code className="font-mono text-small">parley serve</code> itself and by{' '}
      <code className="font-mono text-small">parley worker</code> on any machine that reaches the
      database. Start one; what waits is kept until then.
    </p>
  </Empty>
)
