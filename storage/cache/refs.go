package cache

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/desk/access"
)

// refs runs fn over every piece of reference data but the knowledge base's lanes,
// those of staff lanes last, so that what staff may know wins over what customers
// may.
func (c *Cache) refs(txn *badger.Txn, fn func(kind desk.RefKind, id string, body []byte) error) error {
	var numbers []uint32
	for _, staff := range []bool{false, true} {
		for lane, st := range c.lanes {
			if strings.HasPrefix(string(lane), "s/") == staff && !access.IsHelp(lane) {
				numbers = append(numbers, st.No)
			}
		}
	}
	for _, no := range numbers {
		if err := c.refsOfLane(txn, no, fn); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cache) refsOfLane(txn *badger.Txn, no uint32, fn func(desk.RefKind, string, []byte) error) error {
	it := txn.NewIterator(badger.IteratorOptions{Prefix: refsOf(no)})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		k := it.Item().KeyCopy(nil)
		b, err := valueOf(txn, k, it.Item())
		if err != nil {
			return err
		}
		kind, id, ok := bytes.Cut(k[5:], []byte{0})
		if !ok || len(b) < 4 || binary.BigEndian.Uint32(b) == 0 {
			return mismatch("reference", k)
		}
		if err := fn(desk.RefKind(kind), string(id), b[4:]); err != nil {
			return err
		}
	}
	return nil
}

// places is what Place and Desk share.
type places struct {
	place desk.Place
	desk  desk.Desk
	tags  []string
	uses  []desk.Use
	// outlooks are by department.
	outlooks map[desk.DeptID]desk.Outlook
	busy     map[desk.DeptID]desk.Busy
	// macros are by their ids.
	macros  []desk.Macro
	follows []desk.Follow
	calls   []desk.NotedCall
	views   []desk.SavedView
}

func (c *Cache) readPlaces(txn *badger.Txn) (places, error) {
	p := places{place: desk.Desk{}.Place(), outlooks: map[desk.DeptID]desk.Outlook{}, busy: map[desk.DeptID]desk.Busy{}}
	err := c.refs(txn, func(kind desk.RefKind, id string, body []byte) error {
		var err error
		switch kind {
		case desk.RefDesk:
			p.desk = desk.Desk{}
			err = c.codec.Unmarshal(body, &p.desk)
		case desk.RefPerson:
			var v desk.Person
			err = c.codec.Unmarshal(body, &v)
			p.place.People[v.ID] = v
		case desk.RefOrg:
			var v desk.Organization
			err = c.codec.Unmarshal(body, &v)
			p.place.Orgs[v.ID] = v
		case desk.RefMacro:
			var v desk.Macro
			err = c.codec.Unmarshal(body, &v)
			p.macros = append(p.macros, v)
		case desk.RefOutlook:
			var v desk.Outlook
			err = c.codec.Unmarshal(body, &v)
			p.outlooks[v.Department] = v
		case desk.RefBusy:
			var v desk.Busy
			err = c.codec.Unmarshal(body, &v)
			p.busy[v.Department] = v
		case desk.RefTag:
			p.tags = append(p.tags, id)
		case desk.RefUse:
			var v desk.Use
			err = c.codec.Unmarshal(body, &v)
			p.uses = append(p.uses, v)
		case desk.RefFollow:
			var v desk.Follow
			err = c.codec.Unmarshal(body, &v)
			p.follows = append(p.follows, v)
		case desk.RefCall:
			var v desk.NotedCall
			err = c.codec.Unmarshal(body, &v)
			p.calls = append(p.calls, v)
		case desk.RefView:
			var v desk.SavedView
			err = c.codec.Unmarshal(body, &v)
			p.views = append(p.views, v)
		case desk.RefOwn:
			var v desk.Own
			err = c.codec.Unmarshal(body, &v)
			p.place.Own, p.place.OwnStanding = v.Entitlements, desk.Counts{Person: v.Person, Standing: v.Standing}
		}
		if err != nil {
			return fmt.Errorf("decode reference %s: %w", kind, err)
		}
		return nil
	})
	read := p.place
	p.place = p.desk.Place()
	p.place.People, p.place.Orgs, p.place.Own, p.place.OwnStanding = read.People, read.Orgs, read.Own, read.OwnStanding
	return p, err
}

func (c *Cache) places() (p places, err error) {
	c.mu.RLock()
	c.placeMu.Lock()
	known := c.place
	c.placeMu.Unlock()
	c.mu.RUnlock()
	if known != nil {
		return *known, nil
	}
	err = c.view(func(txn *badger.Txn) error {
		if p, err = c.readPlaces(txn); err != nil {
			return err
		}
		// Within the read, so that no commit can come between.
		c.placeMu.Lock()
		defer c.placeMu.Unlock()
		c.place = &p
		return nil
	})
	return p, err
}

// Place gives the reference data as the rules need it. It is cached until the
// reference data change; the caller must not change the maps.
func (c *Cache) Place() (desk.Place, error) {
	p, err := c.places()
	return p.place, err
}

// Tags gives the tags that are in use, in order; the caller must not change them.
func (c *Cache) Tags() ([]string, error) {
	p, err := c.places()
	return p.tags, err
}

// Macros gives the ready answers, by id; the caller must not change them.
func (c *Cache) Macros() ([]desk.Macro, error) {
	p, err := c.places()
	return p.macros, err
}

// Desk gives name, telephone and departments of the desk.
func (c *Cache) Desk() (desk.Desk, error) {
	p, err := c.places()
	return p.desk, err
}

// Outlooks gives what can be expected of the departments of which that is known;
// the caller must not change it.
func (c *Cache) Outlooks() (map[desk.DeptID]desk.Outlook, error) {
	p, err := c.places()
	return p.outlooks, err
}

// Busy gives which departments say that answers take longer; the caller must not
// change it.
func (c *Cache) Busy() (map[desk.DeptID]desk.Busy, error) {
	p, err := c.places()
	return p.busy, err
}

// Uses gives how much of every entitlement that is known here is used.
func (c *Cache) Uses() ([]desk.Use, error) {
	p, err := c.places()
	return p.uses, err
}

// Calls gives the calls that wait for their tickets; the caller must not change
// it.
func (c *Cache) Calls() ([]desk.NotedCall, error) {
	p, err := c.places()
	return p.calls, err
}

// SavedViews gives the saved views of the person and of their departments; the
// caller must not change it.
func (c *Cache) SavedViews() ([]desk.SavedView, error) {
	p, err := c.places()
	return p.views, err
}

// Follows gives what the person follows, by key; the caller must not change it.
func (c *Cache) Follows() ([]desk.Follow, error) {
	p, err := c.places()
	return p.follows, err
}

// findable are the words somebody is found by.
func findable(who desk.Person) []string {
	has := split(strings.Join(append([]string{who.Name, string(who.ID), who.Email}, who.Emails...), " "))
	for _, n := range append([]string{who.Phone}, who.Phones...) {
		has = append(has, split(n)...)
		has = append(has, digits(n)) // as it is typed without its gaps
	}
	return has
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// People finds people by the beginnings of the words of their name, id, any
// mail address or any telephone number, at most limit, in the order of their names.
func (c *Cache) People(query string, limit int) ([]desk.Person, error) {
	p, err := c.places()
	if err != nil {
		return nil, err
	}
	asked := split(query)
	var out []desk.Person
	for _, who := range p.place.People {
		if begins(findable(who), asked) {
			out = append(out, who)
		}
	}
	slices.SortFunc(out, func(a, b desk.Person) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(limit, len(out))], nil
}
