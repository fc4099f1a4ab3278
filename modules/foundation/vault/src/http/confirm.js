// Payments with the card of a merchant's page. The vault serves it behind `fields.js`, in one script.
//
//   const { paymentIntent, error } = await tpmall.confirmCardPayment(clientSecret, {
//     payment_method: { card, billing_details: { name } },
//   });
//
// Where the bank wants to see the shopper, the page goes there and comes back to `return_url` (this page, if
// none is given) with `payment_intent`, `payment_intent_client_secret` and `redirect_status` in its query;
// ask `retrievePaymentIntent` with the first or the second.
(() => {
  'use strict';
  /** The vault writes it here; null where it was not told. */
  const api = '%API_ORIGIN%';
  /** How long the API may take: longer than it gives itself. */
  const API_MS = 40_000;
  /** How long to wait before an answer that was lost is asked for again. */
  const WAITS_MS = [500, 2_000, 5_000];
  const silences = {
    en: 'There is no answer. Look at how your order stands before you pay again.',
    zh: '没有收到答复。再次付款之前，请先查看订单状态。',
  };
  const problem = (type, message) => ({ error: { type, message } });

  /** A name of its own for each command, so that asking again does nothing twice. */
  const newCommand = () => {
    const bytes = window.crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };

  /** Asks the API. An answer that was lost is asked for again, under the same name of the command. */
  const ask = async ({ key, silent }, method, path, parameters) => {
    if (api === null) return problem('api_error', 'TPMall: the vault was not told the API’s address.');
    const isPost = method === 'POST';
    const url = `${api}${path}${isPost ? '' : `?${new URLSearchParams(parameters)}`}`;
    const headers = {
      authorization: `Bearer ${key}`,
      ...(isPost && { 'content-type': 'application/json', 'idempotency-key': newCommand() }),
    };
    for (const wait of [...WAITS_MS, null]) {
      try {
        const response = await fetch(url, {
          ...{ method, headers, credentials: 'omit', signal: AbortSignal.timeout(API_MS) },
          ...(isPost && { body: JSON.stringify(parameters) }),
        });
        const body = await response.json();
        if (response.ok) return { object: body };
        const isOpen = response.status >= 500 || body.error?.code === 'idempotency_key_in_use';
        if (!isOpen || wait === null) return { error: body.error };
      } catch {
        // No answer, or one that this page may not read: the key must name its origin.
        if (wait === null) break;
      }
      await new Promise((resolve) => window.setTimeout(resolve, wait));
    }
    return problem('api_connection_error', silent);
  };

  /** Goes to the bank's page. It ends where the back button brings this page as it was. */
  const leaveFor = (url) =>
    new Promise((resolve) => {
      window.addEventListener('pageshow', (event) => event.persisted && resolve());
      window.location.assign(url);
    });

  /** The client secret of what was confirmed here before the page left for the bank, by its id. */
  const secrets = {
    keep(id, secret) {
      try {
        window.sessionStorage.setItem(`tpmall.${id}`, secret);
        return true;
      } catch {
        // The browser keeps nothing for this page, which must ask with the secret itself.
        return false;
      }
    },
    find(id) {
      try {
        return window.sessionStorage.getItem(`tpmall.${id}`);
      } catch {
        return null;
      }
    },
  };

  /** Payment intents or setup intents, by their client secrets. */
  const createIntents = (caller, { name, result, pattern }) => {
    const underWay = new Map();
    const told = ({ object, error }) => (error ? { error } : { [result]: object });
    const idOf = (secret) => pattern.exec(secret)?.[1];
    const noSecret = () =>
      problem('validation_error', `This is no client secret of a ${name.replace('_', ' ')}.`);
    const retrieve = async (secretOrId) => {
      const secret = idOf(secretOrId) ? secretOrId : secrets.find(secretOrId);
      const id = idOf(secret ?? '');
      if (!id) return noSecret();
      return told(await ask(caller, 'GET', `/v1/${name}s/${id}`, { client_secret: secret }));
    };
    const storedOf = async (method) => {
      if (typeof method !== 'object' || method === null) return { id: method };
      if (typeof method.card?.tokenise !== 'function')
        return problem('validation_error', 'payment_method wants an id, or the card that was mounted.');
      const { billing_details } = method;
      const { result, error } = await method.card.tokenise('payment_method', { billing_details });
      return error ? { error } : { id: result.id };
    };
    const run = async (secret, { payment_method: method, return_url: back, ...rest }, handleActions) => {
      const id = idOf(secret);
      if (!id) return noSecret();
      const stored = await storedOf(method);
      if (stored.error) return stored;
      const returnUrl = new URL(back ?? window.location.href, window.location.href);
      if (!back) returnUrl.hash = '';
      const answer = await ask(caller, 'POST', `/v1/${name}s/${id}/confirm`, {
        ...{ ...rest, client_secret: secret, return_url: returnUrl.href },
        ...(stored.id && { payment_method: stored.id }),
      });
      const url = answer.object?.next_action?.redirect_to_url?.url;
      if (!handleActions || answer.object?.status !== 'requires_action' || !/^https?:\/\//.test(url)) {
        return told(answer);
      }
      secrets.keep(id, secret);
      await leaveFor(url);
      return retrieve(secret);
    };
    /** A second click gets what becomes of the first. */
    const confirm = (secret, data = {}, { handleActions = true } = {}) => {
      if (!underWay.has(secret)) {
        const running = run(secret, data, handleActions).finally(() => underWay.delete(secret));
        underWay.set(secret, running);
      }
      return underWay.get(secret);
    };
    return { confirm, retrieve };
  };

  const withCards = window.TPMall;
  window.TPMall = (key, options = {}) => {
    const caller = { key, silent: silences[options.locale === 'zh' ? 'zh' : 'en'] };
    const payments = createIntents(caller, {
      ...{ name: 'payment_intent', result: 'paymentIntent', pattern: /^(pi_[A-Za-z0-9]+)_secret_\w+$/ },
    });
    const setups = createIntents(caller, {
      ...{ name: 'setup_intent', result: 'setupIntent', pattern: /^(seti_[A-Za-z0-9]+)_secret_\w+$/ },
    });
    return {
      ...withCards(key, options),
      confirmCardPayment: payments.confirm,
      retrievePaymentIntent: payments.retrieve,
      confirmCardSetup: setups.confirm,
      retrieveSetupIntent: setups.retrieve,
    };
  };
})();
