import { defineConfig } from 'vite';

/**
 * What every desk loads, in one file; a desk's own pages are another. Beyond this it should be split again.
 */
const SCRIPT_KB_MAX = 500;

/**
 * Served by the gateway's process below `/console/`. Nothing is inlined: the page's policy allows no inline
 * code.
 */
export default defineConfig({
  base: '/console/',
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    chunkSizeWarningLimit: SCRIPT_KB_MAX,
    rolldownOptions: {
      // Libraries mark what runs in browsers only; all of this does.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
