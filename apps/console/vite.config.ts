import { defineConfig } from 'vite';

/**
 * All of the console in one file, after compression a sixth of a megabyte; beyond this it should be split.
 */
const SCRIPT_KB_MAX = 600;

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
