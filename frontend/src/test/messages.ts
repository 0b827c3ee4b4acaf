/** Messages, conversations and models like the server's, for tests. */
import type { Attachment, Conversation, Message, Model } from '@/types/api'

const WHEN = '2026-01-02T03:04:05.678Z'

export function question(id: string, parent: string | null, content = `Question ${id}`): Message {
  return message({ id, parent_id: parent, role: 'user', content, model_used: '', run: 0, seq: 0 })
}

export function answer(id: string, parent: string, change: Partial<Message> = {}): Message {
  return message({ id, parent_id: parent, role: 'assistant', content: `Answer ${id}`, seq: 5, ...change })
}

function message(change: Partial<Message> & { id: string }): Message {
  return {
    role: 'assistant',
    content: '',
    prompt_tokens: null,
    completion_tokens: null,
    model_used: 'fake-model',
    created_at: WHEN,
    status: 'complete',
    finish_reason: null,
    error_code: null,
    reasoning: '',
    run: 1,
    seq: 0,
    parent_id: null,
    sibling_ids: [change.id],
    context_dropped: 0,
    images_dropped: 0,
    attachments: [],
    ...change,
  }
}

export function conversation(id: string, change: Partial<Conversation> = {}): Conversation {
  return {
    id,
    title: `Conversation ${id}`,
    model: 'fake-model',
    system_prompt: 'Be brief.',
    temperature: 0.7,
    reasoning_effort: '',
    is_archived: false,
    is_pinned: false,
    leaf_id: null,
    revision: 1,
    created_at: WHEN,
    updated_at: WHEN,
    ...change,
  }
}

/** A model that can be used, and takes no reasoning effort. */
export function model(id: string, name: string, change: Partial<Model> = {}): Model {
  return {
    id,
    name,
    context_window: 8000,
    max_output: null,
    efforts: [],
    provider: 'openai',
    service: 'OpenAI',
    available: true,
    missing: null,
    why: null,
    shutdown_date: null,
    successor: null,
    vision: null,
    ...change,
  }
}

/** An image whose id is its name. */
export function image(name: string, thumbnail_url: string): Attachment {
  const sizes = { bytes: 4, width: 30, height: 20, pages: null, truncated: false, tokens: 85 }
  const texts = { kind: 'image' as const, mime: 'image/png', description: '' }
  return {
    id: name,
    name,
    ...texts,
    ...sizes,
    url: '/image',
    thumbnail_url,
    text_url: null,
    created_at: WHEN,
  }
}
