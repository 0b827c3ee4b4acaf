/** One tab reads the change feed and passes it on to the others. Each stream stands for a tab. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ChangeFeedStream } from './change-feed-stream.js'
import type { ChangeFeedSuccess } from './frames.gen.js'
import { eventually } from './test/eventually.js'
import { accessTo } from './test/server-access.js'
import { FakeStreamServer } from './test/stream-server.js'
import { FakeWebLocks } from './test/web-locks.js'

let feed: FakeStreamServer
let tabs: Tab[]

class Tab {
  readonly texts: string[] = []
  isClosed = false
  readonly stream: ChangeFeedStream

  constructor(user = 'ann') {
    const server = accessTo({ fetch: feed.fetch, userId: () => user })
    this.stream = new ChangeFeedStream(server, {
      onOpen: () => void this.stream.send({ type: 'auth', token: 'any' }),
      onText: (text) => this.texts.push(text),
      onClose: () => (this.isClosed = true),
    })
    tabs.push(this)
  }

  revisions(): unknown[] {
    return this.texts.map((text) => (JSON.parse(text) as { revision?: number }).revision)
  }
}

const begunAt = (revision: number): ChangeFeedSuccess => ({ type: 'auth.success', revision, active: [] })

const changed = (revision: number) =>
  ({
    type: 'answer.started',
    conversation_id: 'c1',
    message_id: 'm1',
    status: 'pending',
    updated_at: '2026-01-01T00:00:00.000Z',
    revision,
  }) as const

beforeEach(() => {
  new FakeWebLocks().install()
  feed = new FakeStreamServer()
  feed.first = begunAt(0)
  tabs = []
})

afterEach(() => {
  for (const { stream } of tabs) stream.close()
  vi.unstubAllGlobals()
})

/** A leader and a follower, which have received the beginning of the stream. */
async function openTwo(): Promise<[Tab, Tab]> {
  const leader = new Tab()
  await eventually(() => expect(leader.revisions()).toEqual([0]))
  const follower = new Tab()
  await eventually(() => expect(follower.revisions()).toEqual([0]))
  expect(leader.revisions()).toEqual([0, 0])
  return [leader, follower]
}

test('a second tab receives the state and every change over the one stream of the first', async () => {
  const [leader, follower] = await openTwo()
  expect(feed.left).toBe(1)
  feed.send(changed(1), changed(2))
  await eventually(() => expect(follower.revisions()).toEqual([0, 1, 2]))
  expect(leader.revisions()).toEqual([0, 0, 1, 2])
})

test('when the leader closes, the next tab reads the stream', async () => {
  const [leader, follower] = await openTwo()
  feed.first = begunAt(7)
  leader.stream.close()
  await eventually(() => expect(follower.revisions()).toEqual([0, 7]))
  feed.send(changed(8))
  await eventually(() => expect(follower.revisions()).toEqual([0, 7, 8]))
})

test('a leader that hangs loses its place to a tab that has received nothing for too long', async () => {
  const [leader, follower] = await openTwo()
  feed.first = begunAt(7)
  follower.stream.giveUp()
  const next = new Tab()
  await eventually(() => expect(next.revisions()).toEqual([7]))
  await eventually(() => expect(leader.isClosed).toBe(true))
  feed.send(changed(8))
  await eventually(() => expect(next.revisions()).toEqual([7, 8]))
})

test('the feed of another user is neither received nor led', async () => {
  const leader = new Tab()
  await eventually(() => expect(leader.revisions()).toEqual([0]))
  const other = new Tab('bob')
  await eventually(() => expect(other.revisions()).toEqual([0]))
  expect(leader.revisions()).toEqual([0])
})
