/** How an outbox item is stored: as JSON with a version, checked when it is read. */
import type { OutboxItem } from '@/lib/outbox'
import { z } from '@/lib/schema'
import { parseStored } from '@/lib/storage'

const VERSION = 1

const text = z.string()
const optionalText = z.exactOptional(z.nullable(text))

/** The fields that all commands have. */
const turn = { client_id: text, model: optionalText }

const commandSchema = z.union([
  z.object({ ...turn, type: z.literal('chat.message'), content: text, parent_id: optionalText }),
  z.object({ ...turn, type: z.literal('chat.edit'), message_id: text, content: text }),
  z.object({ ...turn, type: z.literal('chat.regenerate'), message_id: text }),
  z.object({ ...turn, type: z.literal('chat.continue'), message_id: text }),
])

const newConversationSchema = z.object({
  id: optionalText,
  title: optionalText,
  model: optionalText,
  system_prompt: optionalText,
  temperature: z.exactOptional(z.nullable(z.number())),
  reasoning_effort: z.exactOptional(
    z.nullable(z.enum(['', 'none', 'minimal', 'low', 'medium', 'high', 'xhigh'])),
  ),
})

const itemSchema: z.ZodMiniType<OutboxItem> = z.object({
  id: text,
  command: commandSchema,
  conversationId: text,
  owner: text,
  begins: z.nullable(newConversationSchema),
  isSent: z.boolean(),
  heldUntil: z.nullable(z.number()),
  refusal: z.nullable(z.object({ code: text, retryAt: z.nullable(z.number()) })),
})

/** Items that were stored before there were versions have none, and the fields of version 1. */
const versionSchema = z.object({ version: z._default(z.number(), VERSION) })

/** `newer`: a later release, perhaps in another tab, has stored it and reads it. `broken`: nothing can read it. */
export type StoredItem = { kind: 'item'; item: OutboxItem } | { kind: 'newer' } | { kind: 'broken' }

export function formatItem(item: OutboxItem): string {
  return JSON.stringify({ version: VERSION, ...item })
}

/** Reads an item stored under `id`. */
export function parseItem(id: string, stored: string): StoredItem {
  const value = parseStored(stored)
  const version = versionSchema.safeParse(value)
  if (version.success && version.data.version > VERSION) return { kind: 'newer' }
  const item = itemSchema.safeParse(value)
  // An item under another key than its own could never be removed.
  if (!version.success || !item.success || item.data.id !== id) return { kind: 'broken' }
  return { kind: 'item', item: item.data }
}
