import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { beginAtProvider, getWaysIn } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { safePath } from './safe-path.ts'

/** The way to the provider, where this instance has one; nothing where it has none. */
export function ByProvider() {
  const { next } = useSearch({ from: '/sign-in' })
  const { data } = useQuery({
    queryKey: ['ways-in'],
    queryFn: ({ signal }) => getWaysIn(signal),
    retry: false,
  })
  const begin = useMutation({
    mutationFn: () => beginAtProvider(safePath(next)),
    onSuccess: ({ url }) => window.location.assign(url),
  })
  const provider = data?.provider ?? null
  if (provider === null) return null
  return (
    <>
      <p>
        <Button
          className="min-h-9 px-4"
          disabled={begin.isPending || begin.isSuccess}
          onClick={() => begin.mutate()}
        >
          Sign in through {lineOf(provider.label, 60)}
        </Button>
      </p>
      {begin.error && <Notice tone="danger">{saysOf(begin.error)}</Notice>}
    </>
  )
}
