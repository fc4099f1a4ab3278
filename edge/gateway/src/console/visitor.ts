import { isoInstant } from '@tpmall/kernel';
import type { GatewayEnvironment } from '../environment.ts';
import { type Answer, answer, refuse } from '../pipeline/answer.ts';
import type { Caller } from '../pipeline/caller.ts';
import type { Call } from '../pipeline/route.ts';

/** Whose desk the console is: of who runs the house, develops for the platform, or sells in the mall. */
const DESKS = { operator: 'operator', secret: 'developer', merchant: 'merchant' } as const;

/** Who looks at the console: what its page begins with. */
export async function visitorToWire(
  { ports, view }: Pick<GatewayEnvironment, 'ports' | 'view'>,
  call: Pick<Call, 'context'>,
  who: Caller | undefined,
): Promise<Answer> {
  const session = who?.session;
  if (!who || !session?.person) return answer({ signed_in: false, livemode: view.livemode });
  const { person, accounts, tenant } = session;
  const ids = [...new Set([tenant, ...accounts])];
  const found = await ports.accounts.findAccounts({ ...call.context, tenant }, { ids });
  if (!found.ok) return refuse('unavailable');
  const named = found.value.map(({ id, name }) => ({ id, name }));
  return answer({
    signed_in: true,
    livemode: view.livemode,
    desk: who.kind === 'operator' || who.kind === 'secret' ? DESKS[who.kind] : DESKS.merchant,
    person: { id: person.id, name: person.displayName, email: person.email, locale: person.locale },
    platform: named.find(({ id }) => id === tenant) ?? { id: tenant, name: '' },
    accounts: accounts.flatMap((account) => named.filter(({ id }) => id === account)),
    session: {
      id: session.sessionId,
      idle_at: isoInstant(session.idleAt),
      expires_at: isoInstant(session.expiresAt),
    },
  });
}
