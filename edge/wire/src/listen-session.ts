import { z } from 'zod';
import { list, oneOf, parameter, text, unsettable } from './parameters.ts';

/** The most characters of a filter: it travels in a header of the socket. */
const FILTERS_MAX = 2_000;
const words = z.array(z.string().min(1).max(500)).max(50).optional();
const capitals = z
  .array(
    z
      .string()
      .max(20)
      .transform((word) => word.toUpperCase()),
  )
  .max(50);
const number = z
  .string()
  .regex(/^[1-5]\d\d$/)
  .transform(Number);

/** What `logs tail` of the official command-line client asks for, whichever way its user wrote it. */
const logFilters = z.strictObject({
  filter_account: words,
  filter_ip_address: words,
  filter_http_method: capitals.optional(),
  filter_request_path: words,
  filter_request_status: capitals.pipe(z.array(z.enum(['SUCCEEDED', 'FAILED']))).optional(),
  filter_source: capitals.pipe(z.array(z.enum(['API', 'DASHBOARD']))).optional(),
  filter_status_code: z.array(number).max(50).optional(),
  /** The first of a hundred: `400` for `4XX`. */
  filter_status_code_type: z.array(number).max(50).optional(),
});
/** The filters of `logs tail`, read: words in capitals, statuses as numbers. */
export type LogFilters = z.infer<typeof logFilters>;

/** The filters of `logs tail`: an object of lists, as JSON in one parameter. */
function logFiltersText() {
  return parameter<LogFilters>({ type: 'string', maxLength: FILTERS_MAX }, (value) => {
    if (typeof value !== 'string' || value.length > FILTERS_MAX) {
      return {
        code: 'parameter_invalid_string',
        message: `must be JSON text of at most ${FILTERS_MAX} characters`,
      };
    }
    const read = jsonText.pipe(logFilters).safeParse(value);
    if (read.success) return { value: read.data };
    const [problem] = read.error.issues;
    const at = problem?.path.join('.') ?? '';
    return {
      code: 'parameter_invalid_string',
      message: `must be JSON of the filters of a log: ${at === '' ? '' : `${at}: `}${problem?.message ?? ''}`,
    };
  });
}

const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'it is not JSON' });
    return z.NEVER;
  }
});

/** What the official command-line client tells of itself, and asks for. */
export const listenSessionParameters = z.strictObject({
  device_name: text(200).optional(),
  websocket_features: list(oneOf('webhooks', 'request_logs'), 5),
  forward_to_url: unsettable(text(2000)).optional(),
  forward_connect_to_url: unsettable(text(2000)).optional(),
  forward_thin_to_url: unsettable(text(2000)).optional(),
  forward_thin_connect_to_url: unsettable(text(2000)).optional(),
  filters: unsettable(logFiltersText()).optional(),
});
