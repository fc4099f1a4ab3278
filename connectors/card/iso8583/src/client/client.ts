import type { Clock, Micros } from '@tpmall/kernel';
import {
  answerMti,
  type Fields,
  type IsoMessage,
  MAX_STAN,
  maskedFields,
  pack,
  packSealed,
  stanElement,
  timeElements,
  unpack,
} from '../codec/index.ts';
import type { TlsSettings } from './dial.ts';
import { createInFlight, type Exchange, type StrayKind } from './in-flight.ts';
import { createLink, type Link } from './link.ts';
import { createSessionKeys, receiveKey } from './session-keys.ts';
import { systemTimers, type Timer, type Timers } from './timers.ts';

/** Questions on their way at once; more are refused rather than queued without end. */
const MAX_IN_FLIGHT = 4096;
/** DE 70 of network management messages. */
const SIGN_ON = '001';
const ECHO = '301';
const KEY_CHANGE = '101';

/** What a client needs to know of its host and of itself. */
export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  /** Without it the line is in clear: for loopback, or a tunnel of the acquirer's. */
  readonly tls?: TlsSettings | undefined;
  /**
   * Messages carry an authentication code, by working keys that the host gives under the key of this file: at
   * each sign-on, and anew at this interval. Without it they carry none.
   */
  readonly mac?: { readonly keyFile: string; readonly rekeyEveryMs: number } | undefined;
  /** DE 32. */
  readonly acquirerId: string;
  /** DE 41, eight characters. */
  readonly terminalId: string;
  /** After this an answer counts as lost. */
  readonly answerTimeoutMs: number;
  /** A silent connection is probed at this interval. */
  readonly echoEveryMs: number;
  readonly reconnectFirstMs: number;
  readonly reconnectMaxMs: number;
  readonly clock: Clock;
  readonly timers?: Timers;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
  /** Told of every answer that no open question waits for. */
  readonly onStray: (kind: StrayKind, message: IsoMessage) => void;
  /**
   * Told of every reversal advice (0420, 0421) of the host; gives DE 39 of the answer. Where it fails nothing
   * is answered, and the host repeats.
   */
  readonly onAdvice: (advice: IsoMessage) => Promise<string>;
}

/** How the connection is doing. */
export interface ClientStatus {
  readonly state: 'stopped' | 'connecting' | 'signed_on';
  readonly since: Micros;
  readonly inFlight: number;
  readonly lastProblem: string | null;
}

/** One long-lived connection to an ISO 8583 host, with many questions on their way at once. */
export interface IsoClient {
  start(): void;
  stop(): Promise<void>;
  /**
   * Asks; never throws. A question asked while the link is being made waits for it, at most until its
   * time-out.
   */
  ask(question: IsoMessage): Promise<Exchange>;
  status(): ClientStatus;
}

/** Makes a client; {@link IsoClient.start} connects and signs on. */
export function createIsoClient(options: ClientOptions): IsoClient {
  const { clock, log, answerTimeoutMs } = options;
  const timers = options.timers ?? systemTimers;
  const inFlight = createInFlight(timers);
  const waiting = new Set<(signedOn: boolean) => void>();
  let state: ClientStatus['state'] = 'stopped';
  let since = clock.now();
  let lastProblem: string | null = null;
  let lastHeard = clock.now();
  let stan = 0;
  let echo: Timer | undefined;
  let rekey: Timer | undefined;
  const keys = createSessionKeys();

  const enter = (next: ClientStatus['state']): void => {
    state = next;
    since = clock.now();
  };

  /** The answer of a host that agrees. */
  const manage = async (code: string): Promise<IsoMessage | undefined> => {
    stan = (stan % MAX_STAN) + 1;
    const exchange = await send(link, {
      mti: '0800',
      fields: {
        7: timeElements(clock.now()).transmission,
        11: stanElement(stan),
        32: options.acquirerId,
        41: options.terminalId,
        70: code,
      },
    });
    return exchange.state === 'answered' && exchange.answer.fields[39] === '00' ? exchange.answer : undefined;
  };

  /** Gets a working key, where messages are to carry a code; a link without one is of no use. */
  const secure = async (): Promise<boolean> => {
    if (!options.mac) return true;
    const key = await receiveKey(options.mac.keyFile, () => manage(KEY_CHANGE));
    if (!key) {
      link.drop('the host gave no working key');
      return false;
    }
    keys.install(key);
    log.info({ key: key.index }, 'the acquirer host gave a working key');
    if (rekey) timers.clear(rekey);
    rekey = timers.set(() => {
      if (state === 'signed_on') void secure();
    }, options.mac.rekeyEveryMs);
    return true;
  };

  const signOn = async (): Promise<void> => {
    if (!(await manage(SIGN_ON))) return link.drop('the host did not accept the sign-on');
    if (!(await secure())) return;
    enter('signed_on');
    link.healthy();
    log.info({ host: options.host, port: options.port }, 'signed on to the acquirer host');
    for (const go of [...waiting]) go(true);
    watch();
  };

  const watch = (): void => {
    if (echo) timers.clear(echo);
    echo = timers.set(() => {
      if (state !== 'signed_on') return;
      const silentMs = (clock.now() - lastHeard) / 1000;
      if (silentMs < options.echoEveryMs) return watch();
      void manage(ECHO).then((alive) => {
        if (state !== 'signed_on') return;
        if (alive) watch();
        else link.drop('the host did not answer an echo');
      });
    }, options.echoEveryMs);
  };

  const link = createLink({
    ...options,
    timers,
    events: {
      connected: () => void signOn(),
      message: (bytes) => {
        lastHeard = clock.now();
        receive(bytes);
      },
      disconnected: (reason) => {
        lastProblem = reason;
        if (state === 'signed_on') log.warn({ reason }, 'the link to the acquirer host is down');
        if (state !== 'stopped') enter('connecting');
        keys.forget();
        inFlight.loseAll(reason);
      },
    },
  });

  function receive(bytes: Buffer): void {
    const unpacked = unpack(bytes);
    if (!unpacked.ok) {
      // The header was sound, so the stream is still in step: only this message is lost, and its question
      // times out.
      log.warn({ problem: unpacked.error.message }, 'the acquirer host sent a malformed message');
      return;
    }
    const message = unpacked.value;
    // Before there is a key only answers to sign-on and exchange are heard; a key comes wrapped.
    const isGenuine = keys.newest ? keys.accepts(bytes, message) : message.mti === '0810';
    if (options.mac && !isGenuine) {
      log.warn({ fields: maskedFields(message) }, 'a message whose authentication code is missing or wrong');
      options.onStray('forged', message);
      return;
    }
    if (message.mti === '0800') return answerHost(message, '00');
    if (message.mti === '0420' || message.mti === '0421') {
      options.onAdvice(message).then(
        (code) => answerHost(message, code),
        (error: unknown) => log.warn({ error }, 'an advice of the acquirer host could not be taken'),
      );
      return;
    }
    const stray = inFlight.settle(message);
    if (stray === undefined) return;
    log.warn({ kind: stray, fields: maskedFields(message) }, 'an answer that nobody waits for');
    options.onStray(stray, message);
  }

  function packOut(message: IsoMessage) {
    return keys.newest ? packSealed(message, keys.newest) : pack(message);
  }

  function answerHost(question: IsoMessage, code: string): void {
    const packed = packOut({ mti: answerMti(question.mti), fields: echoOf(question, code) });
    if (packed.ok) link.write(packed.value);
  }

  async function send(on: Link, question: IsoMessage): Promise<Exchange> {
    const packed = packOut(question);
    if (!packed.ok) return { state: 'not_sent', reason: packed.error.message };
    if (inFlight.size >= MAX_IN_FLIGHT) return { state: 'not_sent', reason: 'too many messages in flight' };
    const exchange = inFlight.open(question, answerTimeoutMs);
    if (!exchange) return { state: 'not_sent', reason: 'the same message is in flight already' };
    if (on.write(packed.value)) return exchange;
    inFlight.withdraw(question);
    return { state: 'not_sent', reason: 'there is no connection to the host' };
  }

  const ready = (): Promise<boolean> => {
    if (state === 'signed_on') return Promise.resolve(true);
    if (state === 'stopped' || waiting.size >= MAX_IN_FLIGHT) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = timers.set(() => go(false), answerTimeoutMs / 2);
      const go = (signedOn: boolean): void => {
        waiting.delete(go);
        timers.clear(timer);
        resolve(signedOn);
      };
      waiting.add(go);
    });
  };

  return {
    start() {
      if (state !== 'stopped') return;
      enter('connecting');
      link.start();
    },
    async stop() {
      enter('stopped');
      if (echo) timers.clear(echo);
      if (rekey) timers.clear(rekey);
      for (const go of [...waiting]) go(false);
      await link.stop();
    },
    async ask(question) {
      if (await ready()) return send(link, question);
      return { state: 'not_sent', reason: `not signed on: ${lastProblem ?? 'still connecting'}` };
    },
    status: () => ({ state, since, inFlight: inFlight.size, lastProblem }),
  };
}

/** What the host asks by itself: whether the line is alive, and what it has reversed. */
const ECHOED = [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70, 90];

function echoOf(question: IsoMessage, code: string): Fields {
  const echoed: Record<number, string> = { 39: code };
  for (const de of ECHOED) {
    const value = question.fields[de];
    if (value !== undefined) echoed[de] = value;
  }
  return echoed;
}
