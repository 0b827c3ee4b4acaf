/** The commands that begin a run, each with a new `client_id`. */
import type { TurnCommand } from './frames.gen.js'
import { createUuid } from './uuid.js'

/** The optional fields of a question. */
export interface AskOptions {
  /** A model other than the conversation's. */
  model?: string
  /** Ids of attachments. */
  attachments?: string[]
  /** The answer that the question follows: without it, the last one of the branch; null starts a new branch. */
  parentId?: string | null
}

export type EditOptions = Omit<AskOptions, 'parentId'>

export type ModelChoice = Pick<AskOptions, 'model'>

export type NewCommand = TurnCommand & { client_id: string }

export function messageCommand(content: string, { parentId, ...options }: AskOptions): NewCommand {
  return {
    type: 'chat.message',
    client_id: createUuid(),
    content,
    ...given(options),
    ...(parentId !== undefined && { parent_id: parentId }),
  }
}

export function regenerateCommand(messageId: string, options: ModelChoice): NewCommand {
  return { type: 'chat.regenerate', client_id: createUuid(), message_id: messageId, ...given(options) }
}

export function editCommand(messageId: string, content: string, options: EditOptions): NewCommand {
  return { type: 'chat.edit', client_id: createUuid(), message_id: messageId, content, ...given(options) }
}

export function continueCommand(messageId: string, options: ModelChoice): NewCommand {
  return { type: 'chat.continue', client_id: createUuid(), message_id: messageId, ...given(options) }
}

/** The options that are defined: the others are not fields of the command. */
function given({ model, attachments }: EditOptions) {
  return { ...(model !== undefined && { model }), ...(attachments && { attachments }) }
}
