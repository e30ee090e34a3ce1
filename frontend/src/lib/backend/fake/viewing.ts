import type { FileLook, Viewing } from '../viewing';
import type { Draft } from '../types';
import { FakeKnowing } from './knowledge';
import { blocks } from './world';

/** What the fake desk shows of files: a text that was given for a hash, and pictures that have an address. */
export abstract class FakeViewing extends FakeKnowing implements Viewing {
  /** By hash: a text, or how a file looks. */
  looks: Record<string, string | Partial<FileLook>> = {};

  /** By the key of their draft. */
  earlier: Record<string, Draft[]> = {};
  abstract saveDraft(d: Draft): Promise<Draft>;
  abstract drafts: () => Promise<Draft[]>;

  earlierDrafts: Viewing['earlierDrafts'] = (key) => Promise.resolve(this.earlier[key] ?? []);
  takeDraft: Viewing['takeDraft'] = async (key, from, at, seen) => {
    const now = (await this.drafts()).find((d) => d.key === key);
    const taken = this.earlier[from]?.find((d) => d.updated === at);
    if (!taken) throw { code: 'not_found', message: 'That version is not kept any more.', hint: '', field: '' };
    this.earlier[key] = [...(now ? [now] : []), ...(this.earlier[key] ?? []).filter((d) => d !== taken)];
    return this.saveDraft({ ...taken, key, basis: now?.basis ?? seen });
  };

  preview: Viewing['preview'] = (text) => Promise.resolve(blocks(text));

  lookFile: Viewing['lookFile'] = (_ticket, hash) => {
    const plain: FileLook = { kind: '', width: 0, height: 0, text: '', charset: '', guessed: false, rest: 0, odd: false };
    const look = this.looks[hash];
    if (look === undefined) return Promise.resolve({ ...plain, kind: 'picture', width: 640, height: 400 });
    return Promise.resolve(typeof look === 'string' ? { ...plain, kind: 'text', text: look } : { ...plain, ...look });
  };
}
