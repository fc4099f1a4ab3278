/** A path of this origin: never another host's, whatever a browser makes of its slashes. */
const PATH = /^\/(?![/\\])[\x21-\x7e]{0,500}$/;

/** Where somebody goes on afterwards, as an address or a form says it; nobody is sent to another origin. */
export function ownPath(given: string | undefined): string | undefined {
  return given !== undefined && PATH.test(given) ? given : undefined;
}
