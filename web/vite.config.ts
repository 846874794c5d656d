import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// In the mode "mock" the page answers its own requests, from src/test/mock.
export default defineConfig(({ mode }) => ({
  plugins: [react()],
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
