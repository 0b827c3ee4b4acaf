/** Placeholder that the build replaces (see `vite/service-worker.ts`). */
interface Build {
  /** Differs for each build. */
  name: string
  /** The path of the page's entry script: a page that references it belongs to this build. */
  entry: string
  /** The paths of all files of the pages, including those loaded on demand, relative to the scope. */
  files: string[]
}

export const build = JSON.parse('__BUILD__') as Build
