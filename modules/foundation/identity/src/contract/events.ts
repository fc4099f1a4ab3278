/** What identity tells others, by type of event. */
export interface IdentityEvents {
  /** A person is there; the aggregate is the person. */
  readonly 'person.created': { readonly personId: string };
  /**
   * A guest has signed in: what was of `guest` is of `person` from now on. The aggregate is the guest; it
   * comes once for a guest.
   */
  readonly 'guest.adopted': { readonly guest: string; readonly person: string };
}

/** The types of {@link IdentityEvents}. */
export type IdentityEventType = keyof IdentityEvents;
