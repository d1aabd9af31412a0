// How the web application is built: into the Python package, so that the node serves it and the wheel carries it.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../src/siaga/edges/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // nothing inline: the node sends a Content-Security-Policy without exceptions
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // MapLibre, loaded after the first paint
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': process.env.SIAGA_ADDRESS ?? 'http://127.0.0.1:8600' } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
  },
})
