const vector = /\bCVSS:\d\.\d(?:\/[A-Za-z]{1,3}:[A-Za-z]{1,6}){3,40}/g
const bare = /(?:^|[\s(])(AV:[LAN]\/AC:[LMH]\/Au:[NSM](?:\/[A-Za-z]{1,3}:[A-Za-z]{1,4}){3,12})/g

/** CVSS vectors in fields that people fill in by hand, without the brackets or quotes around. */
export const vectorsIn = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(
    texts.flatMap((text) => [
      ...(text?.match(vector) ?? []),
      ...[...(text?.matchAll(bare) ?? [])].flatMap(([, found]) => found ?? []),
    ]),
  ),
]
