/**
 * A remark plugin that makes elements of the allowed HTML tags, and text of all other HTML. It works on the parsed tree
 * and never on HTML, so that nothing else can become an element. Takes linear time.
 */
import { isDetails, readTag, type Tag } from '@/lib/text/allowed-tags'
import { htmlSyntax } from '@/markdown/plugins/html-syntax'
import { addSyntax, type Node } from '@/markdown/plugins/tree'

/** A child, or a tag that has not been paired yet. */
interface Item {
  node: Node
  tag: Tag | null
  /** The paragraph that it comes from, for what becomes text again. */
  line?: Node
}

interface Options {
  /** Closes the tags that are open at the end. */
  isBeingWritten: boolean
}

const MAX_DEPTH = 20
const MAX_ELEMENTS = 2_000
/** Not a comment, and no script or the like, whose lines belong together. */
const OTHER_TAG = /^\s*<\/?(?!script|style|pre|textarea)[a-z]/i
const FLOW = new Set(['root', 'blockquote', 'listItem', 'footnoteDefinition'])

export function remarkAllowedHtml(this: unknown, { isBeingWritten }: Options) {
  addSyntax(this, htmlSyntax)
  return (tree: Node) => convert(tree, isBeingWritten, { left: MAX_ELEMENTS })
}

function convert(parent: Node, isTail: boolean, budget: { left: number }): void {
  const { children } = parent
  if (!children) return
  children.forEach((child, index) => convertChild(child, isTail && index === children.length - 1, budget))
  if (FLOW.has(parent.type)) {
    const items = children.flatMap((child) =>
      child.type === 'html' ? htmlItems(child) : detailsItems(child),
    )
    if (items.some(({ tag }) => tag !== null)) parent.children = pairDetails(items, isTail, budget)
    else parent.children = items.map(({ node }) => node)
  } else if (children.some(({ type }) => type === 'html')) {
    parent.children = pair(children.map(inlineItem), isTail, budget).map(({ node, tag }) =>
      tag ? textOf(node) : node,
    )
  }
}

function convertChild(child: Node, isTail: boolean, budget: { left: number }): void {
  if (!isDetailsLine(child)) convert(child, isTail, budget)
}

function isDetailsLine({ type, children }: Node): boolean {
  const [first] = children ?? []
  const tag = type === 'paragraph' && first?.type === 'html' ? readTag(first.value ?? '') : null
  return tag !== null && isDetails(tag.name)
}

/** A line that begins with a tag of a details element becomes its tags and the paragraphs between. */
function detailsItems(child: Node): Item[] {
  if (!isDetailsLine(child)) return [{ node: child, tag: null }]
  const items: Item[] = []
  for (const node of child.children ?? []) {
    const tag = node.type === 'html' ? readTag(node.value ?? '') : null
    const last = items.at(-1)
    if (tag && isDetails(tag.name)) items.push({ node, tag, line: child })
    else if (last?.tag === null) last.node.children?.push(node)
    else items.push({ node: { type: 'paragraph', children: [node] }, tag: null, line: child })
  }
  return items
}

/** HTML on separate lines; a line of it with nothing but a tag of a details element is that tag. */
function htmlItems(child: Node): Item[] {
  const lines = OTHER_TAG.test(child.value ?? '') ? (child.value ?? '').split('\n') : []
  if (!lines.some(isDetailsTag)) return [blockOf(child)]
  const items: Item[] = []
  let text: string[] = []
  for (const line of [...lines, null]) {
    if (line !== null && !isDetailsTag(line)) {
      text.push(line)
      continue
    }
    if (text.length > 0) items.push(blockOf({ type: 'html', value: text.join('\n') }))
    text = []
    if (line !== null) items.push({ node: { type: 'html', value: line.trim() }, tag: readTag(line.trim()) })
  }
  return items
}

function isDetailsTag(line: string): boolean {
  const tag = readTag(line.trim())
  return tag !== null && isDetails(tag.name)
}

/** HTML on separate lines, as it was typed. */
function blockOf({ value = '' }: Node): Item {
  const data = {
    hName: 'p',
    hProperties: { className: ['whitespace-pre-wrap'] },
    hChildren: [{ type: 'text', value }],
  }
  return { node: { type: 'allowedHtml', data, children: [] }, tag: null }
}

function textOf({ value = '' }: Node): Node {
  return { type: 'text', value }
}

function inlineItem(node: Node): Item {
  const tag = node.type === 'html' ? readTag(node.value ?? '') : null
  if (tag && !isDetails(tag.name)) return { node, tag }
  return { node: node.type === 'html' ? textOf(node) : node, tag: null }
}

function pairDetails(items: readonly Item[], isTail: boolean, budget: { left: number }): Node[] {
  const last = items.at(-1)
  // Each paragraph between the tags of a details element has been kept until now.
  for (const item of items) if (!item.tag && item.line) convert(item.node, isTail && item === last, budget)
  return blocksOf(pair(items, isTail, budget))
}

/** Tags without a partner become text of the line where they were. */
function blocksOf(items: readonly Item[]): Node[] {
  const nodes: Node[] = []
  let line: Node | undefined
  for (const item of items) {
    const node = item.tag ? { type: 'paragraph', children: [textOf(item.node)] } : item.node
    const before = nodes.at(-1)
    if (item.line && item.line === line && before?.type === 'paragraph' && node.type === 'paragraph') {
      before.children?.push(...(node.children ?? []))
    } else if (node.type !== 'paragraph' || !isBlank(node)) {
      nodes.push(node)
    }
    line = item.line
  }
  return nodes
}

function isBlank({ children = [] }: Node): boolean {
  return children.every(({ type, value = '' }) => type === 'text' && value.trim() === '')
}

interface Opening {
  at: number
  tag: Tag
  hasSummary: boolean
}

/** Replaces each pair of tags by an element with what is between. */
function pair(items: readonly Item[], isTail: boolean, budget: { left: number }): Item[] {
  const result: Item[] = []
  const open: Opening[] = []
  const counts = new Map<string, number>()

  function close({ at, tag }: Opening): void {
    const [opening, ...inside] = result.splice(at)
    counts.set(tag.name, (counts.get(tag.name) ?? 0) - 1)
    const node = elementOf(tag, inside)
    result.push(opening?.line ? { node, tag: null, line: opening.line } : { node, tag: null })
  }

  for (const item of items) {
    const { tag } = item
    if (tag?.kind === 'break') {
      result.push({ node: { type: 'break' }, tag: null })
    } else if (tag?.kind === 'closing' && (counts.get(tag.name) ?? 0) > 0) {
      let opening = open.pop()
      while (opening && opening.tag.name !== tag.name) {
        counts.set(opening.tag.name, (counts.get(opening.tag.name) ?? 0) - 1)
        opening = open.pop()
      }
      if (opening) close(opening)
    } else {
      if (tag?.kind === 'opening' && mayOpen(tag, open) && budget.left > 0) {
        budget.left -= 1
        open.push({ at: result.length, tag, hasSummary: false })
        counts.set(tag.name, (counts.get(tag.name) ?? 0) + 1)
      }
      result.push(item)
    }
  }
  if (isTail) for (const opening of open.toReversed()) close(opening)
  return result
}

/** A summary is the first thing of its details. */
function mayOpen({ name }: Tag, open: readonly Opening[]): boolean {
  if (open.length >= MAX_DEPTH) return false
  if (name !== 'summary') return true
  const details = open.at(-1)
  if (details?.tag.name !== 'details' || details.hasSummary) return false
  details.hasSummary = true
  return true
}

function elementOf({ name, isOpen }: Tag, items: readonly Item[]): Node {
  const data = { hName: name, hProperties: isOpen ? { open: true } : {} }
  if (!isDetails(name)) {
    return { type: 'allowedHtml', data, children: items.map(({ node, tag }) => (tag ? textOf(node) : node)) }
  }
  const blocks = blocksOf(items)
  // The text of a summary is not in a paragraph.
  const children = name === 'summary' ? blocks.flatMap((block) => block.children ?? []) : blocks
  return { type: 'allowedHtml', data, children }
}
