import type { Component } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'

const repositoryPath = /^[a-z+]+:\/\/(?:[^/@]*@)?([^/?#]+)\/([^?#]+?)(?:\.git)?\/?$/i

/** A repository at a revision as the component that its code is. */
export const repositoryComponent = (url: string, revision: string | undefined): Component =>
  present<Component>({
    name: repositoryName(url),
    purl: forgePurl(url, revision),
    version: revision,
  })

/** `https://github.com/owner/name.git` as `github.com/owner/name`. */
function repositoryName(url: string): string {
  const [, host, path] = repositoryPath.exec(url) ?? []
  return host === undefined ? url : `${host}/${path}`
}

function forgePurl(url: string, revision: string | undefined): string | undefined {
  const [, host, path = ''] = repositoryPath.exec(url) ?? []
  const type = { 'github.com': 'github', 'bitbucket.org': 'bitbucket' }[host ?? '']
  if (type === undefined || path.split('/').length !== 2) return undefined
  return `pkg:${type}/${path.toLowerCase()}${revision ? `@${revision}` : ''}`
}
