/** What the page did while something happened: its tasks, its frames, its memory. */
import type { CDPSession, Page } from '@playwright/test'

export interface Smoothness {
  /** The longest task of the page's main thread, in milliseconds of the processor's time. */
  longestTask: number
  /** Tasks of over 50 ms. */
  longTasks: number
  frames: number
  dropped: number
}

interface TraceEvent {
  name: string
  cat: string
  pid: number
  tid: number
  dur?: number
  /** Of the processor alone: what else the machine does is not in it. */
  tdur?: number
  args?: { name?: string }
}

const FRAME_MS = 1000 / 60
const LONG_MS = 50

/** Watches every task and frame of the page while `act` lasts. */
export async function watch(page: Page, devtools: CDPSession, act: () => Promise<void>): Promise<Smoothness> {
  const events: TraceEvent[] = []
  const collect = ({ value }: { value: unknown[] }) => events.push(...(value as TraceEvent[]))
  devtools.on('Tracing.dataCollected', collect)
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', '__metadata'], excludedCategories: ['*'] },
  })
  const stopFrames = await countFrames(page)
  await act()
  const { frames, dropped } = await stopFrames()
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve))
  await devtools.send('Tracing.end')
  await complete
  devtools.off('Tracing.dataCollected', collect)
  const tasks = mainThreadTasks(events)
  return {
    longestTask: Math.round(Math.max(0, ...tasks)),
    longTasks: tasks.filter((duration) => duration > LONG_MS).length,
    frames,
    dropped,
  }
}

/** The busiest page's main thread: the others have nothing to do. */
function mainThreadTasks(events: TraceEvent[]): number[] {
  const threads = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const durations = threads.map(({ pid, tid }) =>
    events
      .filter((event) => event.pid === pid && event.tid === tid && event.name.endsWith('RunTask'))
      .map(({ dur = 0, tdur = dur }) => tdur / 1000),
  )
  const total = (tasks: number[]) => tasks.reduce((sum, task) => sum + task, 0)
  return durations.reduce((busiest, tasks) => (total(tasks) > total(busiest) ? tasks : busiest), [])
}

async function countFrames(page: Page): Promise<() => Promise<{ frames: number; dropped: number }>> {
  await page.evaluate((frameMs) => {
    const counted = { frames: 0, dropped: 0, isOn: true }
    let last = performance.now()
    const count = (now: number) => {
      counted.frames += 1
      counted.dropped += Math.max(0, Math.round((now - last) / frameMs) - 1)
      last = now
      if (counted.isOn) requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
    Object.assign(window, { counted })
  }, FRAME_MS)
  return () =>
    page.evaluate(() => {
      const { counted } = window as unknown as { counted: { frames: number; dropped: number; isOn: boolean } }
      counted.isOn = false
      return { frames: counted.frames, dropped: counted.dropped }
    })
}

/** What the page's scripts hold, in megabytes, after the garbage is gone. */
export async function heapSize(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}
