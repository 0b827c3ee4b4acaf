/** The commands that begin a run, each with a new `client_id`. */
import type { TurnCommand } from './frames.gen.js'
import { createUuid } from './uuid.js'

/** The optional fields of a question. */
export interface AskOptions {
  /** A model other than the conversation's. */
  model?: string
  /** Ids of attachments. */
  attachments?: string[]
  /** The answer to ask after; null begins a new branch. Without it, the last answer of the branch. */
  parentId?: string | null
}

export type EditOptions = Omit<AskOptions, 'parentId'>

export type ModelChoice = Pick<AskOptions, 'model'>

export type NewCommand = TurnCommand & { client_id: string }

export function question(content: string, { parentId, ...options }: AskOptions): NewCommand {
  return {
    type: 'chat.message',
    client_id: createUuid(),
    content,
    ...given(options),
    ...(parentId !== undefined && { parent_id: parentId }),
  }
}

export function regeneration(messageId: string, options: ModelChoice): NewCommand {
  return { type: 'chat.regenerate', client_id: createUuid(), message_id: messageId, ...given(options) }
}

export function edit(messageId: string, content: string, options: EditOptions): NewCommand {
  return { type: 'chat.edit', client_id: createUuid(), message_id: messageId, content, ...given(options) }
}

export function continuation(messageId: string, options: ModelChoice): NewCommand {
  return { type: 'chat.continue', client_id: createUuid(), message_id: messageId, ...given(options) }
}

/** The options that are defined: the others are not fields of the command. */
function given({ model, attachments }: EditOptions) {
  return { ...(model !== undefined && { model }), ...(attachments && { attachments }) }
}
