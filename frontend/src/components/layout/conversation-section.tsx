import { memo } from 'react'
import { ConversationItem } from '@/components/layout/conversation-item'
import type { RowHeights } from '@/lib/lists/list-window'
import type { ConversationSummary } from '@/types/api'

interface ConversationSectionProps {
  heading: string
  conversations: ConversationSummary[]
  openId: string | undefined
  heights: RowHeights
  /** The first rendered row and the row after the last; the space of other rows is kept. */
  from: number
  to: number
}

export const ConversationSection = memo(function ConversationSection({
  heading,
  conversations,
  openId,
  heights,
  from,
  to,
}: ConversationSectionProps) {
  const height = heights.heading + conversations.length * heights.row
  return (
    <section aria-label={heading} style={{ height: `${height}rem` }}>
      <h2 className="flex h-9 items-end px-2.5 pb-1 text-xs text-ink-3">{heading}</h2>
      {from < to && (
        <ul style={{ paddingTop: `${from * heights.row}rem` }}>
          {conversations.slice(from, to).map((conversation, index) => (
            <ConversationItem
              key={conversation.id}
              conversation={conversation}
              isOpen={conversation.id === openId}
              position={from + index + 1}
              total={conversations.length}
            />
          ))}
        </ul>
      )}
    </section>
  )
})
