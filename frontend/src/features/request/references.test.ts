import { expect, test } from 'vitest';
import { named } from './references';

test.each([
  ['About INV-2304 and inv-2304.', ['INV-2304']],
  ['www.shop.example does not answer, nor does 192.0.2.7.', ['192.0.2.7', 'www.shop.example']],
  ['Write to me@shop.example, see headers.txt', []],
  ['999.1.1.1 and 1.2.3.4.5 and 3.14 are none, e.g. this', []],
  ['INV- INV-2', []],
])('%s', (text, names) => expect(named(text)).toEqual(names));
