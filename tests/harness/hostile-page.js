// Stands in a merchant's page before any other script, as an attacker's would, and takes whatever comes by:
// every call, getter and setter of what the platform and the language offer, every event, every change of the
// document. `__taken` has it as text, each piece once. Nothing stops working.
(() => {
  const taken = new Set();
  Object.defineProperty(window, '__taken', { value: taken });
  /** The page's own work alone is taken: what this does for itself passes. */
  let isBusy = false;
  const PARTS_MAX = 200;

  const textOf = (value, depth, seen) => {
    if (typeof value === 'function') return 'function';
    if (value === null || typeof value !== 'object') return String(value);
    if (depth > 5 || seen.has(value)) return '';
    seen.add(value);
    const parts = [];
    try {
      for (const key of Reflect.ownKeys(value).slice(0, PARTS_MAX)) {
        const own = Reflect.getOwnPropertyDescriptor(value, key);
        if (own && 'value' in own) parts.push(`${String(key)}: ${textOf(own.value, depth + 1, seen)}`);
      }
      // What events and fields carry is behind getters of their prototypes.
      for (const key of ['data', 'key', 'code', 'inputType', 'value', 'textContent', 'href', 'src', 'body']) {
        if (key in value) parts.push(`.${key}: ${textOf(value[key], depth + 1, seen)}`);
      }
    } catch {
      // A window of another origin: its holder may not look into it, and that is the point.
      parts.push('refused');
    }
    return parts.join(' <|> ');
  };
  const take = (name, ...values) => {
    if (isBusy) return;
    isBusy = true;
    for (const value of values) taken.add(`${name} <|> ${textOf(value, 0, new Set())}`);
    isBusy = false;
  };

  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const listen = EventTarget.prototype.addEventListener;
  const wrapped = (name, work) => {
    const spy = function spy(...given) {
      const result = new.target ? Reflect.construct(work, given, new.target) : apply(work, this, given);
      take(name, this, given, result);
      if (result instanceof Promise)
        void apply(then, result, [(value) => take(`${name} later`, value), () => {}]);
      return result;
    };
    return Object.setPrototypeOf(spy, work);
  };
  const patch = (owner, ownerName) => {
    for (const key of Reflect.ownKeys(owner)) {
      if (key === 'constructor' || key === '__taken') continue;
      const own = Reflect.getOwnPropertyDescriptor(owner, key);
      if (!own?.configurable) continue;
      const name = `${ownerName}.${String(key)}`;
      if (typeof own.value === 'function') {
        Object.defineProperty(owner, key, { ...own, value: wrapped(name, own.value) });
      } else if (own.get) {
        const get = wrapped(`get ${name}`, own.get);
        Object.defineProperty(owner, key, { ...own, get, ...(own.set && { set: wrapped(name, own.set) }) });
      }
    }
  };
  const classes = [
    ...['EventTarget', 'Node', 'Element', 'HTMLElement', 'HTMLIFrameElement', 'HTMLInputElement', 'Document'],
    ...['Event', 'MessageEvent', 'UIEvent', 'KeyboardEvent', 'InputEvent', 'MessagePort', 'BroadcastChannel'],
    ...['Response', 'Request', 'Headers', 'XMLHttpRequest', 'URLSearchParams', 'URL', 'Storage', 'Navigator'],
    ...['Array', 'String', 'Number', 'Map', 'Set', 'RegExp', 'Promise', 'Crypto', 'Window', 'History'],
  ];
  for (const name of classes) patch(window[name].prototype, name);
  for (const name of ['JSON', 'Array', 'Promise', 'Number', 'String', 'URL', 'Reflect', 'Object']) {
    patch(window[name], name);
  }
  const callables = [
    'postMessage',
    'fetch',
    'structuredClone',
    'setTimeout',
    'addEventListener',
    'atob',
    'btoa',
  ];
  for (const name of callables) window[name] = wrapped(`window.${name}`, window[name]);

  // Whoever writes a field of these names into a bare object hands it over.
  for (const name of ['number', 'cvc', 'expiry', 'exp_month', 'card']) {
    Object.defineProperty(Object.prototype, name, {
      configurable: true,
      get: () => undefined,
      set(value) {
        take(`written ${name}`, value);
        Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true });
      },
    });
  }
  const hear = (event) => take(`event ${event.type}`, event);
  // Every event that a window or a document has a handler for is named by it.
  const handlers = [window, HTMLElement.prototype, Document.prototype].flatMap((owner) => Object.keys(owner));
  const events = handlers.filter((name) => name.startsWith('on')).map((name) => name.slice(2));
  for (const name of new Set([...events, 'beforeinput', 'focusin', 'compositionend'])) {
    apply(listen, window, [name, hear, true]);
  }
  new MutationObserver(() => take('document', document.documentElement.outerHTML)).observe(document, {
    ...{ subtree: true, childList: true, attributes: true, characterData: true },
  });
})();
