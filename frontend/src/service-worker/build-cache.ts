/** Cache of whole builds, each under its own name. */
import { build } from './build'
import { SCOPE } from './scope'

const PAGE = SCOPE.pathname
/** All installations on a host share its cache storage, so names begin with the base path. */
const PREFIX = `${PAGE.slice(0, -1)}${PAGE === '/' ? '' : ':'}build:`
const OURS = `${PREFIX}${build.name}`

/** Caches the whole build or nothing: throws if a file cannot be loaded. */
export async function storeBuild(): Promise<void> {
  const cache = await caches.open(OURS)
  try {
    const page = await fetch(PAGE, { cache: 'no-store' })
    // During an upgrade, a server with another build may respond.
    if (!page.ok || !(await page.clone().text()).includes(build.entry))
      throw new Error('the page is of another build')
    await cache.addAll(build.files.map((file) => new URL(file, SCOPE).href))
    await cache.put(PAGE, page)
  } catch (error) {
    await caches.delete(OURS)
    throw error
  }
}

/** Deletes old builds, except the previous one, which open pages may still use. */
export async function deleteOldBuilds(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== OURS)
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)))
}

export async function findPage(): Promise<Response | undefined> {
  const cache = await caches.open(OURS)
  return cache.match(PAGE)
}

/** A file by its name, from any build: names contain a hash of the content. */
export function findFile(request: Request): Promise<Response | undefined> {
  return caches.match(request, { ignoreVary: true })
}

export async function storeFile(request: Request, file: Response): Promise<void> {
  const cache = await caches.open(OURS)
  await cache.put(request, file)
}
