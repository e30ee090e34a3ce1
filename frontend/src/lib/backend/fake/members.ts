import type { Member, MemberAccess } from '../members';
import type { Me } from '../types';
import { people } from './people';

export { kept } from './following';

const given = new WeakMap<Me, Map<string, MemberAccess>>();

/** The people of an organization, with what they were given. */
export function members(me: Me, org: string): Member[] {
  const name = me.orgs.find((o) => o.id === org)?.name ?? '';
  return people
    .filter((p) => p.org === name)
    .map((p) => {
      const got = given.get(me)?.get(p.id);
      return { id: p.id, name: p.name, title: p.title, access: got ?? (p.id === me.id ? 'comment' : 'none'), given: got !== undefined, admin: p.id === me.id, me: p.id === me.id };
    });
}

/** Gives somebody access, or takes back what was given. */
export function give(me: Me, who: string, access: MemberAccess | ''): void {
  const all = given.get(me) ?? new Map<string, MemberAccess>();
  if (access) all.set(who, access);
  else all.delete(who);
  given.set(me, all);
}
