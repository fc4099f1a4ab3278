export { KEY_BYTES, open, seal } from './sealing.ts';
