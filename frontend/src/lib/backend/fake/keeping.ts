import type { Me } from '../types';
import type { Keeping } from '../keeping';
import { FakePlanning } from './planning';

/** What the fake desk keeps of tickets. */
export abstract class FakeKeeping extends FakePlanning implements Keeping {
  abstract override readonly me: Me;

  hold: Keeping['hold'] = (id, on, reason) => {
    const keep = this.tickets.find((t) => t.id === id)?.keep;
    const hold = on ? { by: this.me.name, at: new Date().toISOString(), reason } : null;
    return this.put(id, { keep: { until: '', ends: '', files: '', filesGone: '', ...keep, hold } }, `${on ? 'put this on' : 'took this off'} legal hold: ${reason}`);
  };
  saveCopy: Keeping['saveCopy'] = (id) => Promise.resolve({ name: `request ${id}.zip`, missing: [] });
}
