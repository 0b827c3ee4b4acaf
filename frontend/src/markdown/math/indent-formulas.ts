/**
 * Indents displayed formulas that continue a list item or quotation without its indentation or marks, as lines of a
 * paragraph may: otherwise the formula would end the item. Takes linear time.
 */
import { CONTAINER, withoutQuotation } from '@/markdown/syntax/containers'
import { closesFence, type FenceMark, openFence } from '@/markdown/syntax/fences'

const FORMULA = /^[ \t]*(?:\$\$|\\\[)/
/** A heading, a rule or a row of a table is not part of a paragraph. */
const OTHER_BLOCK = /^[ \t]*(?:#{1,6}[ \t]|\||(?:[-*_][ \t]*){3,}$)/

export function indentFormulas(markdown: string): string {
  if (!/\n[ \t]*(?:\$\$|\\\[)/.test(markdown)) return markdown
  let fence: FenceMark | null = null
  let prefix = ''
  let hasFormula = false
  return markdown
    .split('\n')
    .map((line) => {
      const container = CONTAINER.exec(line)?.[0] ?? ''
      const own = container.replace(/[^>\t]/g, ' ')
      if (fence) {
        if (closesFence(fence, withoutQuotation(line))) fence = null
        return line
      }
      fence = openFence(line)
      if (fence !== null || line.trim() === container.trim() || OTHER_BLOCK.test(line)) prefix = ''
      else if (container.trim() !== '' || container.length >= prefix.length) {
        if (container.trim() !== '') prefix = own
        hasFormula = false
      } else {
        hasFormula ||= FORMULA.test(line)
        if (hasFormula) return prefix + line.trimStart()
      }
      return line
    })
    .join('\n')
}
