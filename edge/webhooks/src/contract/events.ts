/** Events of this module's outbox. Audit entries apart, this is all. */
export interface WebhooksEvents {
  /** An endpoint that nothing has reached for days was disabled; its owner wants to know. */
  'webhook_endpoint.disabled': { readonly id: string; readonly url: string; readonly failingSince: number };
}
