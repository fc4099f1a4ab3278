import { z } from 'zod';

const path = z.string().min(1).max(1_000);
const milliseconds = (fallback: number) => z.number().int().min(1).max(86_400_000).default(fallback);

/** Where the acquirer's host is, who we are there, and how patient we are. */
export const iso8583Settings = {
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  /** TLS 1.3 with certificates from files; in clear without it. */
  tls: z
    .strictObject({
      caFile: path,
      serverName: z.string().min(1).max(253),
      certificateFile: path.optional(),
      keyFile: path.optional(),
    })
    .refine(
      ({ certificateFile, keyFile }) => (certificateFile === undefined) === (keyFile === undefined),
      'a certificate and its key belong together',
    )
    .optional(),
  /** Messages carry an authentication code (DE 64 or 128); the file holds 64 hexadecimal digits. */
  mac: z.strictObject({ keyFile: path, rekeyEveryMs: milliseconds(3_600_000) }).optional(),
  /** DE 32: acquiring institution, up to 11 digits. */
  acquirerId: z.string().regex(/^\d{1,11}$/),
  /** DE 41: terminal, exactly 8 characters. */
  terminalId: z.string().regex(/^[\x21-\x7e]{8}$/),
  /** DE 42: card acceptor, up to 15 characters. */
  merchantId: z.string().regex(/^[\x21-\x7e]{1,15}$/),
  /** DE 18, ISO 18245; 5311 is department stores. */
  categoryCode: z
    .string()
    .regex(/^\d{4}$/)
    .default('5311'),
  echoEveryMs: milliseconds(30_000),
  /** First and longest pause between attempts to connect. */
  reconnectFirstMs: milliseconds(100),
  reconnectMaxMs: milliseconds(5_000),
};
