import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { addDocument, documentAddress } from '../../api/engagements.ts'
import { isProblem, saysOf } from '../../api/problem.ts'
import type { Engagement } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { sizeOf } from '../../ui/words.ts'

const bytesMax = 20 * 2 ** 20

/** Agreements and disclosures as files: handed in by either side, read by both. */
export function Documents({ engagement }: { readonly engagement: Engagement }) {
  const { id, documents } = engagement
  return (
    <Section title="Documents" beside={<HandIn id={id} />}>
      {documents.length === 0 && (
        <p className="max-w-[65ch] text-quiet">
          None. The agreement that lawyers read and what a developer discloses are handed in here,
          at most 20 MiB each; both sides read them, and see who did.
        </p>
      )}
      <ul>
        {documents.map((one) => (
          <li key={one.id} className="border-t border-rule py-1.5 wrap-anywhere">
            {one.destroyedAt === null ? (
              <a className="link" href={documentAddress(id, one.id)} download>
                {lineOf(one.name, 200)}
              </a>
            ) : (
              <span>{lineOf(one.name, 200)}</span>
            )}{' '}
            <span className="text-quiet">{sizeOf(one.sizeBytes)}</span>
            {one.destroyedAt !== null && (
              <span className="block">
                Destroyed <When at={one.destroyedAt} />, as the terms say.
              </span>
            )}
            <span className="block text-quiet">
              {lineOf(engagement[one.by].name, 60)}, <When at={one.at} />
            </span>
            <span className="block font-mono text-small text-quiet">{one.sha256}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function HandIn({ id }: Pick<Engagement, 'id'>) {
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    setIsBusy(true)
    setProblem(await handedIn(id, file))
    setIsBusy(false)
    if (field.current) field.current.value = ''
    await queries.invalidateQueries({ queryKey: ['engagement', id] })
  }
  return (
    <>
      <input
        ref={field}
        type="file"
        aria-label="Document to hand in"
        className="hidden"
        onChange={({ target }) => void take(target.files?.[0])}
      />
      <Button disabled={isBusy} onClick={() => field.current?.click()}>
        {isBusy ? 'Handing in…' : 'Hand in a document'}
      </Button>
      {problem !== null && (
        <div className="basis-full pb-2">
          <Notice tone="danger">{problem}</Notice>
        </div>
      )}
    </>
  )
}

/** Null when it is there now; otherwise why not. */
async function handedIn(id: string, file: File): Promise<string | null> {
  if (file.size > bytesMax)
    return `${file.name} has ${sizeOf(file.size)}; 20 MiB are taken at most.`
  try {
    await addDocument(id, file)
    said(`${file.name} is handed in: both sides can read it.`)
    return null
  } catch (error) {
    return isProblem(error, 409) ? `${file.name} is here already.` : saysOf(error)
  }
}
