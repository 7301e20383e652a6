const address = /\bhttps?:\/\/[^\s<>"'`)\]}]{1,2000}/gi

/** Web addresses written in prose, first mention first, without the stop of their sentence. */
export const linksIn = (prose: string | undefined): string[] => [
  ...new Set(prose?.match(address)?.map((one) => one.replace(/[.,;:!?]+$/, ''))),
]
