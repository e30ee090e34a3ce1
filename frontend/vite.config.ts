import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

// One script, one stylesheet, the fonts: everything the window loads comes from
// its own origin, because the content-security policy allows nothing else.
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: {
    alias: [
      { find: /^\$ui\//, replacement: new URL('./src/ui/', import.meta.url).pathname },
      { find: /^\$lib\//, replacement: new URL('./src/lib/', import.meta.url).pathname },
    ],
  },
  build: {
    target: 'safari16',
    outDir: 'dist',
    // The folder keeps its .gitkeep so that Go can embed it before the first build.
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'happy-dom',
    // axe over a whole window is slow on a busy computer; nothing here waits for time.
    testTimeout: 30_000,
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['./tests/setup.ts'],
  },
});
