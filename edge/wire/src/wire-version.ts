/** The version of the wire's shapes that is served and sent, whatever a client asks for. */
export const WIRE_VERSION = '2026-10-28.endive';
