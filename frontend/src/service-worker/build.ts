/** What the build writes into the service worker in the place of the text below (see `vite/service-worker.ts`). */
interface Build {
  /** Another one for each build. */
  name: string
  /** The page's own script: a page that names it is of this build. */
  entry: string
  /** All that the pages are made of, with what is loaded only when it is used. */
  files: string[]
}

export const build = JSON.parse('__BUILD__') as Build
