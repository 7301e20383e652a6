/**
 * What a threshold is about. Cyber capability is the only one that the order names (Executive Order
 * 14409, section 3(a)); the others are parameters of a policy that has them.
 */
export const capabilities = ['cyber', 'reasoning', 'autonomous-tool-use'] as const
export type Capability = (typeof capabilities)[number]
