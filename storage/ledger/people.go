package ledger

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// directory is everybody and everything there is beside tickets, as of a
// revision. Once it is the ledger's it is never changed.
type directory struct {
	revision int64
	desk     desk.Desk
	people   map[desk.PersonID]desk.Person
	place    desk.Place
	// also are those who go on as somebody.
	also map[desk.PersonID][]desk.PersonID
}

// directory gives the newest, read from the database only when its revision
// moved.
func (tx *Tx) directory() (*directory, error) {
	if tx.dir != nil {
		return tx.dir, nil
	}
	revision := tx.state.directory
	if !tx.write {
		if _, err := tx.one("SELECT directory FROM state WHERE id = 1", nil, &revision); err != nil {
			return nil, fmt.Errorf("read revision: %w", err)
		}
	}
	tx.l.mu.Lock()
	have := tx.l.dir
	tx.l.mu.Unlock()
	if have != nil && have.revision == revision {
		tx.dir = have
		return have, nil
	}
	d, err := tx.readDirectory(revision)
	if err != nil {
		return nil, fmt.Errorf("read directory: %w", err)
	}
	tx.dir = d
	return d, nil
}

func (tx *Tx) readDirectory(revision int64) (*directory, error) {
	d := &directory{revision: revision, people: map[desk.PersonID]desk.Person{}}
	d.place = desk.Place{Departments: map[desk.DeptID]desk.Department{}, People: d.people, Orgs: map[desk.OrgID]desk.Organization{}}
	var body []byte
	if _, err := tx.one("SELECT desk FROM state WHERE id = 1", nil, &body); err != nil {
		return nil, err
	}
	if len(body) > 0 {
		if err := tx.l.codec.Unmarshal(body, &d.desk); err != nil {
			return nil, damaged("desk: " + err.Error())
		}
	}
	d.setPlace()
	err := tx.each("SELECT body, sum FROM people", nil, func(scan func(...any) error) error {
		var p desk.Person
		if err := tx.scanBody(scan, &p, "a person"); err != nil {
			return err
		}
		d.people[p.ID] = p
		return nil
	})
	if err != nil {
		return nil, err
	}
	d.gather()
	return d, tx.each("SELECT body, sum FROM orgs", nil, func(scan func(...any) error) error {
		var o desk.Organization
		if err := tx.scanBody(scan, &o, "an organization"); err != nil {
			return err
		}
		d.place.Orgs[o.ID] = o
		return nil
	})
}

func (tx *Tx) scanBody(scan func(...any) error, v any, what string) error {
	var body []byte
	var sum int64
	if err := scan(&body, &sum); err != nil {
		return err
	}
	return tx.decode(body, sum, v, what)
}

func (d *directory) setPlace() {
	people, orgs := d.place.People, d.place.Orgs
	d.place = d.desk.Place()
	d.place.People, d.place.Orgs = people, orgs
}

// ownDirectory gives a copy that this transaction may change, at the next
// revision.
func (tx *Tx) ownDirectory() (*directory, error) {
	if !tx.write {
		return nil, errReadOnly
	}
	d, err := tx.directory()
	if err != nil || tx.dirMine {
		return d, err
	}
	tx.state.directory++
	tx.dirty = true
	own := *d
	own.revision = tx.state.directory
	own.people = maps.Clone(d.people)
	own.place.People, own.place.Orgs = own.people, maps.Clone(d.place.Orgs)
	tx.dir, tx.dirMine = &own, true
	return tx.dir, nil
}

// Place is what the rules need to know around a ticket. It is shared: the
// caller must not change it.
func (tx *Tx) Place() (desk.Place, error) {
	d, err := tx.directory()
	if err != nil {
		return desk.Place{}, err
	}
	return d.place, nil
}

// Desk is the desk itself.
func (tx *Tx) Desk() (desk.Desk, error) {
	d, err := tx.directory()
	if err != nil {
		return desk.Desk{}, err
	}
	return d.desk, nil
}

// Actor gives a person with everything authorisation asks about them. An
// admin's departments are all there are. Somebody who was merged acts as whom
// they were merged into. Nobody and a disabled person are desk.ErrNotFound.
func (tx *Tx) Actor(id desk.PersonID) (desk.Actor, error) {
	d, err := tx.directory()
	if err != nil {
		return desk.Actor{}, err
	}
	p, ok := d.people[d.goesOnAs(id)]
	if !ok || p.Disabled {
		return desk.Actor{}, noPerson
	}
	a := desk.Actor{Person: p.ID, Name: p.Name, Role: p.Role}
	switch {
	case p.Role == desk.Admin:
		a.Departments = slices.Sorted(maps.Keys(d.place.Departments))
	case p.Role.Staff():
		a.Departments = slices.Clone(p.Departments)
	default:
		a.Memberships = desk.Granted(d.place.Orgs, p.Memberships)
	}
	return a, nil
}

var noPerson = &desk.Error{Code: desk.CodeNotFound, Message: "There is no such person here.", Hint: "Check the name or the address."}

// PersonByLogin finds a person, also a disabled one, by id or any of their
// addresses; letter case does not matter.
func (tx *Tx) PersonByLogin(idOrEmail string) (desk.Person, error) {
	var id desk.PersonID
	ok, err := tx.one("SELECT person FROM logins WHERE login = ?", []any{fold(idOrEmail)}, &id)
	if err != nil {
		return desk.Person{}, fmt.Errorf("look up login: %w", err)
	}
	d, err := tx.directory()
	if err != nil {
		return desk.Person{}, err
	}
	p, known := d.people[id]
	if !ok || !known {
		return desk.Person{}, noPerson
	}
	return p, nil
}

func fold(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// AuthEpoch counts the changes to what the person may see.
func (tx *Tx) AuthEpoch(p desk.PersonID) (uint64, error) {
	var n uint64
	_, err := tx.one("SELECT epoch FROM auth_epochs WHERE person = ?", []any{string(p)}, &n)
	return n, err
}

// RightsRevision grows with every change to what anybody may see or whether a
// device may be here, whichever process made it.
func (tx *Tx) RightsRevision() (uint64, error) {
	if tx.write {
		return uint64(tx.state.rights), nil
	}
	var n uint64
	_, err := tx.one("SELECT rights FROM state WHERE id = 1", nil, &n)
	return n, err
}

func (tx *Tx) rightsMoved() {
	tx.state.rights++
	tx.dirty = true
}

// bumpAuth notes that what the person may see has changed.
func (tx *Tx) bumpAuth(p desk.PersonID) error {
	tx.rightsMoved()
	if _, err := tx.exec(`INSERT INTO auth_epochs (person, epoch) VALUES (?, 1)
		ON CONFLICT (person) DO UPDATE SET epoch = auth_epochs.epoch + 1`, string(p)); err != nil {
		return fmt.Errorf("move authorisation epoch: %w", err)
	}
	return nil
}

// PutDesk declares the desk: its name and departments. Admins' rights follow
// the departments there are.
func (tx *Tx) PutDesk(d desk.Desk) ([]desk.Cursor, error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return nil, err
	}
	body, err := tx.encode(d)
	if err != nil {
		return nil, fmt.Errorf("encode desk: %w", err)
	}
	public, err := tx.encode(access.PublicDesk(d))
	if err != nil {
		return nil, fmt.Errorf("encode desk: %w", err)
	}
	if _, err := tx.exec("UPDATE state SET desk = ? WHERE id = 1", body); err != nil {
		return nil, fmt.Errorf("write desk: %w", err)
	}
	if err := tx.shorter(dir.place.Departments, d.Departments); err != nil {
		return nil, err
	}
	before := slices.Sorted(maps.Keys(dir.place.Departments))
	dir.desk = d
	dir.setPlace()
	if !slices.Equal(before, slices.Sorted(maps.Keys(dir.place.Departments))) {
		for _, id := range slices.Sorted(maps.Keys(dir.people)) {
			if dir.people[id].Role == desk.Admin {
				if err := tx.bumpAuth(id); err != nil {
					return nil, err
				}
			}
		}
	}
	moved, err := tx.tellRefs([]refChange{
		{lane: "c/dir", kind: desk.RefDesk, id: "desk", body: public},
		{lane: "s/dir", kind: desk.RefDesk, id: "desk", body: body},
	})
	if err != nil {
		return nil, err
	}
	return moved, tx.retell(dir)
}

// PutPerson declares a person. Their authorisation epoch moves when what they
// may see does. An address that is another person's is desk.ErrConflict.
func (tx *Tx) PutPerson(p desk.Person) ([]desk.Cursor, error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return nil, err
	}
	old, existed := dir.people[p.ID]
	p.Standing = old.Standing // it is decided, and never declared
	return tx.putPerson(dir, old, p, existed)
}

// putStanding keeps what counts against a person. It changes nothing of what
// they may see.
func (tx *Tx) putStanding(c desk.Counts) error {
	dir, err := tx.ownDirectory()
	if err != nil {
		return err
	}
	old, existed := dir.people[c.Person]
	if !existed {
		return noPerson
	}
	p := old
	p.Standing = c.Standing
	_, err = tx.putPerson(dir, old, p, true)
	return err
}

func (tx *Tx) putPerson(dir *directory, old, p desk.Person, existed bool) ([]desk.Cursor, error) {
	body, err := tx.encode(p)
	if err != nil {
		return nil, fmt.Errorf("encode person: %w", err)
	}
	if _, err := tx.exec(`INSERT INTO people (id, body, sum) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, sum = excluded.sum`, string(p.ID), body, crc(body)); err != nil {
		return nil, fmt.Errorf("write person: %w", err)
	}
	if err := tx.putLogins(p); err != nil {
		return nil, err
	}
	dir.people[p.ID] = p
	if p.Into != old.Into {
		dir.gather()
	}
	moved := !existed || rightsOf(old, dir.place.Orgs) != rightsOf(p, dir.place.Orgs)
	if moved {
		if err := tx.bumpAuth(p.ID); err != nil {
			return nil, err
		}
	}
	if existed && old.Role.Staff() != p.Role.Staff() {
		if err := tx.turned(p.ID, p.Role.Staff()); err != nil {
			return nil, err
		}
	}
	if existed && moved {
		if err := tx.reviewFollows(old, p); err != nil {
			return nil, err
		}
		if err := tx.moveViews(old, p); err != nil {
			return nil, err
		}
		if err := tx.reviewArticles(p.ID); err != nil {
			return nil, err
		}
		if err := tx.retellLater(p.ID); err != nil {
			return nil, err
		}
	}
	if moved {
		if err := tx.reviewCalls(old, p); err != nil {
			return nil, err
		}
	}
	return tx.tellPerson(&old, &p, body)
}

// RemovePerson takes a person out who never should have been there. Their
// words stay; what signs them in goes.
func (tx *Tx) RemovePerson(id desk.PersonID) ([]desk.Cursor, error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return nil, err
	}
	old, ok := dir.people[id]
	if !ok {
		return nil, noPerson
	}
	if err := dir.apart(id); err != nil {
		return nil, err
	}
	all, err := tx.followsIn(ownLane(old))
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		f.Level, f.Ended = desk.FollowUsual, time.Time{}
		if err := tx.putFollow(ownLane(old), f); err != nil {
			return nil, err
		}
	}
	for _, d := range []string{
		"DELETE FROM logins WHERE person = ?", "DELETE FROM credentials WHERE person = ?",
		"DELETE FROM invitations WHERE person = ?", "UPDATE devices SET revoked = 1 WHERE person = ?", "DELETE FROM people WHERE id = ?",
	} {
		if _, err := tx.exec(d, string(id)); err != nil {
			return nil, fmt.Errorf("remove person: %w", err)
		}
	}
	delete(dir.people, id)
	if err := tx.bumpAuth(id); err != nil {
		return nil, err
	}
	return tx.tellPerson(&old, nil, nil)
}

// rightsOf is everything about a person that decides what they may see.
func rightsOf(p desk.Person, orgs map[desk.OrgID]desk.Organization) string {
	departments := slices.Clone(p.Departments)
	slices.Sort(departments)
	members := desk.Granted(orgs, p.Memberships)
	sort.Slice(members, func(i, j int) bool { return members[i].Org < members[j].Org })
	return fmt.Sprint(p.Role, p.Out(), departments, members)
}

// PutOrg declares an organization.
func (tx *Tx) PutOrg(o desk.Organization) ([]desk.Cursor, error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return nil, err
	}
	body, err := tx.encode(o)
	if err != nil {
		return nil, fmt.Errorf("encode organization: %w", err)
	}
	if _, err := tx.exec(`INSERT INTO orgs (id, body, sum) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, sum = excluded.sum`, string(o.ID), body, crc(body)); err != nil {
		return nil, fmt.Errorf("write organization: %w", err)
	}
	was := dir.place.Orgs[o.ID]
	dir.place.Orgs[o.ID] = o
	if err := tx.reshared(dir, was, o); err != nil {
		return nil, err
	}
	return tx.tellRefs([]refChange{
		{lane: orgLane(o.ID), kind: desk.RefOrg, id: string(o.ID), body: body},
		{lane: "s/dir", kind: desk.RefOrg, id: string(o.ID), body: body},
	})
}

// RemoveOrg takes an organization out. Tickets keep its name.
func (tx *Tx) RemoveOrg(id desk.OrgID) ([]desk.Cursor, error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return nil, err
	}
	if _, err := tx.exec("DELETE FROM orgs WHERE id = ?", string(id)); err != nil {
		return nil, fmt.Errorf("remove organization: %w", err)
	}
	was := dir.place.Orgs[id]
	delete(dir.place.Orgs, id)
	if err := tx.reshared(dir, was, desk.Organization{ID: id}); err != nil {
		return nil, err
	}
	return tx.tellRefs([]refChange{
		{lane: orgLane(id), kind: desk.RefOrg, id: string(id)}, {lane: "s/dir", kind: desk.RefOrg, id: string(id)},
	})
}

func orgLane(id desk.OrgID) desk.LaneID { return "c/dir/" + desk.LaneID(id) }

// refChange is a reference as a lane shall have it; no body means gone.
type refChange struct {
	lane desk.LaneID
	kind desk.RefKind
	id   string
	body []byte
}

// tellPerson puts a person where they may be known: staff in full to staff,
// staff by name to every customer, colleagues by name to their organization.
// after is nil when the person is gone.
func (tx *Tx) tellPerson(before, after *desk.Person, body []byte) ([]desk.Cursor, error) {
	lanes := map[desk.LaneID][]byte{"s/dir": body}
	for _, lane := range publicLanes(before) {
		lanes[lane] = nil
	}
	id := before.ID
	if after != nil {
		id = after.ID
		dir, err := tx.directory()
		if err != nil {
			return nil, err
		}
		if shown, ok := access.PublicPerson(*after, dir.place.Departments); ok {
			public, err := tx.encode(shown)
			if err != nil {
				return nil, fmt.Errorf("encode public person: %w", err)
			}
			for _, lane := range publicLanes(after) {
				lanes[lane] = public
			}
		}
	}
	own, err := tx.ownOf(before, after)
	if err != nil {
		return nil, err
	}
	var refs []refChange
	for _, lane := range slices.Sorted(maps.Keys(lanes)) {
		refs = append(refs, refChange{lane: lane, kind: desk.RefPerson, id: string(id), body: lanes[lane]})
	}
	return tx.tellRefs(append(refs, own...))
}

// publicLanes are the customers' lanes that name a person. A disabled person
// is offered to nobody.
func publicLanes(p *desk.Person) []desk.LaneID {
	switch {
	case p.ID == "" || p.Out():
		return nil
	case p.Role.Staff():
		return []desk.LaneID{"c/dir"}
	}
	var out []desk.LaneID
	for _, m := range p.Memberships {
		if m.Org != "" {
			out = append(out, orgLane(m.Org))
		}
	}
	return out
}

// tellRefs writes references, sorted by lane, and tells the lanes of those that
// are not what they were.
func (tx *Tx) tellRefs(refs []refChange) ([]desk.Cursor, error) {
	var moved []desk.LaneID
	var changed []refChange
	for _, r := range refs {
		var old []byte
		had, err := tx.one("SELECT body FROM lane_refs WHERE lane = ? AND kind = ? AND id = ?", []any{string(r.lane), string(r.kind), r.id}, &old)
		if err != nil {
			return nil, fmt.Errorf("read reference: %w", err)
		}
		if had == (r.body != nil) && bytes.Equal(old, r.body) {
			continue
		}
		changed, moved = append(changed, r), append(moved, r.lane)
	}
	if err := tx.takeLanes(moved); err != nil {
		return nil, err
	}
	for _, r := range changed {
		row := laneRow{Kind: desk.ItemRef, RefKind: r.kind, RefID: r.id}
		var err error
		if r.body == nil {
			row.Kind = desk.ItemUnref
			_, err = tx.exec("DELETE FROM lane_refs WHERE lane = ? AND kind = ? AND id = ?", string(r.lane), string(r.kind), r.id)
		} else {
			row.Content = digest(r.body)
			_, err = tx.exec(`INSERT INTO lane_refs (lane, kind, id, body, sum) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (lane, kind, id) DO UPDATE SET body = excluded.body, sum = excluded.sum`,
				string(r.lane), string(r.kind), r.id, r.body, crc(r.body))
		}
		if err != nil {
			return nil, fmt.Errorf("write reference: %w", err)
		}
		tx.tell(r.lane, row)
	}
	return tx.cursors(moved), nil
}

// Credential gives the person's password hash, or desk.ErrNotFound.
func (tx *Tx) Credential(p desk.PersonID) (phc string, err error) {
	ok, err := tx.one("SELECT phc FROM credentials WHERE person = ?", []any{string(p)}, &phc)
	if err == nil && !ok {
		err = &desk.Error{Code: desk.CodeNotFound, Message: "This person has no password yet.", Hint: "Use the invitation."}
	}
	return phc, err
}

// SetCredential replaces the person's password hash.
func (tx *Tx) SetCredential(p desk.PersonID, phc string) error {
	if _, err := tx.exec("INSERT INTO credentials (person, phc) VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET phc = excluded.phc",
		string(p), phc); err != nil {
		return fmt.Errorf("write credential: %w", err)
	}
	return nil
}

// PutInvitation lets whoever has the code with this hash set the person's
// password, once. It replaces what invitations the person had.
func (tx *Tx) PutInvitation(hash []byte, p desk.PersonID, expires time.Time) error {
	if _, err := tx.exec("DELETE FROM invitations WHERE person = ?", string(p)); err != nil {
		return fmt.Errorf("clear invitations: %w", err)
	}
	if _, err := tx.exec("INSERT INTO invitations (hash, person, expires, used) VALUES (?, ?, ?, 0)", hash, string(p), millis(expires)); err != nil {
		return fmt.Errorf("write invitation: %w", err)
	}
	return nil
}

// UseInvitation spends a code. One that is unknown, spent or expired is
// desk.ErrNotFound, all three with one answer.
func (tx *Tx) UseInvitation(hash []byte, now time.Time) (p desk.PersonID, err error) {
	ok, err := tx.one("UPDATE invitations SET used = 1 WHERE hash = ? AND used = 0 AND expires > ? RETURNING person",
		[]any{hash, millis(now)}, &p)
	if err != nil {
		return "", fmt.Errorf("use invitation: %w", err)
	}
	if !ok {
		return "", &desk.Error{
			Code: desk.CodeNotFound, Message: "This code is not valid: it was used before, or it is too old.",
			Hint: "Ask the desk for a new one.",
		}
	}
	tx.s.count.rowsWritten.Add(1)
	return p, nil
}
