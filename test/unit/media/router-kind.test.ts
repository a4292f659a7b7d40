import { expect, it } from 'vitest';
import { routerKind, type RouterSigns } from '../../../main/media/check/router-kind.ts';

const seen = (host: string, port: number) => ({ family: 4, host, port }) as const;
const home: RouterSigns = {
  localPort: 40_000,
  ownHosts: ['192.168.1.20'],
  mapped: [seen('203.0.113.7', 51_000), seen('203.0.113.7', 51_000)],
  fromOtherHost: null,
  fromOtherPort: false,
};

it.each([
  ['a home router: one port for all, closed to others', home, { mapping: 'same', filtering: 'by-port' }],
  ['an open one', { ...home, fromOtherHost: true, fromOtherPort: true }, { mapping: 'same', filtering: 'open' }],
  ['one that goes by hosts', { ...home, fromOtherHost: false, fromOtherPort: true }, { mapping: 'same', filtering: 'by-host' }],
  ['nobody could answer from elsewhere', { ...home, fromOtherPort: null }, { filtering: 'unknown' }],
  [
    'a symmetric one: another port for each place',
    { ...home, mapped: [seen('203.0.113.7', 51_000), seen('203.0.113.7', 51_001)] },
    { mapping: 'different', places: 2 },
  ],
  [
    'a carrier with several addresses',
    { ...home, mapped: [seen('203.0.113.7', 51_000), seen('203.0.113.8', 51_000)] },
    { mapping: 'different' },
  ],
  ['one place alone', { ...home, mapped: home.mapped.slice(1) }, { mapping: 'unknown', places: 1, address: '203.0.113.7' }],
  ['nobody answered', { ...home, mapped: [], fromOtherPort: null }, { mapping: 'unknown', places: 0, address: null }],
  [
    'no router: one place is enough to see that',
    { ...home, ownHosts: ['203.0.113.7'], localPort: 51_000, mapped: home.mapped.slice(1) },
    { mapping: 'none' },
  ],
  ['our own address, another port', { ...home, ownHosts: ['203.0.113.7'] }, { mapping: 'same' }],
  ['loopback', { ...home, localPort: 7, mapped: [seen('127.0.0.1', 7)] }, { mapping: 'none' }],
] as const)('%s', (_what, signs, kind) => expect(routerKind(signs)).toMatchObject(kind));
