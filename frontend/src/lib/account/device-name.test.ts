// @vitest-environment node
import { expect, test } from 'vitest'
import { deviceName } from '@/lib/account/device-name'

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

test.each([
  [
    'Edge · Windows',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0',
  ],
  [
    'Edge · Android',
    'Mozilla/5.0 (Linux; Android 10; K) Chrome/143.0.0.0 Mobile Safari/537.36 EdgA/143.0.0.0',
  ],
  ['Edge · iPhone', `${IPHONE} Version/18.0 EdgiOS/143.0.0.0 Mobile/15E148 Safari/604.1`],
  ['Safari · iPhone', `${IPHONE} Version/26.0 Mobile/15E148 Safari/604.1`],
  ['curl', 'curl/8.15.0'],
])('the name of the device is %s', (name, userAgent) => {
  expect(deviceName(userAgent)).toBe(name)
})
