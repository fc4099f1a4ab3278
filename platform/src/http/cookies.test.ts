import { describe, expect, it } from 'vitest';
import { cookieName, cookieOf } from './cookies.ts';

describe('a cookie', () => {
  it('has a name that only its own host can set, where the origin speaks https', () => {
    const named = (origin: string, path: string) => cookieName({ instance: '4405', origin, path }, 'session');
    expect(named('https://mall.example', '/')).toBe('__Host-tpmall-4405-session');
    expect(named('https://mall.example', '/v1')).toBe('__Secure-tpmall-4405-session');
    expect(named('http://localhost:4247', '/')).toBe('tpmall-4405-session');
  });

  it('is there where one of the name came, and nobody’s where two did', () => {
    expect(cookieOf('a=1; session=mine; b=2', 'session')).toBe('mine');
    expect(cookieOf('session=', 'session')).toBe('');
    expect(cookieOf('xsession=1; session', 'session')).toBeUndefined();
    expect(cookieOf(undefined, 'session')).toBeUndefined();
    // A longer path comes first (RFC 6265, 5.4), whoever has set it.
    expect(cookieOf('session=tossed; a=1; session=mine', 'session')).toBeUndefined();
    expect(cookieOf(`session=tossed; a=${'x'.repeat(9_000)}; session=mine`, 'session')).toBeUndefined();
  });
});
