import type { ArticleDraft, Draft, SectionInfo } from '$lib/backend';
import { unique } from '../features/request/request.svelte';

export const emptyArticle = (): ArticleDraft => ({ id: '', edit: 0, section: '', title: '', text: '', language: '', tags: [], readers: '', org: '', files: [], by: '', at: '', sent: false, reason: '' });

export const emptySection = (): SectionInfo => ({ id: '', name: '', for: '', readers: 'customers', org: '', orgName: '', follow: '' });

/** A request that begins where somebody left off: with what they read and what they had looked for. */
export function asking(title: string, words: string): Draft {
  return {
    key: `new/${unique()}`, ticket: '', kind: 'new', subject: title, text: words.trim(), department: '', urgency: 'normal', type: '', claim: { down: '', since: '', impact: '', severity: '' },
    org: '', private: false, ccs: [], refs: [], files: [], basis: 0, updated: '', beside: { asks: [], answers: [], refers: 0, corrects: false },
  };
}
