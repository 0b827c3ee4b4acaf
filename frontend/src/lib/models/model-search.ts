/** Finds models by words of their names, ids and services. */
import type { Model } from '@/types/api'

/** Text for comparison, without case, accents and full-width forms. */
function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()
}

/** Also without hyphens and the like, so that `gpt4o` finds `gpt-4o`. */
function searchTextOf({ id, name, service }: Model): string {
  const text = foldText(`${name}\n${id}\n${service}`)
  return `${text}\n${text.replace(/[^\p{L}\p{N}\n]/gu, '')}`
}

/** Returns a function that finds the models with all words of a query, in any order; without words, all of them. */
export function makeModelSearch(models: readonly Model[]): (query: string) => Model[] {
  const entries = models.map((model) => ({ model, text: searchTextOf(model) }))
  return (query) => {
    const words = foldText(query)
      .split(/\s+/)
      .filter((word) => word !== '')
    return entries.filter(({ text }) => words.every((word) => text.includes(word))).map(({ model }) => model)
  }
}
