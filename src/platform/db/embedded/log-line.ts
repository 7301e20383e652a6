/** What the supervisor has to say, for the log of the process. */
export type LogLine = { readonly level: 'info' | 'warn' | 'error'; readonly says: string }
