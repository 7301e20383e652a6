import type { Side } from '../../parts/engagement-words.ts'
import { Notice } from '../../ui/notice.tsx'

/** What the order says of all this, in plain words, above everything else. */
export const OrderWords = ({ side }: { readonly side: Side | null }) => (
  <div className="py-1">
    <Notice>
      <p className="max-w-[75ch]">
        <strong>Nothing here holds, delays or permits a release</strong> (Executive Order 14409,
        section 3(c)).{' '}
        {side === 'developer'
          ? 'You can leave at any second, without a reason.'
          : 'A developer can leave at any second, without a reason.'}
      </p>
    </Notice>
  </div>
)
