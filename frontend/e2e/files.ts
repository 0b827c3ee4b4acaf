/** Files for the tests of attachments, and how a user hands them to the page. */
import { crc32, deflateSync } from 'node:zlib'
import { expect, type Locator, type Page } from '@playwright/test'
import { TEXTS } from './texts'
import { storedMessages } from './user'

export interface TestFile {
  name: string
  mimeType: string
  buffer: Buffer
}

/** An image with a diagonal gradient towards a colour. */
export function imageFile(
  name: string,
  width = 60,
  height = 40,
  [red, green, blue] = [40, 120, 200],
): TestFile {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const part = (x / width + y / height) / 2
      const at = y * (width * 3 + 1) + 1 + x * 3
      rows[at] = 255 - Math.round((255 - red) * part)
      rows[at + 1] = 255 - Math.round((255 - green) * part)
      rows[at + 2] = 255 - Math.round((255 - blue) * part)
    }
  }
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [
    signature,
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return { name, mimeType: 'image/png', buffer: Buffer.concat(parts) }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

export function textFile(name: string, text: string): TestFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from(text) }
}

/** Dispatches an event that carries the files, as a drag or a paste does. */
export async function giveFiles(
  target: Locator,
  type: 'dragover' | 'drop' | 'paste',
  files: TestFile[],
): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    data: buffer.toString('base64'),
  }))
  await target.evaluate(
    (element, { type, given }) => {
      const transfer = new DataTransfer()
      for (const { name, mimeType, data } of given) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
        transfer.items.add(new File([bytes], name, { type: mimeType }))
      }
      const init = { bubbles: true, cancelable: true }
      element.dispatchEvent(
        type === 'paste'
          ? new ClipboardEvent(type, { ...init, clipboardData: transfer })
          : new DragEvent(type, { ...init, dataTransfer: transfer }),
      )
    },
    { type, given },
  )
}

/** Pastes a text at the caret. */
export async function pasteText(page: Page, target: Locator, text: string): Promise<void> {
  await target.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }))
  }, text)
  // As the browser handles a paste.
  await page.keyboard.insertText(text)
}

/** Chooses files with the button of the composer. */
export async function chooseFiles(
  page: Page,
  files: TestFile[],
  label = TEXTS.en.attachments.add,
): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: label }).first().click()
  await (await chooser).setFiles(files)
}

/** Waits until the images have loaded, and nothing broken was shown. */
export async function expectShown(images: Locator, count: number): Promise<void> {
  await expect(images).toHaveCount(count)
  const areShown = () =>
    images.evaluateAll((all) =>
      all.every((image) => image instanceof HTMLImageElement && image.naturalWidth > 0),
    )
  await expect.poll(areShown).toBe(true)
}

/** The names of the attachments of each message in the server's database. */
export async function storedNames(page: Page): Promise<string[][]> {
  const messages = (await storedMessages(page)) as unknown as { attachments: { name: string }[] }[]
  return messages.map(({ attachments }) => attachments.map(({ name }) => name))
}

/** The number of files that the browser stores for uploads. */
export function storedFileCount(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('files', 1)
        opening.onerror = () => reject(new Error('no database'))
        opening.onsuccess = () => {
          const counting = opening.result.transaction('files').objectStore('files').count()
          counting.onsuccess = () => resolve(counting.result)
        }
      }),
  )
}
