export { BODY_LIMIT_BYTES, createApp, listen } from './create-app.ts';
