import { z } from 'zod';

const words = z.array(z.string().min(1).max(500)).max(50).optional();
const statuses = z.array(z.number().int().min(100).max(599)).max(50).optional();

/** Which requests a listener wants to hear of: those that agree with every list that is given. */
export const requestFilterSchema = z.strictObject({
  /** `self`: made with a key of the platform's own. Whoever asks for others alone hears nothing. */
  accounts: words,
  /** `api`: through the API, as all of them are. */
  sources: words,
  /** In capitals. */
  methods: words,
  /** The whole path, without a query. */
  paths: words,
  ips: words,
  statuses,
  /** The first status of a hundred: 200, 400, 500. */
  statusClasses: statuses,
  outcomes: z
    .array(z.enum(['succeeded', 'failed']))
    .max(2)
    .optional(),
});
/** See {@link requestFilterSchema}. */
export type RequestFilter = z.infer<typeof requestFilterSchema>;

/** Requests of one call that tells of them. */
export const NOTICED_REQUESTS_MAX = 200;

const short = z.string().max(500).optional();

/** A request that the API has answered, redacted, as the log of requests has it. */
export const noticedRequestSchema = z.strictObject({
  /** `req_…` */
  id: z.string().min(1).max(64),
  at: z.number().int(),
  method: z.string().max(20),
  path: z.string().max(500),
  status: z.number().int(),
  ip: z.string().max(100),
  /** What a refusal said. */
  error: z
    .strictObject({
      type: short,
      code: short,
      declineCode: short,
      param: short,
      charge: short,
      message: z.string().max(2_000).optional(),
    })
    .nullable(),
});
/** See {@link noticedRequestSchema}. */
export type NoticedRequest = z.infer<typeof noticedRequestSchema>;
