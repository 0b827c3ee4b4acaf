/** What a page and the frame that draws for it say to each other (`diagram.html`). */

export interface DiagramOrder {
  /** In Mermaid's language. */
  code: string
  isDark: boolean
}

/** `ready`: the frame takes orders. The height is that of the drawing, in pixels. */
export type DiagramNews = { kind: 'ready' } | { kind: 'drawn'; height: number } | { kind: 'failed' }

export function isDiagramNews(value: unknown): value is DiagramNews {
  return typeof value === 'object' && value !== null && 'kind' in value
}
