/** The place of a plot is kept from the start, so that nothing moves when it is drawn. */
export const plotHeightPx = 260
