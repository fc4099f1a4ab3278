// Runs in the card form's frame, on the vault's origin. Without it the form works all the same.

const digitsOf = (text) => text.replace(/\D/g, '');
/** A number as cards show it: American Express in 4, 6, 5 digits, others by four. */
const groups = (pan) => (/^3[47]/.test(pan) ? [4, 6, 5] : [4, 4, 4, 4, 3]);
const grouped = (pan) => {
  const parts = [];
  let at = 0;
  for (const length of groups(pan)) {
    if (at < pan.length) parts.push(pan.slice(at, at + length));
    at += length;
  }
  return parts.join(' ');
};
/** ISO/IEC 7812-1, annex B. */
const passesLuhn = (pan) => {
  let sum = 0;
  for (let at = 0; at < pan.length; at += 1) {
    const digit = Number(pan[pan.length - 1 - at]) * (at % 2 === 1 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
};

/** What a card is sent as, by what is wanted of it. */
const bodies = {
  payment_method: (typed, { billing_details } = {}) => ({
    ...{ type: 'card', card: typed },
    ...(billing_details && { billing_details }),
  }),
  token: (typed, holder) => ({ card: { ...holder, ...typed } }),
  confirmation_token: (typed, { payment_method_data: method, ...agreed } = {}) => ({
    ...{ ...agreed, payment_method_data: { ...method, type: 'card', card: typed } },
  }),
};

(() => {
  'use strict';
  const card = document.getElementById('card');
  if (!card) return;
  const parentOrigin = card.dataset.parent;
  /** Tells the page around, and nobody else: a page of another origin does not get the message. */
  const tell = (message) => {
    if (window.parent !== window) window.parent.postMessage(message, parentOrigin);
  };
  const tellHeight = () =>
    tell({ type: 'tpmall.height', height: document.body.getBoundingClientRect().height });
  new ResizeObserver(tellHeight).observe(document.body);

  if (card.dataset.card) {
    tell({ type: 'tpmall.card', card: JSON.parse(card.dataset.card) });
    return;
  }

  const [words, prefixes] = [card.dataset.words, card.dataset.brands].map((text) => JSON.parse(text));
  const field = (name) => document.getElementById(name);
  const brandNameOf = (pan) => {
    const found = prefixes.find(([from, to]) => {
      const start = pan.slice(0, from.length);
      return start.length === from.length && start >= from && start <= to;
    });
    return found ? found[2] : 'unknown';
  };
  const brandOf = (pan) => words.brands[brandNameOf(pan)];

  const [number, expiry, cvc] = ['number', 'expiry', 'cvc'].map(field);
  const brandShown = document.createElement('span');
  brandShown.className = 'brand';
  brandShown.setAttribute('aria-live', 'polite');
  document.querySelector('label[for=number]').append(brandShown);
  /** Writes a field anew and leaves the cursor after the digits it was after. */
  const rewrite = (input, text) => {
    if (text === input.value) return;
    const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
    input.value = text;
    let at = 0;
    for (let seen = 0; seen < before && at < text.length; at += 1) if (/\d/.test(text[at])) seen += 1;
    if (document.activeElement === input) input.setSelectionRange(at, at);
  };
  number.addEventListener('input', () => {
    const pan = digitsOf(number.value).slice(0, 19);
    rewrite(number, grouped(pan));
    brandShown.textContent = brandOf(pan).name;
  });
  let lastExpiry = expiry.value;
  expiry.addEventListener('input', () => {
    const grew = expiry.value.length > lastExpiry.length;
    if (grew && /^\d{2}$/.test(expiry.value)) expiry.value += ' / ';
    else if (grew && /^[2-9]$/.test(expiry.value)) expiry.value = `0${expiry.value} / `;
    lastExpiry = expiry.value;
  });

  const numberProblem = (pan) => {
    if (pan === '') return words.numberMissing;
    return pan.length >= 12 && pan.length <= 19 && passesLuhn(pan) ? null : words.numberWrong;
  };
  const expiryProblem = (text) => {
    if (text.trim() === '') return words.expiryMissing;
    const [, month, end] = /^\s*(\d{1,2})\s*[/.\s-]?\s*(\d{4}|\d{2})\s*$/.exec(text) ?? [];
    if (!(Number(month) >= 1 && Number(month) <= 12)) return words.expiryWrong;
    const year = Number(end) + (end.length === 2 ? 2000 : 0);
    // Month 12 of a year and month 0 of the next are one: the first day after the card's last month.
    if (new Date(year, Number(month), 1) > new Date()) return null;
    const isChinese = document.documentElement.lang.startsWith('zh');
    const name = new Intl.DateTimeFormat('en', { month: 'long' }).format(
      new Date(year, Number(month) - 1, 1),
    );
    const when = isChinese ? `${year} 年 ${Number(month)} 月` : `${name} ${year}`;
    return words.expiryPast.replace('{when}', when);
  };
  const cvcProblem = (text, pan) => {
    if (text.trim() === '') return words.cvcMissing;
    const brand = brandOf(pan);
    return digitsOf(text).length === brand.digits && /^\s*\d+\s*$/.test(text) ? null : brand.cvcWrong;
  };
  const show = (name, problem) => {
    const input = field(name);
    const box = input.closest('.field');
    const id = `${name}-err`;
    document.getElementById(id)?.remove();
    box.classList.toggle('bad', problem !== null);
    const described = (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .filter((one) => one && one !== id);
    if (problem !== null) {
      const said = document.createElement('p');
      said.className = 'err';
      said.id = id;
      said.textContent = problem;
      input.after(said);
      described.unshift(id);
    }
    if (described.length > 0) input.setAttribute('aria-describedby', described.join(' '));
    else input.removeAttribute('aria-describedby');
    if (problem === null) input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
  };
  const problemsOf = () => {
    const pan = digitsOf(number.value);
    return {
      number: numberProblem(pan),
      expiry: expiryProblem(expiry.value),
      cvc: cvcProblem(cvc.value, pan),
    };
  };
  /** Says below each field what to do about it; answers whether there is nothing. */
  const check = () => {
    const problems = problemsOf();
    for (const [name, problem] of Object.entries(problems)) show(name, problem);
    const first = Object.keys(problems).find((name) => problems[name] !== null);
    if (first) field(first).focus();
    return !first;
  };

  /** Fields in a merchant's page: its script asks for a card, and gets the card's id or what is wrong. */
  const serveShop = () => {
    const tokenise = async ({ call, wanted, details }) => {
      const answer = (result) => tell({ type: 'tpmall.tokenised', call, ...result });
      if (!check()) {
        const message = document.querySelector('.err').textContent;
        answer({ error: { type: 'validation_error', code: 'incomplete_card', message } });
        return;
      }
      const [, month, year] = /(\d{1,2})\D*(\d{2,4})/.exec(expiry.value);
      const typed = {
        ...{ number: digitsOf(number.value), exp_month: month, exp_year: year },
        cvc: cvc.value.trim(),
      };
      const body = bodies[wanted](typed, details);
      try {
        const response = await fetch(`/v1/${wanted}s`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${card.dataset.key}` },
          body: JSON.stringify(body),
        });
        const result = await response.json();
        answer(response.ok ? { result } : { error: result.error });
      } catch {
        answer({ error: { type: 'api_connection_error', message: words.unreachable } });
      }
    };
    let told = '';
    /** Tells how far the shopper is, never what was typed. */
    const tellChange = () => {
      const state = {
        empty: [number, expiry, cvc].every((input) => input.value.trim() === ''),
        complete: Object.values(problemsOf()).every((problem) => problem === null),
        brand: brandNameOf(digitsOf(number.value)),
      };
      const text = JSON.stringify(state);
      if (text === told) return;
      told = text;
      tell({ type: 'tpmall.change', ...state });
    };
    card.addEventListener('input', tellChange);
    const clear = () => {
      for (const name of ['number', 'expiry', 'cvc']) {
        field(name).value = '';
        show(name, null);
      }
      brandShown.textContent = '';
      tellChange();
    };
    window.addEventListener('message', (event) => {
      if (event.origin !== parentOrigin || event.source !== window.parent) return;
      const { type } = event.data ?? {};
      if (type === 'tpmall.tokenise' && Object.hasOwn(bodies, event.data.wanted)) void tokenise(event.data);
      if (type === 'tpmall.clear') clear();
      if (type === 'tpmall.focus') number.focus();
    });
    tell({ type: 'tpmall.ready' });
  };
  /** A form with a button of its own, which is sent once. */
  const serveForm = () => {
    let isSending = false;
    card.addEventListener('submit', (event) => {
      if (isSending || !check()) {
        event.preventDefault();
        return;
      }
      isSending = true;
      const button = card.querySelector('button');
      button.setAttribute('aria-disabled', 'true');
      button.firstElementChild.textContent = words.sending;
    });
  };
  if (card.dataset.key === undefined) serveForm();
  else serveShop();
  // Shown again by the back button: it may be sent again.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
})();
