/** Types and functions that the Markdown plug-ins share. */
import type { Extension } from 'micromark-util-types'

/** A node of a tree of Markdown or HTML, as far as the plug-ins use it. */
export interface Node {
  type: string
  tagName?: string
  value?: string
  properties?: Record<string, unknown>
  data?: Record<string, unknown>
  children?: Node[]
}

/** Adds syntax to the parser, which is `this` in a plug-in. */
export function addSyntax(parser: unknown, ...extensions: Extension[]): void {
  const data = (parser as { data: () => { micromarkExtensions?: unknown[] } }).data()
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), ...extensions]
}
