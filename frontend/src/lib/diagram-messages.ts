/** Messages between a page and the frame that draws its diagrams (`diagram.html`). */

export interface DiagramRequest {
  /** The diagram's code, in Mermaid's language. */
  code: string
  isDark: boolean
}

/** `ready`: the frame accepts diagrams. `drawn`: with the height of the drawing, in pixels. */
export type DiagramEvent = { kind: 'ready' } | { kind: 'drawn'; height: number } | { kind: 'failed' }

export function isDiagramEvent(value: unknown): value is DiagramEvent {
  return typeof value === 'object' && value !== null && 'kind' in value
}
