/** The stored format of an upload. */
import { z } from '@/lib/schema'
import { entryFormat } from '@/lib/storage/stored-entry'
import type { Upload } from '@/lib/outbox/upload'

const text = z.string()
const optionalNumber = z.nullable(z.number())
const optionalText = z.nullable(text)

const uploadSchema: z.ZodMiniType<Upload> = z.object({
  id: text,
  name: text,
  mime: text,
  bytes: z.number(),
  description: text,
  attachment: z.nullable(
    z.object({
      id: text,
      kind: z.enum(['image', 'document']),
      name: text,
      mime: text,
      bytes: z.number(),
      width: optionalNumber,
      height: optionalNumber,
      pages: optionalNumber,
      truncated: z.boolean(),
      tokens: z.number(),
      description: text,
      url: text,
      thumbnail_url: optionalText,
      text_url: optionalText,
      created_at: text,
    }),
  ),
  refusal: z.nullable(z.object({ code: text, limit: optionalNumber })),
  isNew: z.boolean(),
  keptAt: z.number(),
})

export const uploadFormat = entryFormat(uploadSchema, 1)
