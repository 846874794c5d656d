import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const leastPacked = 1024 // bytes; less is not worth a second file

/** Lays beside each file of assets/ the same packed, which the server sends to browsers that take it. */
function packed(): Plugin {
  let folder = ''
  return {
    name: 'packed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.build.outDir, 'assets')
    },
    closeBundle() {
      for (const name of readdirSync(folder)) {
        const data = readFileSync(join(folder, name))
        if (data.length >= leastPacked && !name.endsWith('.gz'))
          writeFileSync(join(folder, `${name}.gz`), gzipSync(data, { level: 9 }))
      }
    },
  }
}

// In the mode "mock" the page answers its own requests, from src/test/mock.
export default defineConfig(({ mode }) => ({
  plugins: [react(), packed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __MOCK__: JSON.stringify(mode === 'mock') },
  server: { proxy: mode === 'mock' ? undefined : { '/api': 'http://127.0.0.1:8642', '/auth': 'http://127.0.0.1:8642' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // "default-src 'self'" forbids data: addresses
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  test: { environment: 'jsdom', setupFiles: ['src/test/setup.ts'], include: ['src/**/*.test.{ts,tsx}'], testTimeout: 60_000 },
}))
