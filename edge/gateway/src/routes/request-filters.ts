import { integer, objectId, oneOf, text } from '@tpmall/wire';
import type { z } from 'zod';
import type { RequestFilter } from '../store/request-log.ts';

/** By what the request log can be narrowed, for platforms and for the house. */
export const requestFilters = {
  object: objectId().optional(),
  method: oneOf('GET', 'POST', 'DELETE').optional(),
  /** What the path begins with. */
  path: text(500).optional(),
  status: integer(100, 599).optional(),
  /** This status or a higher one: 400 for all that was refused. */
  status_from: integer(100, 599).optional(),
  operation: text(100).optional(),
  error_code: text(100).optional(),
  /** Who asked, as `key` of a request says it. */
  key: text(200).optional(),
};

type Given = { readonly [Name in keyof typeof requestFilters]: z.output<(typeof requestFilters)[Name]> };

/** The filter of the log that parameters ask for. */
export function requestFilterOf(given: Partial<Given>): Omit<RequestFilter, 'limit'> {
  const { object, method, path, status, operation } = given;
  return {
    object,
    method,
    path,
    status,
    operation,
    statusFrom: given.status_from,
    errorCode: given.error_code,
    keyId: given.key,
  };
}
