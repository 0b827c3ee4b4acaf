import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compression } from './vite/compression.ts'
import { SERVICE_WORKER, serviceWorker } from './vite/service-worker.ts'
import { themeScript } from './vite/theme.ts'

const FRAMEWORK =
  /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack\/[\w-]+|zustand)\//
const SAME_ORIGIN_MODE = 'same-origin'
const proxyTarget = process.env['API_PROXY_TARGET'] ?? 'http://127.0.0.1:8000'

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss(), themeScript(), serviceWorker(), compression()],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  // In same-origin mode no variable has a chance to be exposed, wherever it was set.
  envPrefix: mode === SAME_ORIGIN_MODE ? 'SAME_ORIGIN_BUILD_' : 'VITE_',
  server: {
    port: 5173,
    // The host name of the browser goes through unchanged: the server compares it with `Origin`.
    proxy: {
      '/api': { target: proxyTarget },
      '/ws': { target: proxyTarget, ws: true },
    },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    // Nothing is put into the style sheets as data: the page's policy lets no such font through.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        index: 'index.html',
        diagram: 'diagram.html',
        [SERVICE_WORKER]: 'src/service-worker/index.ts',
      },
      output: {
        // Always at the same address: browsers ask there whether there is another one.
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js'),
        // What every page needs and few upgrades change.
        codeSplitting: { groups: [{ name: 'framework', test: FRAMEWORK }] },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    sequence: { shuffle: true },
    restoreMocks: true,
    testTimeout: 30_000,
    env: { VITE_API_BASE_URL: '', VITE_WS_BASE_URL: '' },
  },
}))
