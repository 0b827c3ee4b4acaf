import { http, HttpResponse } from 'msw'
import { expect, test } from 'vitest'
import { session } from '@/api/session'
import { LabSession } from '@/core/lab/lab-session'
import { LAB_PREFIX, userStoredNames } from '@/lib/storage/user-storage'
import { FakeChatServer } from '@/test/chat-server'
import { eventually } from '@/test/eventually'
import { server } from '@/test/server'
import { accessToken } from '@/test/tokens'

/** A server that creates each conversation only when the test calls the function in `creating`. */
function startServer() {
  const chat = new FakeChatServer()
  const creating: (() => void)[] = []
  const deleted: unknown[] = []
  server.use(
    http.post('/api/conversations/', async ({ request }) => {
      const body = (await request.json()) as { id: string; title: string }
      await new Promise<void>((resolve) => creating.push(resolve))
      return HttpResponse.json(body, { status: 201 })
    }),
    http.delete('/api/conversations/:id', ({ params }) => {
      deleted.push(params['id'])
      return new HttpResponse(null, { status: 204 })
    }),
  )
  session.begin(accessToken('ann'))
  return { chat, creating, deleted }
}

const keptIds = () => userStoredNames(LAB_PREFIX).map((name) => name.slice(LAB_PREFIX.length))

test('a lab that is left while its conversation is created deletes it, and opens no connection', async () => {
  const { chat, creating, deleted } = startServer()
  const lab = new LabSession()
  const asked = lab.ask('Count', 'Lab')
  await eventually(() => expect(creating).toHaveLength(1))
  // If the page is closed now, the next one deletes the conversation.
  const ids = keptIds()
  expect(ids).toHaveLength(1)
  lab.close()
  creating[0]?.()
  await asked
  expect(deleted).toEqual(ids)
  expect(keptIds()).toEqual([])
  expect(chat.connections).toEqual([])
})

test('a question replaces one whose conversation is still being created', async () => {
  const { chat, creating, deleted } = startServer()
  const lab = new LabSession()
  const first = lab.ask('Count', 'Lab')
  await eventually(() => expect(creating).toHaveLength(1))
  const [firstId] = keptIds()
  const second = lab.ask('Count again', 'Lab')
  await eventually(() => expect(creating).toHaveLength(2))
  for (const create of creating) create()
  await Promise.all([first, second])
  await chat.authenticating(1)
  expect(chat.connections).toHaveLength(1)
  expect(deleted).toEqual([firstId])
  lab.close()
  await eventually(() => expect(keptIds()).toEqual([]))
})
