import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { saysOf } from '../../api/problem.ts'
import { engagementQuery } from '../../api/queries.ts'
import type { Run } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'

/** The side that whoever looks speaks for; null until it is known. */
export function useSide(run: Run): 'developer' | 'evaluator' | null {
  const { data } = useQuery(engagementQuery(run.engagement))
  return data?.side ?? null
}

type SayProps = {
  readonly summary: string
  readonly label: string
  readonly about: string
  /** What is asked besides the words. */
  readonly children?: ReactNode
  readonly does: string
  readonly run: (words: string) => Promise<unknown>
}

/** A form for words that both sides read and that nobody takes away. */
export function Say({ summary, label, about, children, does, run }: SayProps) {
  const [words, setWords] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (words.trim() === '') return setProblem('Say it in words.')
    setIsBusy(true)
    try {
      await run(words.trim())
      setWords('')
      setProblem(null)
    } catch (error) {
      setProblem(`${saysOf(error)} What you typed is still here.`)
    }
    return setIsBusy(false)
  }
  return (
    <details className="mt-1">
      <summary className="link w-fit cursor-pointer">{summary}</summary>
      <form noValidate className="mt-2 max-w-[560px] space-y-3" onSubmit={(e) => void submit(e)}>
        {children}
        <Field label={label} about={about}>
          {(given) => (
            <textarea
              {...given}
              rows={3}
              value={words}
              onChange={({ target }) => setWords(target.value)}
            />
          )}
        </Field>
        {problem !== null && <Notice tone="danger">{problem}</Notice>}
        <Button type="submit" disabled={isBusy}>
          {does}
        </Button>
      </form>
    </details>
  )
}
