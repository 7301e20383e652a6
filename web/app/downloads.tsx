import { useEffect, useState } from 'react'
import { takeFile } from '../api/client.ts'
import { saysOf } from '../api/problem.ts'
import { needsReason, SayWhy } from '../parts/say-why.tsx'
import { complain } from '../ui/toast.tsx'

/**
 * Fetches what links to files of the API lead to, so that a "no" is said in words and a reason can
 * be given; a browser alone would only say that a download failed.
 */
export function Downloads() {
  const [asked, setAsked] = useState<string | null>(null)
  useEffect(() => {
    const onClick = (event: MouseEvent): void => {
      const address = addressOf(event)
      if (address === null) return
      event.preventDefault()
      takeFile(address).then(save, (error: unknown) =>
        needsReason(error) ? setAsked(address) : complain(saysOf(error)),
      )
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [])
  if (asked === null) return null
  const again = async (reason: string): Promise<void> => save(await takeFile(asked, reason))
  return <SayWhy run={again} onClose={() => setAsked(null)} />
}

/** Where a click leads that downloads from the API; null for every other. */
function addressOf(event: MouseEvent): string | null {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
  const link = event.target instanceof Element ? event.target.closest('a[download]') : null
  const address = link?.getAttribute('href') ?? ''
  return isPlain && address.startsWith('/v1/') ? address : null
}

type Taken = { readonly blob: Blob; readonly name: string }

function save({ blob, name }: Taken): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), laterMs)
}

/** A browser may begin to read what it saves after the click. */
const laterMs = 60_000
