import type { FastifyInstance } from 'fastify';
import { safeName, sendError } from './api-errors.ts';
import type { VaultHttp } from './card-endpoint.ts';
import { cardEndpoints } from './card-endpoints.ts';
import { cardFrameRoutes } from './card-frame.ts';
import { cardPageRoutes } from './card-page.ts';
import { fieldsRoutes } from './fields.ts';
import { parseForm, UnreadableForm } from './form-body.ts';

const FORM = 'application/x-www-form-urlencoded';
/**
 * The largest form: a card with every billing field and 50 metadata values of 500 characters,
 * percent-encoded.
 */
const FORM_BODY_BYTES = 128 * 1024;

/** Everything that the vault serves on its own origin. */
export async function vaultRoutes(app: FastifyInstance, http: VaultHttp): Promise<void> {
  await app.register(async (scope) => {
    if (scope.hasContentTypeParser(FORM)) scope.removeContentTypeParser(FORM);
    scope.addContentTypeParser(
      FORM,
      { parseAs: 'string', bodyLimit: FORM_BODY_BYTES },
      (_request, body, done) => {
        try {
          done(null, parseForm(String(body)));
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
        }
      },
    );
    scope.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
      if (error instanceof UnreadableForm) {
        const param = safeName(error.parameter);
        return sendError(reply, http.docsUrl, { code: 'parameter_invalid', message: error.message, param });
      }
      // What Fastify refuses before a route sees it: a body too large, of an unknown type, or not JSON.
      if (error.statusCode !== undefined && error.statusCode < 500) {
        const message = `The request body cannot be read (${error.statusCode}).`;
        return sendError(reply, http.docsUrl, { code: 'body_unreadable', message });
      }
      throw error;
    });
    cardEndpoints(scope, http);
    cardPageRoutes(scope, http);
    cardFrameRoutes(scope, http);
    fieldsRoutes(scope, http);
  });
}
