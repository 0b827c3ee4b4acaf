/** Measures a page: its tasks, frames and memory. */
import type { CDPSession, Page } from '@playwright/test'

export interface Smoothness {
  /** The longest task of the page's main thread, in milliseconds of CPU time. */
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
  /** CPU time in microseconds, which other processes do not affect. */
  tdur?: number
  args?: { name?: string }
}

const FRAME_MS = 1000 / 60
const LONG_MS = 50

/** Records every task and frame of the page until `act` has ended. */
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

/** The tasks of the busiest main thread, in milliseconds: other pages are idle. */
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

/** The size of the page's JavaScript heap after garbage collection, in megabytes. */
export async function heapSize(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  return usedSize / 1e6
}
