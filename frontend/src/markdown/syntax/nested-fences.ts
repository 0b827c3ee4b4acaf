/**
 * Code blocks in a fence of the same length, as in a Markdown file that an answer quotes. Markdown ends the outer fence
 * at the first inner one, so the outer fence is made longer where its own end follows. Takes linear time.
 */
import { type FenceMark, openFence } from '@/markdown/syntax/fences'
import { withoutContainer } from '@/markdown/syntax/containers'
import { replaceAll, type Replacement } from '@/markdown/syntax/replacements'

const MARK = /`{3,}|~{3,}/g
const FILE = /^(?:markdown|md|mdx)$/i
const QUOTED = /^[ \t>\d.)*+-]*>/
/** Two fences make a block; nesting needs more. */
const MIN_FENCES = 3
/** Finding out which fences nest takes microseconds for each; no file that an answer quotes has as many. */
const MAX_FENCES = 2_000
const MAX_DEPTH = 8

interface FenceLine extends FenceMark {
  /** Where its mark begins. */
  at: number
  name: string
  isQuoted: boolean
  /** Whether a fence without a name looks as if it opens: below a blank line or a colon, above text. */
  looksOpening: boolean
  /** The line that ends it, if those inside are paired. */
  end?: FenceLine
  /** The length of the longest fence inside. */
  longest: number
  isNesting: boolean
}

/** Makes each outer fence longer than those inside it; while the text is being written, its end is still to come. */
export function nestFences(markdown: string, isBeingWritten: boolean): string {
  const fences = findFences(markdown)
  if (fences.length < MIN_FENCES || fences.length > MAX_FENCES) return markdown
  const isBalanced = pairFences(fences)
  const added: Replacement[] = []
  let open: FenceLine | null = null
  for (const fence of fences) {
    if (open) {
      if (fence === open.end || (!open.isNesting && endsFence(open, fence))) open = null
      continue
    }
    open = fence
    const isMeant = isBeingWritten || (fence.end && (isBalanced || FILE.test(fence.name)))
    if (fence.longest < fence.length || !isMeant) continue
    fence.isNesting = true
    for (const { at, character } of [fence, ...(fence.end ? [fence.end] : [])])
      added.push({ from: at, to: at, by: character.repeat(fence.longest + 1 - fence.length) })
    if (!fence.end) break
  }
  return replaceAll(markdown, added)
}

function findFences(markdown: string): FenceLine[] {
  const fences: FenceLine[] = []
  MARK.lastIndex = 0
  for (let found = MARK.exec(markdown); found && fences.length <= MAX_FENCES; found = MARK.exec(markdown)) {
    const start = markdown.lastIndexOf('\n', found.index) + 1
    const next = markdown.indexOf('\n', found.index)
    const end = next < 0 ? markdown.length : next
    MARK.lastIndex = end
    const line = markdown.slice(start, end)
    const mark = openFence(line)
    if (!mark) continue
    const name = /\S+/.exec(line.slice(found.index - start + mark.length))?.[0] ?? ''
    fences.push({
      ...mark,
      at: found.index,
      name,
      isQuoted: QUOTED.test(line),
      looksOpening: name === '' && looksOpening(markdown, start, end),
      longest: 0,
      isNesting: false,
    })
  }
  return fences
}

function looksOpening(markdown: string, start: number, end: number): boolean {
  const before = withoutContainer(
    markdown.slice(markdown.lastIndexOf('\n', start - 2) + 1, Math.max(0, start - 1)),
  )
  const next = markdown.indexOf('\n', end + 1)
  const after = withoutContainer(markdown.slice(end + 1, next < 0 ? markdown.length : next))
  const isFirst = FILE.test(/^(?:`{3,}|~{3,})[ \t]*(\S*)/.exec(before)?.[1] ?? '')
  return (isFirst || /(?:^|[:：])\s*$/.test(before)) && after.trim() !== '' && openFence(after) === null
}

/**
 * A fence with a name opens. A fence without a name closes the last open one, unless it looks as if it opens another.
 * Returns whether none is left open.
 */
function pairFences(fences: readonly FenceLine[]): boolean {
  const open: FenceLine[] = []
  for (const fence of fences) {
    const last = open.at(-1)
    const opens =
      fence.name !== '' || !last || fence.before.trim() !== '' || (fence.looksOpening && FILE.test(last.name))
    const closed = opens ? undefined : findClosed(open, fence)
    if (opens) open.push(fence)
    if (!closed) continue
    while (open.pop() !== closed);
    closed.end = fence
    const outer = open.at(-1)
    if (outer) outer.longest = Math.max(outer.longest, closed.length, closed.longest, fence.length)
  }
  for (let index = open.length - 1; index > 0; index -= 1) {
    const [outer, inner] = [open[index - 1], open[index]]
    if (outer && inner) outer.longest = Math.max(outer.longest, inner.length, inner.longest)
  }
  return open.length === 0
}

/** The last open fence, if `fence` ends it, or the one around it that is as long as `fence`. */
function findClosed(open: readonly FenceLine[], fence: FenceLine): FenceLine | undefined {
  const last = open.at(-1)
  if (!last || !endsFence(last, fence)) return undefined
  return (
    open.slice(-MAX_DEPTH).findLast((outer) => outer.length === fence.length && endsFence(outer, fence)) ??
    last
  )
}

function endsFence(open: FenceLine, fence: FenceLine): boolean {
  return (
    fence.name === '' &&
    fence.character === open.character &&
    fence.length >= open.length &&
    fence.isQuoted === open.isQuoted &&
    fence.before.trim() === ''
  )
}
