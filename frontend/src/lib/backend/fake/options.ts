import type { Standing } from '../misuse';
import type { Boot, Connection, Me } from '../types';
import type { Settings } from '../settings';

export type Options = {
  as: 'staff' | 'lead' | 'customer';
  boot: Boot['state'];
  state: Connection['state'];
  /** More tickets by rule. */
  rows: number;
  empty: boolean;
  /** The first sync stands at this share, 0..1; below 0 there is none. */
  filling: number;
  catchup: boolean;
  outbox: boolean;
  theme: Settings['theme'];
  language: Settings['language'];
  /** Requests are about something that is chosen first. */
  topics: boolean;
  /** Milliseconds every answer takes, to see the loading states. */
  slow: number;
  /** What counts against who sits at it. */
  standing: Standing;
};

export const usual: Options = { as: 'staff', boot: 'ready', state: 'live', rows: 120, empty: false, filling: -1, catchup: false, outbox: true, theme: 'system', language: 'system', topics: false, slow: 0, standing: { does: '', until: '', strikes: [], reason: '', appeal: '', appealName: '' } };

/** Who sits at it. */
export const meOf = (as: Options['as']): Me =>
  as === 'lead'
    ? { id: 'marek', name: 'Marek Dvořák', role: 'lead', departments: ['mail', 'care'], orgs: [] }
    : as === 'staff'
    ? { id: 'jonas', name: 'Jonas Reiter', role: 'engineer', departments: ['mail', 'care'], orgs: [] }
    : { id: 'elif', name: 'Elif Aydın', role: 'customer', departments: [], orgs: [{ id: 'papierladen', name: 'Papierladen Nord', access: 'comment', admin: true, archive: true }] };
