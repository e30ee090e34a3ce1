import type { FileLook, Viewing } from '../viewing';
import { FakeReporting } from './reports';

/** What the fake desk shows of files: a text that was given for a hash, and pictures that have an address. */
export abstract class FakeViewing extends FakeReporting implements Viewing {
  /** By hash: a text, or how a file looks. */
  looks: Record<string, string | Partial<FileLook>> = {};

  lookFile: Viewing['lookFile'] = (_ticket, hash) => {
    const plain: FileLook = { kind: '', width: 0, height: 0, text: '', charset: '', guessed: false, rest: 0, odd: false };
    const look = this.looks[hash];
    if (look === undefined) return Promise.resolve({ ...plain, kind: 'picture', width: 640, height: 400 });
    return Promise.resolve(typeof look === 'string' ? { ...plain, kind: 'text', text: look } : { ...plain, ...look });
  };
}
