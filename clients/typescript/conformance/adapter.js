/** The adapter with which the conformance suite drives this client (conformance/client/README.md). */
import { createInterface } from 'node:readline'
import {
  ChatClient,
  GoneError,
  RefusedError,
  createTokenRenewer,
  SignedOutError,
  TooManyConnectionsError,
} from 'ai-chat-client'

for await (const line of createInterface({ input: process.stdin })) await perform(JSON.parse(line))

async function perform({ url, conversation_id, access, refresh, max_delay, steps }) {
  const client = new ChatClient({
    url,
    getToken: createTokenRenewer(url, { access, refresh }),
    maxDelay: max_delay * 1000,
  })
  const conversation = client.conversation(conversation_id)
  for (const step of steps) {
    try {
      await read(start(conversation, step), step.stop_after)
    } catch (error) {
      write(failureOf(error))
    }
  }
  client.close()
  write({ finished: true })
}

function start(conversation, step) {
  if ('ask' in step) return conversation.ask(step.ask)
  if ('regenerate' in step) return conversation.regenerate(step.regenerate)
  if ('edit' in step) return conversation.edit(step.edit, step.content)
  if ('continue' in step) return conversation.continue(step.continue)
  return conversation.follow(step.follow)
}

async function read(answer, stopAfter) {
  let text = ''
  for await (const { kind, ...part } of answer) {
    if (kind === 'end') {
      const { status, position, reasoning, usage, errorCode } = part
      const { run, seq } = position
      write({ end: { status, text: part.text, reasoning, error_code: errorCode, usage, run, seq } })
    } else write({ part: kind, ...part })
    if (kind === 'reset') text = ''
    if (kind !== 'text') continue
    text += part.text
    if (text === stopAfter) answer.stop()
  }
}

function failureOf(error) {
  if (error instanceof RefusedError) return { failed: 'refused', code: error.code }
  if (error instanceof SignedOutError) return { failed: 'signed_out' }
  if (error instanceof GoneError) return { failed: 'gone' }
  if (error instanceof TooManyConnectionsError) return { failed: 'too_many_connections' }
  throw error
}

function write(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
