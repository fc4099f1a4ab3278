export { KEY_BYTES, open, seal } from './sealing.ts';
export { createSecretBox, type SecretBox } from './secret-box.ts';
