package power_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/app/desk"
	"docket/app/vault"
	"docket/build/prove/headless"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/sync/wire"
)

const (
	laneDir  = desk.LaneID("s/dir")
	laneMail = desk.LaneID("s/dept/mail")
	laneWeb  = desk.LaneID("s/dept/web")
	person   = desk.PersonID("anna")
)

var (
	key  = [32]byte{9, 8, 7}
	anna = desk.Actor{Person: person, Name: "Anna", Role: desk.Engineer, Departments: []desk.DeptID{"mail", "web"}}
)

// call is one thing the engine asks of its cache.
type call struct {
	name string
	do   func(*cache.Cache) error
	// pieces is set when it may take several transactions.
	pieces bool
}

// life is a profile whose cache was filled, changed and purged, with copies of
// its folder as a kill would have left it after some of the calls.
type life struct {
	calls []call
	// After[i] is what the cache says of itself after i calls.
	After  []string
	Points []point
	// Two are those with two of Badger's logs, of which the older was not a
	// table yet; there are few.
	Two []point
	// Written is the description of what only this computer has.
	Written string
}

type point struct {
	Dir  string
	Done int
}

// profile gives the names below a profile's folder.
func caches(dir string) string { return filepath.Join(dir, "profile", "cache") }

func outboxConfig(dir string) outbox.Config {
	return outbox.Config{
		Dir: filepath.Join(dir, "profile", "outbox"), Key: key, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
		Reserve: -1,
	}
}

func ticketID(n int) desk.TicketID {
	return desk.TicketID(fmt.Sprintf("01950000-%04x-7000-8000-%012x", n%1000, n))
}

func encode(v any) []byte {
	b, err := wire.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// item is ticket n as it is after its change v, whole.
func item(kind desk.ItemKind, n int, v uint64, dept desk.DeptID) desk.Item {
	at := begin.Add(time.Duration(n)*time.Minute + time.Duration(v)*time.Second)
	t := desk.Ticket{
		ID: ticketID(n), Number: desk.Number(1000 + n), Version: v, LastSeq: v + 1, Subject: fmt.Sprintf("Mailbox %d is full, told %d times", n, v),
		Status: []desk.Status{desk.New, desk.InProgress, desk.WaitingCustomer, desk.Solved}[(n+int(v))%4], Priority: desk.PriorityNormal,
		Requester: "carl", Org: "acme", OrgName: "Acme", Department: dept, Assignee: []desk.PersonID{"", person}[n%2],
		Created: begin, Updated: at, PublicUpdated: at, WaitingSince: at, LastBy: "carl", LastText: fmt.Sprint("text ", v),
	}
	it := desk.Item{Kind: kind, Ticket: t.ID, Version: v, Head: encode(t), FromSeq: 1}
	if kind == desk.ItemDelta {
		it.FromSeq = v + 1
	}
	r := rand.New(rand.NewPCG(uint64(n), 1))
	for s := uint64(1); s <= v+1; s++ {
		pad := make([]byte, 9000) // what cannot be made smaller, so that there are tables
		for i := range pad {
			pad[i] = 'a' + byte(r.IntN(26))
		}
		if s < it.FromSeq {
			continue
		}
		it.Entries = append(it.Entries, encode(desk.Entry{
			ID: desk.EntryID(fmt.Sprintf("%s-%d", t.ID, s)), Ticket: t.ID, Seq: s, Kind: desk.Message, Audience: desk.Public,
			Author: "carl", AuthorName: "Carl", At: at, Text: fmt.Sprintf("text %d of %d\n%s", s, n, pad),
		}))
	}
	return it
}

func batch(lane desk.LaneID, seq uint64, items ...desk.Item) call {
	return call{name: fmt.Sprintf("batch %d of %s", seq, lane), do: func(c *cache.Cache) error {
		_, err := c.Apply(desk.Batch{Lane: lane, Epoch: "e", Prev: seq - 1, Last: seq, Hash: []byte{byte(seq)}, Items: items})
		return err
	}}
}

func snapshot(lane desk.LaneID, items ...desk.Item) []call {
	cs := []call{{name: "snapshot of " + string(lane), do: func(c *cache.Cache) error {
		_, err := c.SnapshotStart(lane, true)
		return err
	}}}
	const perPage = 40
	for from := 0; from == 0 || from < len(items); from += perPage {
		p := desk.Page{Lane: lane, Epoch: "e", AsOf: 10, Hash: []byte{10}, Items: items[from:min(len(items), from+perPage)], Total: len(items)}
		if from+perPage < len(items) {
			p.Next = fmt.Sprint(from + perPage)
		}
		cs = append(cs, call{name: fmt.Sprintf("page at %d of %s", from, lane), pieces: true, do: func(c *cache.Cache) error {
			_, err := c.SnapshotPage(p)
			return err
		}})
	}
	return cs
}

// story is what the server tells this cache in its life.
func story() []call {
	theDesk := desk.Desk{Name: "Desk", Departments: []desk.Department{{ID: "mail", Name: "Mail"}, {ID: "web", Name: "Web"}}}
	dir := desk.Item{Kind: desk.ItemRef, Ref: &desk.Ref{Kind: desk.RefDesk, ID: "desk", Body: encode(theDesk)}}
	const web, mail = 340, 60
	var inWeb, inMail []desk.Item
	for n := range web {
		inWeb = append(inWeb, item(desk.ItemEnter, n, 1, "web"))
	}
	for n := web; n < web+mail; n++ {
		inMail = append(inMail, item(desk.ItemEnter, n, 1, "mail"))
	}
	cs := []call{{name: "me", do: func(c *cache.Cache) error { return c.SetMe(anna) }}}
	cs = append(cs, snapshot(laneDir, dir)...)
	cs = append(cs, snapshot(laneMail, inMail...)...)
	cs = append(cs, snapshot(laneWeb, inWeb...)...)
	at := map[desk.LaneID]uint64{laneWeb: 10, laneMail: 10}
	tell := func(lane desk.LaneID, items ...desk.Item) {
		at[lane]++
		cs = append(cs, batch(lane, at[lane], items...))
	}
	for i := range 60 {
		switch {
		case i%10 == 3: // passed from one department to the other
			tell(laneMail, desk.Item{Kind: desk.ItemLeave, Ticket: ticketID(web + i)})
			tell(laneWeb, item(desk.ItemEnter, web+i, 2, "web"))
		case i%10 == 7:
			tell(laneWeb, desk.Item{Kind: desk.ItemLeave, Ticket: ticketID(i)})
		case i%5 == 1:
			tell(laneWeb, desk.Item{Kind: desk.ItemRead, Ticket: ticketID(i), Read: 2})
		case i%5 == 4:
			tell(laneMail, item(desk.ItemDelta, web+i, 2, "mail"))
		default:
			tell(laneWeb, item(desk.ItemDelta, i, 2, "web"), item(desk.ItemEnter, web+mail+i, 1, "web"))
		}
	}
	// A department is taken away: what only it showed goes.
	cs = append(cs, call{name: "keep", pieces: true, do: func(c *cache.Cache) error {
		_, err := c.KeepLanes([]desk.LaneID{laneDir, laneWeb})
		return err
	}})
	for i := range 10 {
		tell(laneWeb, item(desk.ItemDelta, 100+i, 2, "web"))
	}
	return cs
}

// live plays the story in dir and copies the folder now and then.
func live(t *testing.T, dir string) *life {
	t.Helper()
	l := &life{calls: story()}
	home := filepath.Join(dir, "home")
	o, _, err := outbox.Open(outboxConfig(home))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		cmd := desk.Command{ID: desk.CommandID(ticketID(5000 + i)), Ticket: ticketID(i), Basis: 1, Composed: begin, Args: desk.Reply{Text: fmt.Sprint("queued ", i)}}
		if _, err := o.Add(cmd, time.Time{}); err != nil {
			t.Fatal(err)
		}
		if err := o.PutDraft(outbox.Draft{Key: fmt.Sprintf("ticket/%s/note", ticketID(i)), Ticket: ticketID(i), Kind: outbox.DraftNote, Text: fmt.Sprint("draft ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	l.Written = describe(o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	c, _, err := cache.Open(caches(home), key, wire.Codec{}, begin)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	say := func() {
		s, err := contents(c)
		if err != nil {
			t.Fatal(err)
		}
		l.After = append(l.After, s)
	}
	say()
	r := rand.New(rand.NewPCG(7, 7))
	for i, x := range l.calls {
		if err := x.do(c); err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		if i == len(l.calls)-1 || i > 3 && r.IntN(7) == 0 {
			p := point{filepath.Join(dir, fmt.Sprint("point-", i+1)), i + 1}
			copyTree(t, home, p.Dir)
			l.Points = append(l.Points, p)
		}
		if logs, _ := filepath.Glob(filepath.Join(caches(home), "store", "*.mem")); len(logs) > 1 {
			p := point{filepath.Join(dir, fmt.Sprint("two-", i+1)), i + 1}
			err := copyFiles(home, p.Dir) // Badger may be done with one of them meanwhile
			if logs, _ := filepath.Glob(filepath.Join(caches(p.Dir), "store", "*.mem")); err == nil && len(logs) > 1 {
				l.Two = append(l.Two, p)
			}
		}
		say()
	}
	b, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "life.json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return l
}

// contents is everything a cache says: where its lanes stand, each ticket with
// its entries, each list with its rows and counts.
func contents(c *cache.Cache) (string, error) {
	var b strings.Builder
	cursors, err := c.Cursors()
	if err != nil {
		return "", err
	}
	fmt.Fprintln(&b, "cursors", cursors)
	totals, err := c.Totals()
	if err != nil {
		return "", err
	}
	fmt.Fprintln(&b, "totals", totals)
	seen := map[desk.TicketID]bool{}
	for _, v := range c.Views() {
		n, err := c.Count(v)
		if err != nil {
			return "", err
		}
		n.Version = 0
		rows, err := c.Rows(v, 0, n.Total+1)
		if err != nil {
			return "", err
		}
		if len(rows) != n.Total {
			return "", fmt.Errorf("view %s counts %d and has %d rows", v, n.Total, len(rows))
		}
		fmt.Fprintf(&b, "view %s %+v:", v, n)
		for _, row := range rows {
			seen[row.Ticket.ID] = true
			fmt.Fprintf(&b, " %d.%d%v", row.Ticket.Number, row.Ticket.Version, row.Unread)
		}
		b.WriteByte('\n')
	}
	for n := range 600 {
		id := ticketID(n)
		t, read, err := c.Ticket(id)
		if errors.Is(err, desk.ErrNotFound) {
			if seen[id] {
				return "", fmt.Errorf("ticket %d stands in a list and is not there", n)
			}
			continue
		}
		if err != nil {
			return "", err
		}
		es, err := c.Entries(id, 0, 100)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "ticket %d %x read %d:", n, encode(t), read)
		for _, e := range es {
			fmt.Fprintf(&b, " %d %.40q %d", e.Seq, e.Text, len(e.Text))
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// clone takes from a copy what was not synced, opens it, and looks whether the
// answer is the right one, or an empty cache and a word about it; then goes on
// as the engine would and must come to the end of the story.
//
// With again the copy is as the last try left it, whose process ended over it.
func (l *life) clone(dir string, seed uint64, again bool) (outcome string, err error) {
	r := rand.New(rand.NewPCG(seed, 2))
	p := l.Points[r.IntN(len(l.Points))]
	if two := r.IntN(4) == 0; two && len(l.Two) > 0 {
		p = l.Two[r.IntN(len(l.Two))]
	}
	lost := []string{"what it was without before"}
	if !again {
		if err := copyFiles(p.Dir, dir); err != nil {
			return "", err
		}
		if lost, err = loseUnsynced(caches(dir), r); err != nil {
			return "", err
		}
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("after %d calls (the last: %s), without %s: %w", p.Done, l.calls[p.Done-1].name, strings.Join(lost, ", "), err)
		}
	}()
	if r.IntN(6) == 0 {
		if err := l.inApp(dir); err != nil {
			return "", fmt.Errorf("in the program: %w", err)
		}
	}
	told, err := l.recover(caches(dir), p.Done)
	if err != nil {
		return "", err
	}
	o, was, err := outbox.Open(outboxConfig(dir))
	if err != nil || len(was.Quarantined) > 0 {
		return "", fmt.Errorf("the outbox beside it: %+v, %w", was, err)
	}
	defer o.Close()
	if got := describe(o); got != l.Written {
		return "", fmt.Errorf("the outbox beside it is another: %s", firstDifference(got, l.Written))
	}
	return told, nil
}

// recover opens the cache, judges it, and plays the rest of the story.
func (l *life) recover(dir string, done int) (outcome string, err error) {
	c, opened, err := cache.Open(dir, key, wire.Codec{}, begin)
	if err != nil {
		return "", fmt.Errorf("open: %w", err)
	}
	defer func() { _ = c.Close() }()
	heard := false
	c.OnDamage(func(error) { heard = true })
	got, err := contents(c)
	from := 0
	switch {
	case opened.Quarantined != "":
		outcome = "quarantined"
		if err != nil || got != l.After[0] {
			return "", fmt.Errorf("a cache begun anew is not empty: %w", err)
		}
	case err != nil:
		if !errors.Is(err, desk.ErrDamaged) || !heard {
			return "", fmt.Errorf("reading fails and nobody is told: %w", err)
		}
		outcome = "told"
		if c, err = l.anew(c, dir); err != nil {
			return "", err
		}
	default:
		if from, outcome = l.moment(got, done); outcome == "" {
			return "", fmt.Errorf("it opens without a word and is as it never was:\n%s", firstDifference(got, l.After[done]))
		}
	}
	// The engine does what is missing. A purge stands in the welcome and is
	// asked for again.
	for _, x := range l.calls[from:] {
		if err := x.do(c); err != nil {
			if outcome != "told" && errors.Is(err, desk.ErrDamaged) && heard {
				outcome = "told"
				if c, err = l.anew(c, dir); err != nil {
					return "", err
				}
				for _, y := range l.calls {
					if err := y.do(c); err != nil {
						return "", fmt.Errorf("loading anew, %s: %w", y.name, err)
					}
				}
				break
			}
			return "", fmt.Errorf("going on after %d calls, %s: %w", from, x.name, err)
		}
	}
	got, err = contents(c)
	if err != nil {
		return "", fmt.Errorf("at the end: %w", err)
	}
	if want := l.After[len(l.calls)]; got != want {
		return "", fmt.Errorf("gone on after %d calls (%s), it came to another end:\n%s", from, outcome, firstDifference(got, want))
	}
	return outcome, nil
}

// moment finds when the cache said this, at most as late as it can have been:
// after a call, or between the pieces of one. Then every ticket is as it was
// before the call or after it.
func (l *life) moment(got string, done int) (from int, outcome string) {
	for i := done; i >= 0; i-- {
		if l.After[i] == got {
			return i, map[bool]string{true: "whole", false: "earlier"}[i == done]
		}
	}
	for i := range done { // the first it fits, which is the least there can be
		if l.calls[i].pieces && between(got, l.After[i], l.After[i+1]) {
			return i, "between"
		}
	}
	return 0, ""
}

func between(got, before, after string) bool {
	known := map[string]bool{}
	for _, s := range []string{before, after} {
		for line := range strings.Lines(s) {
			known[line] = true
		}
	}
	for line := range strings.Lines(got) {
		exact := strings.HasPrefix(line, "ticket ") || strings.HasPrefix(line, "cursors ")
		if exact && !known[line] {
			return false
		}
	}
	return true
}

// anew does what the program does when damage is found while it runs.
func (l *life) anew(c *cache.Cache, dir string) (*cache.Cache, error) {
	_ = c.Close()
	if err := cache.Discard(dir, "damaged while open"); err != nil {
		return c, err
	}
	n, opened, err := cache.Open(dir, key, wire.Codec{}, begin)
	if err != nil {
		return c, fmt.Errorf("open anew: %w", err)
	}
	if !opened.Fresh {
		return n, errors.New("opened anew and not empty")
	}
	return n, nil
}

// inApp opens the profile with the whole program, without a network: drafts and
// what is queued are there, whatever became of the cache.
func (l *life) inApp(dir string) error {
	profile := filepath.Join(dir, "profile")
	if err := headless.Remember(profile, "http://127.0.0.1:1", person, desk.DeviceID(ticketID(9000))); err != nil {
		return err
	}
	if _, err := headless.Vault(profile).Save(context.Background(), vault.Secret{Key: key, Token: "t"}, ""); err != nil {
		return err
	}
	a := app.New(app.Deps{
		Profile: headless.Profile, Dir: profile, Shell: &headless.Shell{}, Notifier: headless.Quiet{}, Vault: headless.Vault(profile), Version: "test",
		NetDial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no network here") },
	})
	a.Start()
	defer a.Close()
	boot, err := a.API().Boot()
	if err != nil || boot.State != "ready" {
		return fmt.Errorf("%s: %+v, %w", boot.State, boot.Problem, err)
	}
	drafts, err := a.API().Drafts()
	if err != nil || len(drafts) != 5 {
		return fmt.Errorf("%d drafts of 5: %w", len(drafts), err)
	}
	items, err := a.API().Outbox()
	if err != nil || len(items) != 5 {
		return fmt.Errorf("%d queued of 5: %w", len(items), err)
	}
	return nil
}

// page is what disks lose at once.
const page = 4096

// loseUnsynced changes the files of a cache as a power cut may: of what Badger
// maps into memory and never syncs, and of the marks beside the store, any part
// may be missing. It says what it took.
func loseUnsynced(dir string, r *rand.Rand) (lost []string, err error) {
	store := filepath.Join(dir, "store")
	logs, _ := filepath.Glob(filepath.Join(store, "*.mem"))
	slices.Sort(logs)
	for i, name := range logs {
		newest := i == len(logs)-1
		switch n := r.IntN(10); {
		case n < 2: // all of it arrived
		case n < 5:
			lost, err = cutTail(name, r, 1, lost)
		case n < 7:
			lost, err = cutTail(name, r, page, lost)
		case n < 9:
			lost, err = losePages(name, r, lost)
		case newest: // its name was never written down
			lost, err = append(lost, filepath.Base(name)), os.Remove(name)
		}
		if err != nil {
			return lost, err
		}
	}
	if r.IntN(3) == 0 { // where msync does nothing, as on Windows, the newest table too
		tables, _ := filepath.Glob(filepath.Join(store, "*.sst"))
		slices.Sort(tables)
		if len(tables) > 0 {
			if lost, err = losePages(tables[len(tables)-1], r, lost); err != nil {
				return lost, err
			}
		}
	}
	for _, name := range []string{"DISCARD", "MANIFEST", "KEYREGISTRY"} {
		if r.IntN(25) == 0 {
			if lost, err = cutTail(filepath.Join(store, name), r, 1, lost); err != nil {
				return lost, err
			}
		}
	}
	return marks(dir, r, lost)
}

func marks(dir string, r *rand.Rand, lost []string) ([]string, error) {
	running := filepath.Join(dir, "running")
	switch r.IntN(6) {
	case 0:
		return append(lost, "running"), os.Remove(running)
	case 1:
		return append(lost, "the count of running"), os.Truncate(running, 0)
	case 2:
		return append(lost, "two good ends"), os.WriteFile(running, []byte("2"), 0o600)
	case 3:
		if r.IntN(4) == 0 {
			return append(lost, "the end of an opening"), os.WriteFile(filepath.Join(dir, "opening.999999999"), nil, 0o600)
		}
	}
	return lost, nil
}

// cutTail zeroes a file from some place on, as it was made before it was
// written; places are multiples of unit.
func cutTail(name string, r *rand.Rand, unit int, lost []string) ([]string, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return lost, nil
	}
	if err != nil {
		return lost, err
	}
	used := len(bytes.TrimRight(b, "\x00"))
	if used == 0 {
		return lost, nil
	}
	at := r.IntN(used)
	at -= at % unit
	clear(b[at:])
	return append(lost, fmt.Sprintf("%s from %d of %d on", filepath.Base(name), at, used)), os.WriteFile(name, b, 0o600)
}

// losePages zeroes some pages of a file.
func losePages(name string, r *rand.Rand, lost []string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return lost, err
	}
	used := len(bytes.TrimRight(b, "\x00"))
	n, odds := 0, 1+r.IntN(max(1, 2*used/page))
	for at := 0; at < used; at += page {
		if r.IntN(odds) == 0 {
			clear(b[at:min(at+page, len(b))])
			n++
		}
	}
	return append(lost, fmt.Sprintf("%d of %d pages of %s", n, used/page+1, filepath.Base(name))), os.WriteFile(name, b, 0o600)
}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := copyFiles(from, to); err != nil {
		t.Fatal(err)
	}
}

// copyFiles copies a folder; what is empty of the files stays a hole.
func copyFiles(from, to string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return copySparse(name, filepath.Join(to, rel))
	})
}

func copySparse(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	buf, empty := make([]byte, 64<<10), make([]byte, 64<<10)
	var at int64
	for err == nil {
		var n int
		n, err = io.ReadFull(in, buf)
		if n > 0 && !bytes.Equal(buf[:n], empty[:n]) {
			if _, err := out.WriteAt(buf[:n], at); err != nil {
				return errors.Join(err, out.Close())
			}
		}
		at += int64(n)
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.Join(err, out.Close())
	}
	return errors.Join(out.Truncate(at), out.Close())
}
