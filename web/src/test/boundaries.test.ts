import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'

// What may use what: lib is pure, components do not fetch by themselves, features do not know each other.

const root = join(import.meta.dirname, '..')
function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory()
      ? files(path)
      : /\.tsx?$/.test(name) && !name.endsWith('.test.ts') && !name.endsWith('.test.tsx')
        ? [path]
        : []
  })
}
const imports = (file: string): string[] => [...readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)].map((m) => m[1] as string)

it.each(files(root).map((f) => [relative(root, f), f]))('%s uses only what it may', (name, file) => {
  const feature = /^features\/([^/]+)\//.exec(name)?.[1]
  for (const from of imports(file)) {
    const other = /^@\/features\/([^/]+)/.exec(from)?.[1]
    if (feature) expect(other ?? feature, from).toBe(feature)
    if (name.startsWith('lib/') || name.startsWith('components/')) expect(from).not.toMatch(/^@\/(features|routes)/)
    if (name.startsWith('lib/')) expect(from).not.toMatch(/^@\/(api|components)/)
    if (!name.startsWith('test/') && name !== 'main.tsx') expect(from).not.toMatch(/test\//)
  }
  const text = readFileSync(file, 'utf8')
  if (name !== 'test/boundaries.test.ts') expect(text).not.toContain('dangerouslySetInner')
  if (!['api/client.ts', 'test/mock/install.ts'].includes(name))
    expect(text, 'one place talks to the server').not.toMatch(/\bfetch\(/)
})
