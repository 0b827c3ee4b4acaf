/** A remark plugin for GitHub's alerts: quotations that begin with `[!NOTE]` or the like. Runs before remark-breaks. */
import type { Node } from '@/markdown/plugins/tree'

export const ALERTS = ['note', 'tip', 'important', 'warning', 'caution'] as const

export type AlertKind = (typeof ALERTS)[number]

const MARK = new RegExp(`^\\[!(${ALERTS.join('|')})\\][ \\t]*\\n?`, 'i')

export function remarkAlerts() {
  return visit
}

function visit(node: Node): void {
  if (node.type === 'blockquote') markAlert(node)
  node.children?.forEach(visit)
}

function markAlert(quotation: Node): void {
  const paragraph = quotation.children?.[0]
  const text = paragraph?.type === 'paragraph' ? paragraph.children?.[0] : undefined
  const [mark, kind] = MARK.exec(text?.type === 'text' ? (text.value ?? '') : '') ?? []
  if (!paragraph || !text || mark === undefined || kind === undefined) return
  const rest = text.value?.slice(mark.length) ?? ''
  const children = (paragraph.children ?? []).slice(1)
  if (rest !== '') paragraph.children = [{ ...text, value: rest }, ...children]
  else paragraph.children = children[0]?.type === 'break' ? children.slice(1) : children
  if (paragraph.children.length === 0) quotation.children = quotation.children?.slice(1) ?? []
  quotation.data = { ...quotation.data, hProperties: { dataAlert: kind.toLowerCase() } }
}
