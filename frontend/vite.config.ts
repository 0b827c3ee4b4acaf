import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compression } from './vite/compression.ts'
import { pageUrls } from './vite/page-urls.ts'
import { SERVICE_WORKER, serviceWorker } from './vite/service-worker.ts'
import { themeScript } from './vite/theme.ts'

/** The client of the protocol, in a folder outside of this one. */
const CLIENT = '../clients/typescript'
/** Code without components that several pages share. */
const SHARED = /\/src\/(lib|stores|core|api|i18n\/(index|translation))\/|\/clients\/typescript\/src\//
/** Code of the application; the other entries stay apart. */
const APP = /^(?!.*\/node_modules\/).*\/src\/(?!main|diagram-frame|service-worker)/
const FRAMEWORK =
  /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack\/[\w-]+|zustand)\//
const SAME_ORIGIN_MODE = 'same-origin'
const proxyTarget = process.env['API_PROXY_TARGET'] ?? 'http://127.0.0.1:8000'

export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [react(), tailwindcss(), pageUrls(), themeScript(), serviceWorker(), compression()],
  resolve: {
    alias: {
      '@': fileURLToPath(new URL('./src', import.meta.url)),
      'ai-chat-client/internal': fileURLToPath(new URL(`${CLIENT}/src/internal.ts`, import.meta.url)),
      'ai-chat-client': fileURLToPath(new URL(`${CLIENT}/src/index.ts`, import.meta.url)),
    },
  },
  // In same-origin mode the build must ignore VITE_ variables, wherever they are set.
  envPrefix: mode === SAME_ORIGIN_MODE ? 'SAME_ORIGIN_BUILD_' : 'VITE_',
  server: {
    port: 5173,
    fs: { allow: ['.', CLIENT] },
    // The proxy passes the Host header on unchanged: the server compares it with `Origin`.
    proxy: {
      '/api': { target: proxyTarget },
      '/v1': { target: proxyTarget },
      '/ws': { target: proxyTarget, ws: true },
    },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    // No file is inlined as a data URL: the page's content security policy blocks such fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        index: 'index.html',
        diagram: 'diagram.html',
        [SERVICE_WORKER]: 'src/service-worker/index.ts',
      },
      output: {
        // The service worker keeps its URL, at which browsers look for a new version.
        entryFileNames: ({ name }) => (name === SERVICE_WORKER ? '[name].js' : 'assets/[name]-[hash].js'),
        codeSplitting: {
          groups: [
            // Packages that every page needs and few upgrades change.
            { name: 'framework', test: FRAMEWORK, priority: 2 },
            // The frame of diagrams needs it, and nothing else of the application.
            { name: 'preload-helper', test: /preload-helper/, priority: 3 },
            // All that the first screen needs, and nothing else: many small files compress worse, and cost a request
            // each.
            { name: 'app', test: APP, tags: ['$initial'], priority: 1 },
            { name: 'shared', test: SHARED, minShareCount: 4 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    // Files share a process and its page, which take longer to make than most tests to run: see src/test/setup.ts.
    isolate: false,
    // Tests of linear time measure their process, so it must not be Vite's.
    pool: 'forks',
    setupFiles: ['./src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}', `${CLIENT}/src/**/*.test.ts`],
    sequence: { shuffle: true },
    restoreMocks: true,
    // Only limits how long a failing test waits, like the limits of single steps: the machine may be busy.
    testTimeout: 90_000,
    env: { VITE_API_BASE_URL: '', VITE_WS_BASE_URL: '' },
  },
}))
