// How the web application is built: into the Python package, so that the node serves it and the wheel carries it.
import { defineConfig } from 'vitest/config'
import { worker } from './scripts/worker.mjs'

export default defineConfig({
  plugins: [worker()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../src/siaga/edges/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // nothing inline: the node sends a Content-Security-Policy without exceptions
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200, // MapLibre, loaded after the first paint
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/sw.ts' },
      // The worker's address stays, since it is how a browser finds the next version.
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // Every file costs a slow tablet some milliseconds, however small: what the first page needs is one, and small
        // parts that screens share are few.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], test: (id: string) => !/src\/sw\.ts|push-worker/.test(id) },
            {
              name: 'shared',
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 48_000,
              test: /web\/src\//,
            },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': process.env.SIAGA_ADDRESS ?? 'http://127.0.0.1:8600' } },
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
  },
})
