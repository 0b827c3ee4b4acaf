/**
 * A rehype plugin for text that runs from right to left. The browser finds the direction of each block by its first
 * strong letter; lists and tables take the direction of their first letter. Code and URLs run from left to right.
 */
import type { Node } from '@/markdown/plugins/tree'

const BLOCKS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'th', 'td', 'summary'])
/** They take the direction of their first block, which therefore must not set one. */
const CONTAINERS = new Set(['li', 'blockquote'])
const WHOLES = new Set(['ul', 'ol', 'table'])
const ADDRESS = /^(?:https?:|mailto:|www\.)\S*$|^[^\s@]+@[^\s@]+$/
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

export function rehypeDirection() {
  return (tree: Node) => direct(tree, false)
}

function direct(node: Node, isFirstOfContainer: boolean): void {
  const { tagName = '', children = [] } = node
  const direction = directionOf(node)
  const isDecidedOutside = isFirstOfContainer && BLOCKS.has(tagName)
  if (direction && !isDecidedOutside) node.properties = { ...node.properties, dir: direction }
  const first = CONTAINERS.has(tagName) ? children.find(({ type }) => type === 'element') : undefined
  for (const child of children) direct(child, child === first)
}

function directionOf(node: Node): string | undefined {
  const { tagName = '' } = node
  if (BLOCKS.has(tagName) || CONTAINERS.has(tagName)) return 'auto'
  if (tagName === 'code') return 'ltr'
  if (tagName === 'a') return ADDRESS.test(textOf(node)) ? 'ltr' : undefined
  if (!WHOLES.has(tagName)) return undefined
  const letter = firstLetter(node)
  return letter && (RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr')
}

function textOf({ value = '', children = [] }: Node): string {
  return value + children.map(textOf).join('')
}

function firstLetter({ type, tagName, value = '', children = [] }: Node): string | undefined {
  if (tagName === 'code') return undefined
  if (type === 'text') return /\p{L}/u.exec(value)?.[0]
  for (const child of children) {
    const letter = firstLetter(child)
    if (letter) return letter
  }
  return undefined
}
