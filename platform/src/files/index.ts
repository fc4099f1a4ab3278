export { createFileOnce } from './create-file-once.ts';
