/** A case as people speak of it: the first characters of its id, which are random. */
export const caseName = (id: string): string => `#${id.replace(/^case_/, '').slice(0, 6)}`
