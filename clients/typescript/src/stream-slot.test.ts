/** The tabs of a browser share the slots for event streams. Each slot stands for a tab. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ConnectionNeed, StreamSlot } from './stream-slot.js'
import { eventually } from './test/eventually.js'
import { FakeWebLocks } from './test/web-locks.js'

let locks: FakeWebLocks
let tabs: Tab[]

class Tab {
  need: ConnectionNeed
  isOpen = false
  readonly slot: StreamSlot

  constructor(need: ConnectionNeed) {
    this.need = need
    this.slot = new StreamSlot(() => this.need, {
      onGranted: () => (this.isOpen = true),
      onLost: () => (this.isOpen = false),
    })
    tabs.push(this)
  }

  change(need: ConnectionNeed): void {
    this.need = need
    this.slot.updateNeed()
  }
}

beforeEach(() => {
  tabs = []
  locks = new FakeWebLocks()
  locks.install()
})

afterEach(() => {
  for (const { slot } of tabs) slot.release()
  vi.unstubAllGlobals()
})

async function openTabs(...needs: ConnectionNeed[]): Promise<Tab[]> {
  const opened = needs.map((need) => new Tab(need))
  await expectOpen(Math.min(3, needs.filter((need) => need !== 'none').length))
  return opened
}

const expectOpen = (count: number) =>
  eventually(() => expect(tabs.filter(({ isOpen }) => isOpen)).toHaveLength(count))

test('three tabs have a slot, and the next one has it as soon as one is released', async () => {
  const [first] = await openTabs('idle', 'idle', 'idle', 'idle')
  expect(tabs.map(({ isOpen }) => isOpen)).toEqual([true, true, true, false])
  first?.slot.release()
  await eventually(() => expect(tabs[3]?.isOpen).toBe(true))
})

test('one idle tab gives way to an urgent one, and an urgent one to none', async () => {
  await openTabs('urgent', 'idle', 'idle')
  const asking = new Tab('urgent')
  await eventually(() => expect(asking.isOpen).toBe(true))
  expect(tabs.map(({ isOpen }) => isOpen)).toEqual([true, false, true, true])
})

test('an urgent tab waits in line until another one is idle or closed', async () => {
  const [first, second] = await openTabs('urgent', 'urgent', 'urgent')
  const fourth = new Tab('urgent')
  const fifth = new Tab('urgent')
  await eventually(async () => expect((await locks.query()).pending).toHaveLength(6))
  first?.change('idle')
  await eventually(() => expect(fourth.isOpen).toBe(true))
  expect([first?.isOpen, fifth.isOpen]).toEqual([false, false])
  second?.slot.release()
  await eventually(() => expect(fifth.isOpen).toBe(true))
})

test('a hidden tab gives its slot up immediately, and waits for none', async () => {
  const [first] = await openTabs('idle', 'none')
  expect(tabs[1]?.isOpen).toBe(false)
  first?.change('none')
  expect(first?.isOpen).toBe(false)
  await eventually(async () => expect((await locks.query()).held).toEqual([]))
})

test('a tab whose need passes leaves the line', async () => {
  const [first] = await openTabs('urgent', 'urgent', 'urgent')
  const fourth = new Tab('urgent')
  await eventually(async () => expect((await locks.query()).pending).toHaveLength(3))
  fourth.change('none')
  first?.change('idle')
  await eventually(async () => expect((await locks.query()).pending).toEqual([]))
  expect([first?.isOpen, fourth.isOpen]).toEqual([true, false])
})

test('where tabs cannot know of each other, each has a slot while it needs one', async () => {
  vi.unstubAllGlobals()
  const all = Array.from({ length: 4 }, () => new Tab('idle'))
  await expectOpen(4)
  all[0]?.change('none')
  await expectOpen(3)
})
