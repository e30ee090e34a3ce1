package visibility_test

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dgraph-io/badger/v4"

	"docket/app/desk"
	"docket/app/notify"
	"docket/build/prove/town"
	"docket/storage/cache"
	"docket/storage/ledger"
	"docket/sync/wire"
)

func indexOf(b, k []byte) bool { return bytes.Contains(b, k) }

// quiet waits until everybody has everything there is for them and compares
// what they have with what the model says.
func (m *machine) quiet() {
	var probes []*town.Probe
	var clients []*town.Client
	for _, p := range m.probes {
		if p.online {
			probes = append(probes, p.Probe)
		}
	}
	for _, c := range m.clients {
		if c.online {
			clients = append(clients, c.Client)
		}
	}
	if !m.w.Quiet(probes, clients) {
		m.fail("not everybody has what is there for them")
		return
	}
	m.hearAll()
	for p := range m.before {
		m.arrived(p)
	}
	m.compareServer()
	for _, p := range m.probes {
		if p.online {
			m.compareProbe(p)
		}
		for _, x := range p.Presence() {
			at, once := m.ever[p.Person][seenScope(x.Ticket)]
			was, before := m.sides[p.Person][seenScope(x.Ticket)] // while they were staff
			now := m.m.People[p.Person].Role.Staff() && once && at.step >= m.checked
			if !now && (!before || was.step < m.checked) {
				m.fail("%s is told who looks at %s", p.Person, x.Ticket)
			}
			m.figures["presence"]++
		}
	}
	for _, c := range m.clients {
		if c.online {
			m.compareClient(c)
		}
	}
	for p := range m.m.People { // what they see now they saw in this step
		m.saw(p)
	}
	m.checked = m.step
	clear(m.sides)
	m.figures["comparisons"] += len(probes) + len(clients)
}

// compareServer holds the model's tickets against the ledger's.
func (m *machine) compareServer() {
	m.w.View(func(tx *ledger.Tx) error {
		for _, id := range m.all {
			t, err := tx.Ticket(id)
			if err != nil {
				return err
			}
			x := m.m.Tickets[id]
			same := t.Requester == x.Requester && t.Assignee == x.Assignee && t.Org == x.Org && t.Department == x.Department &&
				t.Status == x.Status && t.Private == x.Private && slices.Equal(t.CCs, x.CCs) && slices.Equal(t.Followers, x.Followers)
			if !same {
				m.fail("the server has %+v and the model %+v", t, x)
			}
		}
		return nil
	})
}

// allowed is every word a person may have now.
func (m *machine) allowed(p desk.PersonID) (words map[string]bool, tickets map[desk.TicketID]bool) {
	words, tickets = map[string]bool{}, map[desk.TicketID]bool{}
	for _, id := range m.all {
		t := m.m.Tickets[id]
		if !m.m.Sees(p, t) {
			continue
		}
		tickets[id] = true
		if !m.m.Reads(p, t, 0) {
			m.figures["came_later"]++
		}
		for _, w := range m.m.Words(p, t) {
			words[w] = true
		}
	}
	for _, s := range m.m.Strikes {
		if m.m.KnowsStrike(p, s) {
			words[s.Reason] = true
		}
	}
	for _, n := range m.m.Noted {
		if m.m.KnowsCall(p, n) {
			for _, w := range slices.Concat(n.Public, n.Internal) {
				words[w] = true
			}
		}
	}
	for x, who := range m.m.People {
		full, title := m.m.Knows(p, x)
		if full {
			words[who.Phone] = true
		}
		if title {
			words[who.Title] = true
		}
	}
	for _, o := range m.w.Desk.Orgs {
		if m.m.KnowsOrg(p, o.ID) {
			words[o.Holds[0].Label] = true
		}
	}
	return words, tickets
}

func minus(a, b map[string]bool) map[string]bool {
	out := maps.Clone(a)
	maps.DeleteFunc(out, func(s string, _ bool) bool { return b[s] })
	return out
}

// same says what somebody has too much or too little.
func (m *machine) same(who string, want, have map[string]bool, wantTickets, haveTickets map[desk.TicketID]bool) {
	more := minus(m.whole(have), want)
	maps.DeleteFunc(more, func(s string, _ bool) bool { return m.words[s].again && wantTickets[m.words[s].ticket] })
	if len(more) > 0 {
		m.fail("%s still has what is not theirs: %s", who, m.tell(more))
	}
	if x := minus(want, have); len(x) > 0 {
		m.fail("%s lacks what they may read: %s", who, m.tell(x))
	}
	if !maps.Equal(wantTickets, haveTickets) {
		m.fail("%s has the tickets %v and may see %v", who, slices.Sorted(maps.Keys(haveTickets)), slices.Sorted(maps.Keys(wantTickets)))
	}
	m.figures["words_compared"] += len(want)
}

func (m *machine) compareProbe(p *probe) {
	want, tickets := m.allowed(p.Person)
	var have map[string]bool
	has := map[desk.TicketID]bool{}
	p.Look(func(s *town.Shelf, _ desk.Actor) {
		have = find(s.Text())
		for id := range s.Tickets {
			has[id] = true
		}
	})
	m.same(p.String(), want, have, tickets, has)
	if !m.m.People[p.Person].Role.Staff() {
		p.Look(func(s *town.Shelf, _ desk.Actor) {
			for id, t := range s.Tickets {
				m.form(p, id, t.Head)
			}
		})
	}
}

// form holds a customer's head against itself: it names whom it speaks of and
// nobody else, and says what is due when it says by when.
func (m *machine) form(p *probe, id desk.TicketID, head []byte) {
	var t desk.CustomerTicket
	if err := wire.Unmarshal(head, &t); err != nil {
		m.fail("%s cannot read the head of %s: %v", p.Person, id, err)
		return
	}
	met := map[desk.PersonID]bool{t.Requester: true, t.Assignee: true, t.LastBy: true}
	for _, c := range slices.Concat(t.CCs, t.Helpers) {
		met[c] = true
	}
	for _, s := range t.Steps {
		met[s.By] = true
		if s.Kind == "assigned" {
			met[desk.PersonID(s.To)] = true
		}
	}
	for _, x := range t.Seen {
		met[x.Person] = true
	}
	for _, a := range t.Asks {
		met[a.AnsweredBy] = true
	}
	for _, x := range t.Pledges {
		met[x.By] = true
	}
	for _, j := range t.Joined {
		met[j.Person] = true
	}
	met[t.Page.AckBy], met[t.Escalation.By], met[t.Escalation.Told.AckBy] = true, true, true
	met[t.Grant.By] = true
	if (t.Page != desk.CustomerSummons{}) && t.Urgency != desk.UrgencyEmergency {
		m.fail("%s is told of a page in %s that is the team's own: %+v", p.Person, id, t.Page)
	}
	met[t.Live.With], met[t.Live.By] = true, true
	met[t.Approval.By], met[t.Work.By] = true, true
	met[t.Workaround.By], met[t.Workaround.JudgedBy] = true, true
	delete(met, "")
	for _, n := range t.People {
		if !met[n.ID] {
			m.fail("%s is told of %s, who has no part in %s", p.Person, n.ID, id)
		}
		delete(met, n.ID)
	}
	for who := range met {
		m.fail("%s is not told who %s in %s is", p.Person, who, id)
	}
	if t.Due.IsZero() != (t.DueKind == "") {
		m.fail("%s: due is %v and what is due %q in %s", p.Person, t.Due, t.DueKind, id)
	}
	m.figures["forms"]++
}

// compareClient reads everything the program could show.
func (m *machine) compareClient(c *client) {
	want, tickets := m.allowed(c.Person)
	var b bytes.Buffer
	has := map[desk.TicketID]bool{}
	show := func(v any, err error) {
		if err != nil {
			m.fail("%s cannot read: %v", c, err)
		}
		writeAll(&b, v)
	}
	for id := range m.ids() {
		t, _, err := c.Cache.Ticket(id)
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		has[id] = true
		show(t, err)
		entries, err := c.Cache.EntriesAfter(id, 0)
		show(entries, err)
	}
	calls, err := c.Cache.Calls()
	show(calls, err)
	place, err := c.Cache.Place()
	show(place, err)
	m.same(c.String(), want, find(b.Bytes()), tickets, has)
	for _, d := range m.w.Desk.Desk.Departments {
		promises := slices.DeleteFunc(slices.Clone(d.Promises), func(p desk.Promise) bool {
			return p.Priority != "" && !m.m.People[c.Person].Role.Staff()
		})
		if got := place.Departments[d.ID].Promises; !slices.Equal(got, promises) {
			m.fail("%s reads that %s promises %v, and it is %v", c, d.ID, got, promises)
		}
	}
	rota := m.m.Departments["hosting"].Rota
	if !m.m.People[c.Person].Role.Staff() {
		named := desk.Duty{Person: "e4"}
		if m.m.Departments["hosting"].Policy.Mask != "" {
			named.Person = ""
		}
		rota = desk.Rota{
			Zone:       rota.Zone,
			OnCall:     []desk.Level{{Name: "On call", Phone: "+1", Duty: []desk.Duty{{}}}},
			Escalation: []desk.Level{{Name: "Duty manager", Phone: "+3", Named: true, Duty: []desk.Duty{named}}},
		}
	}
	if got := place.Departments["hosting"].Rota; !reflect.DeepEqual(got, rota) {
		m.fail("%s reads that on duty is %+v, and it is %+v", c, got, rota)
	}
	if !m.m.People[c.Person].Role.Staff() {
		for id, p := range place.People {
			who := m.m.People[id]
			if p.Role.Staff() != who.Role.Staff() || len(p.Departments) > 0 && !who.Role.Staff() || who.Role.Staff() && len(p.Departments) != len(who.Departments) {
				m.fail("%s reads that %s is %s of %v, and it is %s of %v", c, id, p.Role, p.Departments, who.Role, who.Departments)
			}
		}
	}
	gone := m.lost(want)
	for _, w := range gone[:min(len(gone), 5)] {
		rows, err := c.Cache.Find(w, 5)
		if err != nil || len(rows) > 0 {
			m.fail("%s finds %d tickets by a word that is not theirs (%v)", c, len(rows), err)
		}
	}
}

// ids are those of all tickets there ever were.
func (m *machine) ids() map[desk.TicketID]bool {
	out := map[desk.TicketID]bool{}
	for _, a := range m.cmds {
		out[a.ticket] = true
	}
	return out
}

// lost are all words but those, newest first.
func (m *machine) lost(but map[string]bool) []string {
	var out []*word
	for s, w := range m.words {
		if !but[s] {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b *word) int { return int(b.seq) - int(a.seq) })
	var texts []string
	for _, w := range out {
		texts = append(texts, w.text)
	}
	return texts
}

// retire closes a client and looks into its files: with the key for what it
// may not have any more, without it for anything.
func (m *machine) retire(c *client) {
	current := c.online
	m.hear(c.Person, &c.Ear)
	// As the program does at once when something was purged: until then its words
	// lie in the index, where no answer has them.
	if err := c.Cache.Index(m.t.Context()); err != nil {
		m.t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		m.t.Fatal(err)
	}
	store := filepath.Join(c.Dir, "cache", "store")
	db, err := badger.Open(badger.DefaultOptions(store).WithEncryptionKey(town.CacheKey[:]).WithIndexCacheSize(8 << 20).
		WithExternalMagic(cache.Format).WithLogger(nil).WithMemTableSize(8 << 20).WithValueThreshold(1 << 20).WithValueLogFileSize(16 << 20))
	if err != nil {
		m.t.Fatal(err)
	}
	var all bytes.Buffer
	err = db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.DefaultIteratorOptions)
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			all.Write(it.Item().Key())
			all.WriteByte('\n')
			if err := it.Item().Value(func(v []byte) error {
				_, err := all.Write(v)
				return err
			}); err != nil {
				return err
			}
			all.WriteByte('\n')
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		m.t.Fatal(err)
	}
	m.figures["bytes_searched"] += all.Len()
	have := find(all.Bytes())
	if bad := m.leaks(c.Person, all.Bytes(), c.past); len(bad) > 0 {
		m.fail("the files of %s hold what never was theirs: %s", c, m.tell(bad))
	}
	if want, tickets := m.allowed(c.Person); current {
		more := minus(have, want)
		maps.DeleteFunc(more, func(s string, _ bool) bool { w := m.words[s]; return w != nil && w.again && tickets[w.ticket] })
		if len(more) > 0 {
			m.fail("the files of %s hold what is not theirs any more: %s", c, m.tell(more))
		}
		if x := minus(want, have); len(x) > 0 {
			m.fail("the files of %s lack %s", c, m.tell(x))
		}
	}
	m.searchFiles(c)
	m.figures["caches_opened"]++
}

// searchFiles reads the files as a thief without the key.
func (m *machine) searchFiles(c *client) {
	err := filepath.WalkDir(c.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m.figures["bytes_searched"] += len(b)
		if x := find(b); len(x) > 0 {
			m.fail("%s can be read without a key: %s", filepath.Base(path), some(x, 3))
		}
		return nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
}

// end is the last comparison of a run.
func (m *machine) end() {
	if m.failed { // what follows would only repeat it
		for _, p := range m.probes {
			p.Hang()
		}
		for _, c := range m.clients {
			if err := c.Close(); err != nil {
				m.t.Error(err)
			}
		}
		return
	}
	for _, p := range m.probes {
		if !p.online && m.may(p.Person, p.Device) {
			m.connect(p)
		}
	}
	for _, c := range m.clients {
		if !c.online && m.may(c.Person, c.Device) {
			m.resume(c)
		}
	}
	m.quiet()
	for _, p := range m.probes {
		p.Hang()
	}
	for _, c := range m.clients {
		m.retire(c)
		m.toasts(c)
	}
	for name, b := range map[string][]byte{"the server": m.log.text(), "a client": m.kept.text()} {
		if x := find(b); len(x) > 0 {
			m.fail("the log of %s says %s", name, some(x, 3))
		}
		m.figures["bytes_searched"] += len(b)
	}
}

// shown collects toasts.
type shown struct{ text bytes.Buffer }

func (s *shown) Show(t notify.Toast) error {
	writeAll(&s.text, t)
	return nil
}
func (s *shown) Withdraw(string) {}
func (s *shown) Close() error    { return nil }

// toasts shows what a client was notified of, and searches that.
func (m *machine) toasts(c *client) {
	var s shown
	synctest.Test(m.t, func(t *testing.T) {
		center := notify.NewCenter(&s, time.Now, nil)
		center.Content(true)
		for _, n := range c.notices {
			center.Tell(n)
			time.Sleep(5 * time.Second)
		}
		synctest.Wait()
		if err := center.Close(); err != nil {
			t.Error(err)
		}
	})
	if bad := m.leaks(c.Person, s.text.Bytes(), c.past); len(bad) > 0 {
		m.fail("a notification of %s says what is not theirs: %s", c.Person, m.tell(bad))
	}
	m.figures["notices"] += len(c.notices)
	m.figures["bytes_searched"] += s.text.Len()
}
