/**
 * Markdown files in a fence, with code blocks in fences of the same length. Markdown ends such a fence at the first inner
 * one, so the outer fence is made longer where its own end follows. Takes linear time.
 */
import { type FenceMark, openFence } from '@/markdown/fences'

const OUTER = /^(?:markdown|md|mdx)$/i
const HINT = /(?:`{3}|~{3})[ \t]*(?:markdown|mdx?)\b/i
const QUOTE = /^[ \t]*>/

interface FenceLine extends FenceMark {
  line: number
  name: string
  isQuoted: boolean
  /** The line that ends it, if those inside are paired. */
  end?: FenceLine
  /** The length of the longest fence inside. */
  longest: number
  isNesting: boolean
}

/** While the text is being written, the end of an outer fence is still to come. */
export function nestFences(markdown: string, isBeingWritten: boolean): string {
  if (!HINT.test(markdown)) return markdown
  const lines = markdown.split('\n')
  const fences = findFences(lines)
  pairFences(fences)
  let open: FenceLine | null = null
  for (const fence of fences) {
    if (open) {
      if (fence === open.end || (!open.isNesting && endsFence(open, fence))) open = null
      continue
    }
    open = fence
    if (!OUTER.test(fence.name) || fence.longest < fence.length || !(fence.end ?? isBeingWritten)) continue
    lengthen(lines, fence, fence.longest + 1)
    fence.isNesting = true
    if (!fence.end) break
    lengthen(lines, fence.end, fence.longest + 1)
  }
  return lines.join('\n')
}

function findFences(lines: readonly string[]): FenceLine[] {
  return lines.flatMap((text, line) => {
    const mark = openFence(text)
    if (!mark) return []
    const isQuoted = QUOTE.test(text)
    const start = text.indexOf(mark.character.repeat(mark.length))
    const name = /\S+/.exec(text.slice(start + mark.length))?.[0] ?? ''
    return [{ ...mark, line, name, isQuoted, longest: 0, isNesting: false }]
  })
}

/** A fence with a name opens, one without a name ends the last that is open. */
function pairFences(fences: readonly FenceLine[]): void {
  const open: FenceLine[] = []
  for (const fence of fences) {
    const last = open.at(-1)
    if (fence.name !== '') {
      open.push(fence)
    } else if (last && endsFence(last, fence)) {
      open.pop()
      last.end = fence
      const outer = open.at(-1)
      if (outer) outer.longest = Math.max(outer.longest, last.length, last.longest, fence.length)
    }
  }
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

function lengthen(lines: string[], { line, character, length }: FenceLine, wanted: number): void {
  lines[line] = (lines[line] ?? '').replace(character.repeat(length), character.repeat(wanted))
}
