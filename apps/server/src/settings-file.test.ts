import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Redacted } from '@tpmall/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { readSettingsFile, vaultFolderOf } from './settings-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tpmall-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const SECRET = 'open sesame';
const HOST = { host: 'smtp.example', port: 465, tls: 'implicit', user: 'mall' };

function read(text: string | object, env: Readonly<Record<string, string>> = {}, mode = 0o644) {
  writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text));
  chmodSync(file, mode);
  return readSettingsFile(readOptions(['--data-dir', folder, '--settings', file], {}), env);
}

/** The password of the mail host. */
function passwordIn(settings: ReturnType<typeof read>): string {
  const { host } = settings['mail'] as { host: { password: Redacted<string> } };
  return host.password.reveal();
}

/** What a refusal says; it never says the secret. */
function refusal(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (error) {
    const said = (error as Error).message;
    expect(inspect(error)).not.toContain(SECRET);
    expect(said).toContain(file);
    return said;
  }
  throw new Error('was not refused');
}

describe('a settings file', () => {
  it('is what the documentation shows', () => {
    const page = readFileSync(new URL('../../../docs/acquirers.md', import.meta.url), 'utf8');
    const [whole = '', ...fragments] = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
      ([, text = '']) => text,
    );
    const settings = read(whole, { MALL_SMTP_PASSWORD: SECRET });
    expect(settings).toMatchObject({ acquiring: { connectors: [{ name: 'house-bank' }] } });
    expect(passwordIn(settings)).toBe(SECRET);
    // The fragments are about two acquirers of these names.
    const { connectors: [first] = [], directoryServer } = settings['acquiring'] as {
      connectors?: readonly object[];
      directoryServer: object;
    };
    const connectors = ['acquirer-a', 'acquirer-b'].map((name) => ({ ...first, name }));
    expect(fragments).toHaveLength(2);
    for (const fragment of fragments) {
      read({ acquiring: { connectors, directoryServer, ...(JSON.parse(fragment) as object) } });
    }
  });

  it('begins relative paths at its own folder, wherever a process works', () => {
    const tls = { caFile: 'certs/ca.pem', serverName: 'host', certificateFile: '/c.pem', keyFile: 'key.pem' };
    const connector = {
      ...{ protocol: 'iso8583', name: 'bank', host: 'host', port: 1, tls, mac: { keyFile: 'mac.key' } },
      ...{ acquirerId: '1', terminalId: 'TPMALL01', merchantId: 'TPMALL' },
    };
    const clearing = { folders: [{ connector: 'bank', folder: 'clearing' }] };
    const vault = { dataFolder: '../keys' };
    const directoryServer = { url: 'https://ds.example/areq' };
    expect(read({ vault, acquiring: { connectors: [connector], clearing, directoryServer } })).toMatchObject({
      vault: { dataFolder: join(folder, '../keys') },
      acquiring: {
        connectors: [
          {
            tls: {
              caFile: join(folder, 'certs/ca.pem'),
              certificateFile: '/c.pem',
              keyFile: join(folder, 'key.pem'),
            },
            mac: { keyFile: join(folder, 'mac.key') },
          },
        ],
        clearing: { folders: [{ folder: join(folder, 'clearing') }] },
      },
    });
    expect(vaultFolderOf({ dataDir: folder, settingsFile: file })).toBe(join(folder, '../keys'));
  });

  it.each([
    ['an unknown module', { acquirring: {} }, 'no module acquirring; there are accounts, mail,'],
    ['a section that is none', { mail: [] }, 'mail wants an object'],
    ['an unknown field', { mail: { hots: HOST } }, 'mail.hots: is not a known setting'],
    [
      'a wrong type',
      { mail: { host: { ...HOST, port: '465' } } },
      'mail.host.port: Invalid input: expected num',
    ],
    [
      'a secret of a wrong type',
      { mail: { host: { ...HOST, password: 5 } } },
      'mail.host.password: Invalid input: expected string',
    ],
    [
      'a missing field',
      { acquiring: { connectors: [{ protocol: 'iso8583' }] } },
      'acquiring.connectors.0.host',
    ],
    [
      'a strange protocol',
      { acquiring: { connectors: [{ protocol: 'fax' }] } },
      'connectors.0.protocol: Invalid',
    ],
    [
      'what lies between fields',
      { mail: { host: HOST } },
      'mail.host.password: user and password go together',
    ],
    ['upkeep that is none', { upkeep: { eventDays: 0 } }, 'upkeep.eventDays: Too small: expected number'],
    ['a secret where none belongs', { mail: { host: { ...HOST, host: { $env: 'S' } } } }, 'mail.host.host: '],
    ['a reference of a wrong form', { mail: { host: { $env: 5 } } }, 'mail.host wants { "$env": "NAME" }'],
    [
      'an unset variable',
      { mail: { host: { ...HOST, password: { $env: 'UNSET' } } } },
      'variable UNSET, which is',
    ],
    [
      'a missing file',
      { mail: { host: { ...HOST, password: { $file: 'no' } } } },
      'mail.host.password cannot be',
    ],
    ['what is no JSON', `{"mail": {"password": ${SECRET}"`, 'is not JSON: Unexpected token'],
    ['an unfinished file', '{"mail": ', 'is not JSON: Unexpected end'],
    ['another value', '[]', 'wants an object with the settings of each module'],
  ])('with %s is refused', (_what, given, says) => {
    expect(refusal(given, { S: SECRET })).toContain(says);
  });

  it('that is not there is refused', () => {
    const options = readOptions(['--settings', join(folder, 'none.json')], {});
    expect(() => readSettingsFile(options, {})).toThrow('none.json (ENOENT)');
  });

  it('may hold a secret as text where nobody else can read it', () => {
    const given = { mail: { host: { ...HOST, password: SECRET } } };
    expect(refusal(given)).toContain('holds secrets (mail.host.password), and others may read it');
    read(given, {}, 0o600);
  });

  it('takes secrets from files beside it that nobody else can read', () => {
    const path = join(folder, 'smtp.password');
    writeFileSync(path, `${SECRET}\n`, { mode: 0o644 });
    const given = { mail: { host: { ...HOST, password: { $file: 'smtp.password' } } } };
    expect(refusal(given)).toContain(`others may read ${path}; chmod 600`);
    chmodSync(path, 0o600);
    expect(passwordIn(read(given))).toBe(SECRET);
    expect(inspect(read(given), { depth: null })).not.toContain(SECRET);
  });

  it('is looked up as far as the modules of the process need it', () => {
    writeFileSync(file, JSON.stringify({ mail: { host: { ...HOST, password: { $env: 'UNSET' } } } }));
    const options = readOptions(['--settings', file, '--modules', 'vault,acquiring'], {});
    expect(readSettingsFile(options, {})).toHaveProperty('mail.host.user', 'mall');
  });
});
