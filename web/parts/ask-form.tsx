import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import { askForApproval } from '../api/client.ts'
import { saysOf } from '../api/problem.ts'
import type { ApprovalWish } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { WhyField } from './actions/form.tsx'

type AskFormProps = {
  readonly summary: string
  readonly wish: Pick<ApprovalWish, 'kind' | 'request'>
  /** What is missing before it can be asked; null when all is there. */
  readonly missing?: string | null
  readonly children: ReactNode
}

/** Asks for an approval of some kind, with what the kind needs and why. */
export function AskForm({ summary, wish, missing = null, children }: AskFormProps) {
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const ask = useMutation({
    mutationFn: askForApproval,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['approvals'] })
      await navigate({ to: '/approvals/$id', params: { id } })
    },
  })
  const lacks = missing ?? (reason.trim() === '' ? 'Say why.' : null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setIsTried(true)
    if (lacks === null) ask.mutate({ ...wish, reason })
  }
  return (
    <details className="mt-2">
      <summary className="link w-fit cursor-pointer">{summary}</summary>
      <form noValidate className="mt-2 max-w-96 space-y-3" onSubmit={submit}>
        {children}
        <WhyField label="Why" value={reason} onValue={setReason} isRequired />
        {isTried && lacks !== null && <Notice tone="danger">{lacks}</Notice>}
        {ask.error && (
          <Notice tone="danger">{saysOf(ask.error)} What you typed is still here.</Notice>
        )}
        <Button type="submit" look="main" disabled={ask.isPending}>
          Ask
        </Button>
      </form>
    </details>
  )
}
