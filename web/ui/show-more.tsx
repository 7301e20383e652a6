import { Button } from './button.tsx'

type ShowMoreProps = {
  /** What comes: `Show older runs`. */
  readonly words: string
  /** As the query of a list says; nothing is shown where there is no more. */
  readonly of: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
}

/** The way to the rest of a list that is read a page at a time. */
export const ShowMore = ({ words, of }: ShowMoreProps) =>
  of.hasNextPage && (
    <Button
      className="mt-2"
      disabled={of.isFetchingNextPage}
      onClick={() => void of.fetchNextPage()}
    >
      {words}
    </Button>
  )
