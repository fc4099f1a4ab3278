// Card fields for a merchant's page. The fields stand in a frame of the vault's origin, so that no card data
// touches the page; what comes out is a payment method's id.
//
//   const tpmall = TPMall('pk_…');
//   const card = tpmall.elements().create('card');
//   card.mount('#card');
//   const { paymentMethod, error } = await tpmall.createPaymentMethod({ type: 'card', card });
(() => {
  'use strict';
  const vault = new URL(document.currentScript.src).origin;
  /** How long a card may take to be stored. */
  const ANSWER_MS = 20_000;
  const titles = { en: 'Card number, expiry date and security code', zh: '卡号、有效期和安全码' };
  const problem = (type, message) => ({ error: { type, message } });

  const createCard = (key, locale) => {
    const listeners = new Map();
    const waiting = new Map();
    let frame = null;
    let calls = 0;
    const emit = (name, event) => {
      for (const listener of listeners.get(name) ?? []) listener(event);
    };
    // To the vault alone: a frame that was sent elsewhere does not get the message.
    const tell = (message) => frame?.contentWindow.postMessage(message, vault);
    const receive = (event) => {
      // From the vault's origin, and from this very frame: nobody else is believed.
      if (!frame || event.origin !== vault || event.source !== frame.contentWindow) return;
      const { type, height, call, result, error, empty, complete, brand } = event.data ?? {};
      if (type === 'tpmall.height' && Number.isFinite(height)) {
        frame.style.height = `${Math.min(Math.max(Math.ceil(height), 100), 800)}px`;
      }
      if (type === 'tpmall.ready') emit('ready', { elementType: 'card' });
      if (type === 'tpmall.change') emit('change', { elementType: 'card', empty, complete, brand });
      if (type === 'tpmall.tokenised' && waiting.has(call)) {
        waiting.get(call)(error ? { error } : { result });
        waiting.delete(call);
      }
    };
    const element = {
      mount(target) {
        const place = typeof target === 'string' ? document.querySelector(target) : target;
        if (!place) throw new Error(`TPMall: there is no ${target} to mount the card in`);
        element.unmount();
        frame = document.createElement('iframe');
        const query = new URLSearchParams({ key, origin: window.location.origin });
        if (locale) query.set('lang', locale);
        frame.src = `${vault}/fields/card?${query}`;
        frame.title = titles[locale ?? 'en'];
        frame.style.cssText = 'display: block; width: 100%; height: 18rem; border: 0';
        window.addEventListener('message', receive);
        place.append(frame);
        return element;
      },
      unmount() {
        window.removeEventListener('message', receive);
        frame?.remove();
        frame = null;
        for (const answer of waiting.values()) answer(problem('validation_error', 'The card was unmounted.'));
        waiting.clear();
      },
      destroy: () => element.unmount(),
      clear: () => tell({ type: 'tpmall.clear' }),
      focus: () => tell({ type: 'tpmall.focus' }),
      on(name, listener) {
        listeners.set(name, [...(listeners.get(name) ?? []), listener]);
        return element;
      },
      /** For this script alone. What is wanted: a `payment_method`, a `token` or a `confirmation_token`. */
      tokenise: (wanted, details) =>
        new Promise((resolve) => {
          if (!frame) {
            resolve(problem('validation_error', 'Mount the card first.'));
            return;
          }
          calls += 1;
          const call = calls;
          waiting.set(call, resolve);
          window.setTimeout(() => {
            if (!waiting.delete(call)) return;
            resolve(problem('api_connection_error', 'The card vault does not answer.'));
          }, ANSWER_MS);
          tell({ type: 'tpmall.tokenise', call, wanted, details });
        }),
    };
    return element;
  };

  window.TPMall = (key, { locale: asked } = {}) => {
    if (!key.startsWith('pk_')) throw new Error('TPMall: a publishable key (pk_…) is wanted');
    const locale = asked === 'zh' || asked === 'en' ? asked : undefined;
    return {
      elements: () => {
        let card = null;
        return {
          create(type) {
            if (type !== 'card') throw new Error(`TPMall: there is no element ${type}; there is card`);
            card = createCard(key, locale);
            return card;
          },
          getElement: (type) => (type === 'card' ? card : null),
        };
      },
      async createPaymentMethod({ type, card, billing_details }) {
        if (type !== 'card') throw new Error('TPMall: type must be card');
        const { result: paymentMethod, error } = await card.tokenise('payment_method', { billing_details });
        return error ? { error } : { paymentMethod };
      },
      /** A card to use once, with `name` and `address_…` of its holder. */
      async createToken(card, details = {}) {
        const { result: token, error } = await card.tokenise('token', details);
        return error ? { error } : { token };
      },
      /** A card to use once, with what is agreed to besides, for a server that confirms. */
      async createConfirmationToken({ elements, params = {} }) {
        const card = elements.getElement('card');
        if (!card) return problem('validation_error', 'Mount the card first.');
        const { result: confirmationToken, error } = await card.tokenise('confirmation_token', params);
        return error ? { error } : { confirmationToken };
      },
    };
  };
})();
