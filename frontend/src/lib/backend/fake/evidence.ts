import type { Fact, Gathering, Hidden, LogView, Shot } from '../evidence';
import type { FileInfo } from '../types';
import { FakeReporting } from './reports';
import { file } from './world';

const screen = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="800" font-family="sans-serif"><rect width="1280" height="800" fill="#dfe3ea"/><rect x="240" y="120" width="800" height="540" rx="8" fill="#fff"/><rect x="240" y="120" width="800" height="44" rx="8" fill="#39424f"/><text x="264" y="149" font-size="18" fill="#fff">Till 3 – Papierladen Nord</text><text x="280" y="230" font-size="26" fill="#1c2430">The card was declined (code 51)</text><text x="280" y="300" font-size="20" fill="#39424f">Customer</text><text x="460" y="300" font-size="20" fill="#1c2430">Henrik Sommer, Hafenstraße 12</text><text x="280" y="350" font-size="20" fill="#39424f">Card</text><text x="460" y="350" font-size="20" fill="#1c2430">4111 1111 1111 1111</text><text x="280" y="400" font-size="20" fill="#39424f">Amount</text><text x="460" y="400" font-size="20" fill="#1c2430">48,90 EUR</text><rect x="280" y="560" width="160" height="52" rx="6" fill="#2f6fde"/><text x="318" y="593" font-size="20" fill="#fff">Try again</text></svg>`;

const line = (text: string, ...parts: LogView['lines'][number]['parts']): LogView['lines'][number] => ({ parts: [{ text, kind: '' as const }, ...parts] });

/** What can be gathered on the computer of the fake desk, and what was kept of it. */
export abstract class FakeGathering extends FakeReporting implements Gathering {
  shot: Shot | null = { id: 'shot', width: 1280, height: 800, src: `data:image/svg+xml,${encodeURIComponent(screen)}` };
  log: LogView | null = {
    name: 'shop.log', cut: true,
    lines: [
      ...Array.from({ length: 6 }, (_, i) => line(`2026-11-19 14:0${i}:12 till 3: order 20${31 + i} printed`)),
      line('2026-11-19 14:06:31 pay: connecting with password=', { text: 'hunter2', kind: 'password' }, { text: ' to gateway', kind: '' }),
      line('2026-11-19 14:06:32 pay: card ', { text: '4111 1111 1111 1111', kind: 'card' }, { text: ' declined, code 51', kind: '' }),
      line('2026-11-19 14:06:32 pay: giving up after 3 attempts'),
    ],
  };
  factsOf: Fact[] = [
    { id: 'system', label: 'System', value: 'Debian GNU/Linux 13 (trixie)', on: true },
    { id: 'program', label: 'Program', value: 'Docket 0.1.0', on: true },
    { id: 'network', label: 'Network', value: '1 connection is up', on: true },
    { id: 'server', label: 'Server', value: 'reached now', on: true },
    { id: 'host', label: 'Name of this computer', value: 'till-3', on: false },
  ];
  /** What was kept: pictures with what was covered in them, and texts. */
  gathered: ({ covers: Hidden[]; instead: string } | { kind: string; text: string })[] = [];
  dragged: string[] = [];
  dragFile: Gathering['dragFile'] = (ticket, hash) => Promise.resolve(void this.dragged.push(`${ticket} ${hash}`));
  #kept = 0;

  #file(name: string, type: string): FileInfo {
    return { ...file(name, 48_000, type), hash: `h-kept-${++this.#kept}` };
  }
  shotScreen: Gathering['shotScreen'] = () => Promise.resolve(this.shot);
  shotFile: Gathering['shotFile'] = () => Promise.resolve(this.shot);
  shotPasted: Gathering['shotPasted'] = () => Promise.resolve(this.shot);
  shotAttached: Gathering['shotAttached'] = () => (this.shot ? Promise.resolve(this.shot) : Promise.reject({ code: 'not_found', message: 'A file of this message is not on this computer any more.', hint: '', field: 'files' }));
  keepShot: Gathering['keepShot'] = (_id, covers, instead) => {
    this.gathered.push({ covers, instead });
    return Promise.resolve(this.#file('Screenshot 2026-11-19 14.08.10.png', 'image/png'));
  };
  dropShot: Gathering['dropShot'] = () => Promise.resolve();
  pickLog: Gathering['pickLog'] = () => Promise.resolve(this.log);
  facts: Gathering['facts'] = () => Promise.resolve(this.factsOf);
  keepText: Gathering['keepText'] = (kind, text) => {
    this.gathered.push({ kind, text });
    return Promise.resolve(this.#file(`${kind}.txt`, 'text/plain'));
  };
}
