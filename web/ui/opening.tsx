/**
 * Stands for a dialogue whose code is on its way: keys belong to what opens, so that letters typed
 * ahead act on nothing below it.
 */
export const Opening = () => (
  <div role="dialog" aria-modal="true" aria-busy="true" aria-label="Opening" className="spoken" />
)
