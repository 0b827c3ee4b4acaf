/** The stored format of an outbox item. */
import type { OutboxItem } from '@/lib/outbox/outbox'
import { z } from '@/lib/schema'
import { entryFormat } from '@/lib/storage/stored-entry'

/** An earlier version would send an item of version 2 without its attachments. */
const VERSION = 2

const text = z.string()
const optionalText = z.exactOptional(z.nullable(text))

/** The fields that all commands have. */
const turn = { client_id: text, model: optionalText }
const attachments = z.exactOptional(z.nullable(z.array(text)))

const commandSchema = z.union([
  z.object({ ...turn, type: z.literal('chat.message'), content: text, parent_id: optionalText, attachments }),
  z.object({ ...turn, type: z.literal('chat.edit'), message_id: text, content: text, attachments }),
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

/** Earlier releases stored items without a version. */
export const itemFormat = entryFormat(itemSchema, VERSION)
