/** Where forges put the hash of a commit in an address. */
const hash = /(?:\/commits?\/|\/\+\/|\/c\/|[?;&](?:id|h)=)[0-9a-f]{7,64}(?![0-9a-z])/i

/** Whether an address leads to one commit (GitHub, GitLab, Bitbucket, cgit, gitweb, Gitiles). */
export const isCommitAddress = (address: string): boolean =>
  address.length < 2000 && hash.test(address)
