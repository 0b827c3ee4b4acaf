/** Messages between a page and the frame that draws its diagrams (`diagram.html`). */

export interface DiagramRequest {
  /** The diagram's code, in Mermaid's language. */
  code: string
  isDark: boolean
}

/** `ready`: the frame accepts diagrams. `drawn`: with the height of the drawing, in pixels. */
export type DiagramEvent = { kind: 'ready' } | { kind: 'drawn'; height: number } | { kind: 'failed' }

export function isDiagramEvent(value: unknown): value is DiagramEvent {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  if (value.kind === 'drawn') return 'height' in value && Number.isFinite(value.height)
  return value.kind === 'ready' || value.kind === 'failed'
}
