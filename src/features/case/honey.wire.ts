import { z } from 'zod'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { TapReportWire } from '#features/report/tap.wire.ts'
import { lineShape } from '#platform/http/line-shape.ts'

/** Shapes of honey as they cross HTTP. Times are ISO 8601 in UTC. */

export const HoneyWishWire = z.strictObject({
  /**
   * In whose name it is handed in, by id or by name: one with neither members nor tokens. A name
   * that is not known yet makes a new one.
   */
  organisation: lineShape(200),
  /** As any report is handed in. */
  report: TapReportWire,
  /** Absent for what is usual for the organisation. */
  label: LabelWishWire.optional(),
})

export const HoneyWire = z
  .strictObject({
    ...{ id: z.string(), case: z.string(), title: z.string(), madeAt: z.string() },
    madeBy: z.strictObject({ id: z.string(), name: z.string() }),
    /** From when on opening it tells nobody; null while it does. */
    retiredAt: z.string().nullable(),
  })
  .meta({ id: 'Honey' })

export const HoneyListWire = z.strictObject({ items: z.array(HoneyWire) }).meta({ id: 'HoneyList' })
