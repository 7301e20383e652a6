import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export type Python =
  | { readonly is: true; readonly path: string }
  | { readonly is: false; why: string }

const installMs = 600_000

/** A Python that has a package: the one that is given, or one that it is installed for. */
export function pythonWith(work: string, module: string, name = module): Python {
  const given = process.env['INTEROP_PYTHON'] ?? 'python3'
  if (spawnSync(given, ['-c', `import ${module}`]).status === 0) return { is: true, path: given }
  const folder = join(work, 'venv')
  const made = spawnSync(given, ['-m', 'venv', folder], { encoding: 'utf8' })
  if (made.status !== 0) return { is: false, why: `"${given} -m venv" does not run here` }
  const path = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
  const args = ['-m', 'pip', 'install', '--quiet', name]
  const pip = spawnSync(path, args, { encoding: 'utf8', timeout: installMs })
  if (pip.status === 0) return { is: true, path }
  const [why = ''] = pip.stderr.trim().split('\n').slice(-1)
  return { is: false, why: `${name} cannot be installed: ${why}` }
}
