package ledger

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
)

// Merged is what passed between two people, counted.
type Merged struct{ Tickets, Follows, Organizations int }

// MergePerson has one person go on as another: what they asked for, are in copy
// of, follow and may read becomes the other's, and who signs in with an address
// of theirs is the other. Their devices, read positions and password stay where
// they are, so that nothing has to be made anew when it is taken back.
func (tx *Tx) MergePerson(from, into desk.PersonID) (m Merged, err error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return m, err
	}
	if err := flow.MayMerge(dir.place, from, into); err != nil {
		return m, err
	}
	f, i := dir.people[from], dir.people[into]
	was := f
	f.Into = into
	i.Memberships = slices.Clone(i.Memberships)
	for _, x := range f.Memberships {
		if !slices.ContainsFunc(i.Memberships, func(y desk.Membership) bool { return y.Org == x.Org }) {
			x.Via = from
			i.Memberships = append(i.Memberships, x)
			m.Organizations++
		}
	}
	follows, err := tx.followsIn(ownLane(was))
	if err != nil {
		return m, err
	}
	if err := tx.putBoth(f, i); err != nil {
		return m, err
	}
	err = tx.handAll(ownLane(was), func(t *desk.Ticket) (desk.Change, bool) { return flow.HandOver(t, dir.place, from, into, tx.at) }, &m)
	if err != nil {
		return m, err
	}
	m.Follows, err = tx.handFollows(follows, from, i)
	return m, err
}

// UnmergePerson takes back what MergePerson did. What the other wrote, opened
// and followed since stays theirs.
func (tx *Tx) UnmergePerson(from desk.PersonID) (m Merged, err error) {
	dir, err := tx.ownDirectory()
	if err != nil {
		return m, err
	}
	f, known := dir.people[from]
	if !known || f.Into == "" {
		return m, &desk.Error{
			Code: desk.CodeNotFound, Message: fmt.Sprintf("Nobody called %q was merged into anybody.", from),
			Hint: "Give the id of the person who was merged, as docketd person merge did.",
		}
	}
	i := dir.people[f.Into]
	f.Into = ""
	dir.people[from] = f // from here on they see and sign in for themselves
	dir.gather()
	n := len(i.Memberships)
	i.Memberships = slices.DeleteFunc(slices.Clone(i.Memberships), func(x desk.Membership) bool { return x.Via == from })
	m.Organizations = n - len(i.Memberships)
	if m.Follows, err = tx.takeFollows(from, i); err != nil {
		return m, err
	}
	err = tx.handAll(ownLane(i), func(t *desk.Ticket) (desk.Change, bool) { return flow.HandBack(t, dir.place, from, tx.at) }, &m)
	if err != nil {
		return m, err
	}
	// The one who gives addresses up first.
	if err := tx.putBoth(i, f); err != nil {
		return m, err
	}
	if err := tx.reviewFollows(f, f); err != nil {
		return m, err
	}
	return m, tx.reviewArticles(f.ID)
}

func (tx *Tx) putBoth(first, second desk.Person) error {
	for _, p := range []desk.Person{first, second} {
		if _, err := tx.PutPerson(p); err != nil {
			return err
		}
		if err := tx.bumpAuth(p.ID); err != nil {
			return err
		}
	}
	return nil
}

// handAll applies a change to each ticket of a lane that it is about.
func (tx *Tx) handAll(lane desk.LaneID, hand func(*desk.Ticket) (desk.Change, bool), m *Merged) error {
	ids, err := tx.ticketsIn(lane)
	if err != nil {
		return err
	}
	for _, id := range ids {
		t, err := tx.Ticket(id)
		if err != nil {
			return fmt.Errorf("read ticket %s: %w", id, err)
		}
		ch, is := hand(t)
		if !is {
			continue
		}
		if _, _, err := tx.Apply(ch, desk.System); err != nil {
			return fmt.Errorf("hand over %s: %w", id, err)
		}
		m.Tickets++
		if err := tx.handMark(t, ch.Ticket); err != nil {
			return err
		}
	}
	return nil
}

// handMark has who got a ticket have read what the other had read of it. Theirs
// stays, for when it is given back.
func (tx *Tx) handMark(was *desk.Ticket, is desk.Ticket) error {
	if len(is.Handed) <= len(was.Handed) {
		return nil
	}
	h := is.Handed[len(is.Handed)-1]
	seq, err := tx.ReadUpTo(h.From, is.ID)
	if err != nil || seq == 0 {
		return err
	}
	_, err = tx.markRead(h.Into, is.ID, seq)
	return err
}

func (tx *Tx) ticketsIn(lane desk.LaneID) (ids []desk.TicketID, err error) {
	err = tx.each("SELECT ticket FROM lane_tickets WHERE lane = ? ORDER BY ticket", []any{string(lane)}, func(scan func(...any) error) error {
		var id desk.TicketID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// handFollows has into follow what from followed, where they say nothing of it
// themselves.
func (tx *Tx) handFollows(all []desk.Follow, from desk.PersonID, into desk.Person) (n int, err error) {
	theirs, err := tx.followsIn(ownLane(into))
	if err != nil {
		return 0, err
	}
	for _, f := range all {
		if !f.Ended.IsZero() || slices.ContainsFunc(theirs, func(x desk.Follow) bool { return x.Key() == f.Key() }) {
			continue
		}
		f.Via = from
		if err := tx.putFollow(ownLane(into), f); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (tx *Tx) takeFollows(from desk.PersonID, into desk.Person) (n int, err error) {
	all, err := tx.followsIn(ownLane(into))
	for _, f := range all {
		if err == nil && f.Via == from {
			n++
			f.Level, f.Ended = desk.FollowUsual, time.Time{}
			err = tx.putFollow(ownLane(into), f)
		}
	}
	return n, err
}

// goesOnAs gives whom a device of p acts as; "" for nobody, as when the other
// came to work for the desk since.
func (d *directory) goesOnAs(p desk.PersonID) desk.PersonID {
	into := d.people[p].Into
	if into == "" {
		return p
	}
	if d.people[into].Role != desk.Customer {
		return ""
	}
	return into
}

// gather finds who goes on as whom.
func (d *directory) gather() {
	d.also = map[desk.PersonID][]desk.PersonID{}
	for id, x := range d.people {
		if x.Into != "" {
			d.also[x.Into] = append(d.also[x.Into], id)
		}
	}
	for _, all := range d.also {
		slices.Sort(all)
	}
}

// alsoOf gives p and everybody who goes on as them.
func (tx *Tx) alsoOf(p desk.PersonID) ([]desk.PersonID, error) {
	d, err := tx.directory()
	if err != nil {
		return nil, err
	}
	return append([]desk.PersonID{p}, d.also[p]...), nil
}

var errStillMerged = &desk.Error{
	Code: desk.CodeConflict, Message: "This person was merged with another.", Hint: "Take that back first, with docketd person unmerge.",
}

// apart refuses to take out somebody who was merged.
func (d *directory) apart(id desk.PersonID) error {
	if len(d.also[id]) > 0 || d.people[id].Into != "" {
		return errStillMerged
	}
	return nil
}

// loginsOf are what p signs in by: also what those do who go on as them, who
// have none themselves.
func (tx *Tx) loginsOf(p desk.Person) (map[string]bool, error) {
	want := map[string]bool{}
	if p.Into != "" {
		return want, nil
	}
	d, err := tx.directory()
	if err != nil {
		return nil, err
	}
	all := []desk.Person{p}
	for _, id := range d.also[p.ID] {
		all = append(all, d.people[id])
	}
	for _, x := range all {
		for _, login := range append([]string{string(x.ID), x.Email}, x.Emails...) {
			if login = fold(login); login != "" {
				want[login] = true
			}
		}
	}
	return want, nil
}

func (tx *Tx) putLogins(p desk.Person) error {
	want, err := tx.loginsOf(p)
	if err != nil {
		return err
	}
	if _, err := tx.exec("DELETE FROM logins WHERE person = ?", string(p.ID)); err != nil {
		return fmt.Errorf("clear logins: %w", err)
	}
	for _, login := range slices.Sorted(maps.Keys(want)) {
		n, err := tx.exec("INSERT INTO logins (login, person) VALUES (?, ?) ON CONFLICT (login) DO NOTHING", login, string(p.ID))
		if err != nil {
			return fmt.Errorf("write login: %w", err)
		}
		if n == 0 {
			return &desk.Error{
				Code: desk.CodeConflict, Field: "email", Message: fmt.Sprintf("The address %s belongs to somebody else already.", login),
				Hint: "Give each person addresses of their own.",
			}
		}
	}
	return nil
}
