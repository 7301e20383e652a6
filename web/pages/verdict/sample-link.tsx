import { Link } from '@tanstack/react-router'
import { lineOf } from '../../parts/outside-text.tsx'

type Props = {
  readonly run: string
  readonly sample: { readonly task: string; readonly epoch: number }
}

/** An attempt by its name, as a way to what happened in it. */
export const SampleLink = ({ run, sample: { task, epoch } }: Props) => (
  <Link
    to="/runs/$id/samples/$task/$epoch"
    params={{ id: run, task, epoch: String(epoch) }}
    className="link"
  >
    {lineOf(task, 80)}, attempt {epoch}
  </Link>
)
