// The checkout's one script. Without it the pages work all the same, with a click more.
(() => {
  'use strict';
  const frame = document.getElementById('card-frame');
  if (frame) {
    const form = document.getElementById('pay');
    const paying = document.getElementById('paying');
    form.hidden = false;
    let isSent = false;
    window.addEventListener('message', (event) => {
      // From the vault's origin, and from this very frame: nobody else is believed.
      if (event.origin !== frame.dataset.origin || event.source !== frame.contentWindow) return;
      const { type, height, card } = event.data ?? {};
      if (type === 'tpmall.height' && Number.isFinite(height)) {
        frame.style.height = `${Math.min(Math.max(Math.ceil(height), 200), 1200)}px`;
      }
      if (type === 'tpmall.card' && !isSent && /^pm_\w+$/.test(card?.id)) {
        isSent = true;
        form.elements.namedItem('payment_method').value = card.id;
        paying.hidden = false;
        form.requestSubmit();
      }
    });
    // Enter in the e-mail goes on to the card: without one there is nothing to send.
    form.addEventListener('submit', (event) => {
      if (form.elements.namedItem('payment_method').value !== '') return;
      event.preventDefault();
      frame.focus();
    });
    form.addEventListener(
      'invalid',
      () => {
        isSent = false;
        paying.hidden = true;
      },
      true,
    );
  }
  // A page that the back button brings back shows what was then: ask again how the order stands.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) window.location.reload();
  });
  const watched = document.querySelector('[data-watch]');
  if (watched) {
    const state = `${window.location.pathname.replace(/\/$/, '')}/state`;
    let wait = 1000;
    const look = async () => {
      // Where the line is down, or somebody else answers in the mall's place, the next look comes later.
      const stage = await fetch(state, { headers: { accept: 'application/json' } })
        .then((answer) => (answer.ok ? answer.json() : {}))
        .then(
          (found) => found.stage,
          () => undefined,
        );
      if (stage && stage !== watched.dataset.watch) {
        const url = new URL(window.location.href);
        url.searchParams.delete('go');
        window.location.replace(url);
        return;
      }
      wait = Math.min(wait * 1.3, 10_000);
      later();
    };
    const later = () => window.setTimeout(() => void look(), wait);
    later();
  }
  const print = document.getElementById('print');
  if (print) {
    print.hidden = false;
    print.addEventListener('click', () => window.print());
  }
})();
